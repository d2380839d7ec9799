package gitops

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// kustomized is what the kustomizations of a directory mean for a release.
type kustomized struct {
	// file is a kustomization that builds a file of the release; empty if none does.
	file string
	// err says why an edit of the holders would not reach the cluster.
	err error
	// unfit says why start and promote are refused, beside err.
	unfit error
	// images are the images of the candidate.
	images builtImages
}

// fit returns why kustomize keeps a release from going on.
func (ks kustomized) fit() error { return errors.Join(ks.err, ks.unfit) }

// readKustomizations reads whether kustomize builds files of the release, and whether it
// deploys what is edited in them.
func (t Tree) readKustomizations() kustomized {
	all := t.Set.Kustomizations()
	if len(all) == 0 || t.Config.Values != nil { // kustomize does not list files of values
		return kustomized{}
	}
	var out kustomized
	filesOf := map[manifest.Ref][]string{}
	for _, o := range t.Set.All() {
		filesOf[o.Ref] = append(filesOf[o.Ref], o.Resource().File)
	}
	var holders []manifest.Ref
	for _, h := range t.live.Holders {
		holders = append(holders, h.Ref)
	}
	ours := map[string]bool{}
	beside := map[string]bool{}
	for _, dir := range t.dirs {
		beside[dir] = true
	}
	own := func(ref manifest.Ref) {
		for _, f := range filesOf[ref] {
			ours[f], beside[path.Dir(f)] = true, true
		}
	}
	for _, ref := range slices.Concat(holders, t.named()) {
		own(ref)
	}
	for _, o := range append(t.live.Members(), release.PlanObjects(t.Set)...) {
		own(o.Ref)
	}
	built := make([]map[string]bool, len(all))
	elsewhere := make([]bool, len(all)) // reads what may be a copy of the directory
	for i, k := range all {
		files, remote := t.Set.Reads(k)
		built[i], elsewhere[i] = map[string]bool{}, remote
		for _, f := range files {
			built[i][f] = true
		}
		if out.file == "" && (beside[k.Dir()] || slices.ContainsFunc(files, func(f string) bool { return ours[f] })) {
			out.file = k.File
		}
	}
	if out.file == "" {
		return out
	}
	patched, without := t.patched(holders, filesOf, built, elsewhere)
	errs := append(t.listsHolders(out.file, holders), patched...)
	out.err = errors.Join(errs...)
	out.images = t.buildImages()
	out.unfit = errors.Join(append(without, t.unfit(built), out.images.err)...)
	return out
}

// kustomizeError returns an error about a line of a kustomization.
func kustomizeError(file string, line int, format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrKustomize, markup.Line(position.At(file, line)+": "+fmt.Sprintf(format, args...)))
}

// unfit returns why the kustomizations do not deploy a release as its files say: they do not
// list what it needs, or they rename it. built has the files that each kustomization builds.
func (t Tree) unfit(built []map[string]bool) error {
	var errs []error
	said := map[string]bool{}
	var needed, called []manifest.Object // called are named by others
	for _, ref := range t.named() {
		if o, there := t.Set.Get(ref); there {
			called = append(called, o)
		}
	}
	members := t.live.Members()
	var pods labelindex.Bearers[struct{}]
	for _, d := range members {
		pods.Add("", d.PodLabels(), struct{}{})
	}
	for _, o := range t.Set.Kind("Service") {
		if o.Service() != nil && len(o.Service().Spec.Selector) > 0 &&
			len(pods.Selected("", o.Service().Spec.Selector)) > 0 {
			called = append(called, o)
		}
	}
	needed = append(needed, called...)
	for _, d := range members {
		if lanes.VersionOf(d.PodLabels()) != t.Config.Candidate.Version { // the candidate's are listed with it
			needed = append(needed, d)
		}
	}
	for _, o := range needed {
		o = o.Resource()
		if t.Set.Unlisted(o.File) && !said[o.File] && o.Ref != release.LaneRef(t.Config.Plan.Candidate) {
			said[o.File] = true
			errs = append(errs, fmt.Errorf("%w: %s must be listed under resources of a kustomization: it is not "+
				"deployed", ErrKustomize, where(o)))
		}
	}
	for i, k := range t.Set.Kustomizations() {
		reads := func(o manifest.Object) bool { return built[i][o.Resource().File] }
		if k.Unreadable {
			errs = append(errs, kustomizeError(k.File, 0, "must be readable: what it builds is not known"))
		}
		for _, field := range k.Changes {
			switch field {
			case "namePrefix", "nameSuffix":
				if at := slices.IndexFunc(called, reads); at >= 0 {
					errs = append(errs, kustomizeError(k.File, k.LineOf(field),
						"%s must not rename %s: routes use the name in its file", field, called[at].Ref))
				}
			case "transformers":
				holds := func(h release.Holder) bool { return reads(h.Object) }
				if slices.ContainsFunc(t.live.Holders, holds) {
					errs = append(errs, kustomizeError(k.File, k.LineOf(field),
						"transformers must not be for what holds weights: what they change is not known"))
				}
			}
		}
		for _, p := range k.Resources {
			if strings.ContainsAny(p.Name, "*?[") && !p.IsRemote() {
				errs = append(errs, kustomizeError(k.File, p.Line,
					"resources must name each file: kustomize does not know the pattern %s", p.Name))
			}
		}
	}
	return errors.Join(append(errs, t.outside())...)
}

// outside returns an error for every directory that a kustomization builds from, if it was not
// read. It does so only when a holder of weights is missing: the holder may be there.
func (t Tree) outside() error {
	isMissing := func(h release.Holder) bool { return errors.Is(h.Err, release.ErrMissing) }
	if !slices.ContainsFunc(t.live.Holders, isMissing) {
		return nil
	}
	var errs []error
	for _, k := range t.Set.Kustomizations() {
		for _, p := range slices.Concat(k.Resources, k.Components) {
			if p.IsRemote() || t.Set.IsOutside(p) {
				errs = append(errs, kustomizeError(k.File, p.Line,
					"builds from %s, which is outside of the directory and cannot be edited: holders of weights may "+
						"be there; name a directory that holds both", p.Name))
			}
		}
	}
	return errors.Join(errs...)
}
