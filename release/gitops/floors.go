package gitops

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// unset is the value of [release.AnnotationReplicas] if no number was written.
const unset = "unset"

// raise returns the changes that give lanes the pods of a stage's floors. The same write notes
// what an object had before. Nothing is lowered.
func (t Tree) raise(stage int) ([]manifest.Change, error) {
	type field struct {
		object manifest.Ref
		path   string
	}
	all := t.live.Pods()
	var order []field
	wanted, of := map[field]int64{}, map[field]release.SetsFloor{}
	var errs []error
	for _, f := range t.Config.FloorsAt(stage) {
		what := fmt.Sprintf("replicas: %s in lane %s before stage %s", f.Service.Name, f.Lane, f.Stage)
		i := slices.IndexFunc(all, f.Is)
		if i < 0 {
			errs = append(errs, fmt.Errorf("%s: must be a service that the lane has pods of", what))
			continue
		}
		by, err := all[i].SetBy()
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("%s: %w", what, err))
			continue
		case f.Replicas > by.Max:
			errs = append(errs, fmt.Errorf("%s: %s must allow %d pods: its maximum is %d",
				what, where(by.Object), f.Replicas, by.Max))
			continue
		case f.Replicas <= by.Now:
			continue
		}
		at := field{by.Object.Ref, by.Path}
		if wanted[at] == 0 {
			order = append(order, at)
			errs = append(errs, t.notReplicated(by))
		}
		wanted[at], of[at] = max(wanted[at], f.Replicas), by
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	var out []manifest.Change
	for _, at := range order {
		by := of[at]
		if _, marked := by.Object.Meta().GetAnnotations()[release.AnnotationReplicas]; !marked {
			had := by.Written
			if had == "" {
				had = unset
			}
			out = append(out, manifest.SetAnnotation{Object: at.object, Key: release.AnnotationReplicas, Value: had})
		}
		out = append(out, manifest.SetField{Object: at.object, Path: at.path, Value: wanted[at]})
	}
	return out, nil
}

// raised returns the commit that must come before a stage if its pods are missing; ok is false
// otherwise.
func (t Tree) raised(e rollout.Event, next rollout.State) (out Commit, ok bool, err error) {
	if e.Kind != rollout.Start && e.Kind != rollout.Promote {
		return Commit{}, false, nil
	}
	changes, err := t.raise(next.Stage)
	if err != nil {
		return Commit{}, false, fmt.Errorf("%s: %w", e.Kind.Words(), err)
	}
	if len(changes) == 0 {
		return Commit{}, false, nil
	}
	stage := t.Config.Plan.Stages[next.Stage-1].Name
	out, err = t.commit("", t.State, fmt.Sprintf("%s: scale for stage %s", t.Config.Name, stage), changes...)
	out.Completes = true
	out.Notes = append(out.Notes, fmt.Sprintf(
		"this gives lanes the pods of stage %s, and moves no weight: when they are available, %s again", stage,
		e.Kind.Words()))
	return out, true, err
}

// giveBack returns the changes by which a clean-up takes back what raise did. After a roll
// back, lanes that stay get the replicas that they had, unless somebody has set others since.
// After finish they keep the replicas of the last stage.
func (t Tree) giveBack() []manifest.Change {
	retiring := t.Config.Plan.Retiring(t.State)
	seen := map[manifest.Ref]bool{}
	var out []manifest.Change
	for _, p := range t.live.Pods() {
		by, err := p.SetBy()
		if err != nil {
			continue
		}
		had, marked := by.Object.Meta().GetAnnotations()[release.AnnotationReplicas]
		if !marked || seen[by.Object.Ref] || slices.Contains(retiring, p.Lane) {
			continue
		}
		seen[by.Object.Ref] = true
		n, err := strconv.ParseInt(had, 10, 32)
		switch {
		case t.State.Phase != rollout.RolledBack || !t.raisedTo(by):
		case had == unset:
			out = append(out, manifest.RemoveField{Object: by.Object.Ref, Path: by.Path})
		case err == nil && n > 0:
			out = append(out, manifest.SetField{Object: by.Object.Ref, Path: by.Path, Value: n})
		}
		out = append(out, manifest.RemoveAnnotations{Object: by.Object.Ref, Keys: []string{release.AnnotationReplicas}})
	}
	return out
}

// raisedTo reports whether the written number is one of the plan's floors.
func (t Tree) raisedTo(by release.SetsFloor) bool {
	return slices.ContainsFunc(t.Config.Floors, func(f release.Floor) bool {
		return strconv.FormatInt(f.Replicas, 10) == by.Written
	})
}

// notReplicated returns an error when a kustomization sets the number of pods: an edit would
// not be deployed.
func (t Tree) notReplicated(by release.SetsFloor) error {
	pointer := "/" + strings.ReplaceAll(by.Path, ".", "/")
	covers := func(of string) bool { return of == "" || of == pointer || strings.HasPrefix(pointer, of+"/") }
	file := by.Object.Resource().File
	for _, k := range t.Set.Kustomizations() {
		if files, remote := t.Set.Reads(k); !remote && !slices.Contains(files, file) {
			continue
		}
		for _, part := range t.Set.WithComponents(k) {
			for _, r := range part.Replicas {
				if r.Name == by.Object.Ref.Name && by.Path == "spec.replicas" {
					return kustomizeError(part.File, r.Line,
						"replicas must not say how many pods %s has: the plan does", by.Object.Ref)
				}
			}
			for _, p := range part.Patches {
				if slices.ContainsFunc(p.Fields(by.Object.Ref), covers) {
					return kustomizeError(part.File, p.Line,
						"a patch must not say %s of %s: the plan does", by.Path, by.Object.Ref)
				}
			}
			for _, r := range part.Replacements {
				if r.Touches(by.Object.Ref) {
					return kustomizeError(part.File, r.Line,
						"a replacement must not change %s: the plan sets its %s", by.Object.Ref, by.Path)
				}
			}
		}
	}
	return nil
}
