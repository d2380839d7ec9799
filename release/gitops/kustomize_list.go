package gitops

import (
	"errors"
	"path"
	"strings"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// listed returns the changes of a commit, with changes of the kustomizations that list its
// files. If the file of a new document is not deployed, it is listed beside the file of the
// document's model. A file that goes is taken out of every list.
func (t Tree) listed(changes []manifest.Change, files []manifest.FileChange) ([]manifest.Change, error) {
	if len(t.Set.Kustomizations()) == 0 {
		return changes, nil
	}
	out := changes[:len(changes):len(changes)]
	list := map[string]bool{}
	for _, c := range changes {
		add, ok := c.(manifest.AddDocument)
		if !ok || list[add.File] || !t.Set.Unlisted(add.File) {
			continue
		}
		list[add.File] = true
		like, _ := t.Set.Get(add.Like)
		lists := t.Set.Lists(like.Resource().File)
		if len(lists) == 0 {
			return nil, kustomizeError(add.File, 0,
				"there must be a kustomization that lists %s: it must list this file too",
				like.Resource().File)
		}
		for i, k := range lists {
			if t.isOutside(k.File) {
				if k, _ = t.takesIn(like.Resource().File); i > 0 { // it was found before
					break
				}
			}
			out = append(out, manifest.ListResource{Kustomization: k.File, Path: add.File})
		}
	}
	for _, f := range files {
		if f.After != nil {
			continue
		}
		for _, k := range t.Set.Lists(f.Name) {
			out = append(out, manifest.UnlistResource{Kustomization: k.File, Path: f.Name})
		}
	}
	return out, nil
}

// namedGone returns an error for every patch and every replicas entry that names an object
// which goes: kustomize would refuse to build.
func (t Tree) namedGone(changes []manifest.Change) error {
	gone := map[string][]manifest.Ref{} // by file
	for _, c := range changes {
		if c, ok := c.(manifest.RemoveDocument); ok {
			o, _ := t.Set.Get(c.Object)
			gone[o.Resource().File] = append(gone[o.Resource().File], c.Object)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	var errs []error
	said := map[string]bool{}
	all := t.Set.Kustomizations()
	for _, k := range all {
		files, _ := t.Set.Reads(k)
		for _, part := range t.Set.WithComponents(k) {
			for _, f := range files {
				for _, ref := range gone[f] {
					what, line := namesObject(part, ref)
					if err := kustomizeError(part.File, line,
						"%s names %s, which goes: kustomize would not build without it; take it out first", what,
						ref); what != "" && !said[err.Error()] {
						said[err.Error()] = true
						errs = append(errs, err)
					}
				}
			}
		}
	}
	return errors.Join(errs...)
}

// namesObject returns the part of a kustomization that needs an object by its name; empty for
// none.
func namesObject(k manifest.Kustomization, ref manifest.Ref) (what string, line int) {
	for _, p := range k.Patches {
		if p.Target == nil && p.Touches(ref) {
			return strings.TrimSpace("patch " + p.From.Name), p.Line
		}
	}
	for _, r := range k.Replicas {
		if r.Name == ref.Name && (ref.Kind == "Deployment" || ref.Kind == "StatefulSet") {
			return "replicas", r.Line
		}
	}
	return "", 0
}

// candidateListed returns the changes that list existing files of the candidate if they are not
// deployed: a write was cut off before the kustomization.
func (t Tree) candidateListed() []manifest.Change {
	if len(t.Set.Kustomizations()) == 0 {
		return nil
	}
	var out []manifest.Change
	done := map[string]bool{}
	along := t.alongside()
	list := func(o manifest.Object) {
		o = o.Resource()
		if done[o.File] || !t.Set.Unlisted(o.File) {
			return
		}
		done[o.File] = true
		if k := t.nearest(o.File); k != "" {
			out = append(out, manifest.ListResource{Kustomization: k, Path: o.File})
		}
	}
	for _, d := range t.live.Workloads(t.Config.Candidate.Version) {
		list(d)
		for _, o := range along.of(d, lanes.VersionOf(d.PodLabels())) {
			list(o)
		}
	}
	if o, there := t.Set.Get(release.LaneRef(t.Config.Plan.Candidate)); there {
		list(o)
	}
	return out
}

// nearest returns the kustomization in the directory of a file, or in the nearest directory
// around it; empty for none.
func (t Tree) nearest(file string) string {
	byDir := map[string]string{}
	for _, k := range t.Set.Kustomizations() {
		byDir[k.Dir()] = k.File
	}
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if byDir[dir] != "" || dir == path.Dir(dir) {
			return byDir[dir]
		}
	}
}

// listPlan returns the change that lists the file of a plan in the kustomization beside it. It
// returns nothing without such a kustomization. If it cannot be edited, a note says so: a plan
// that is not deployed is read all the same.
func listPlan(set manifest.Set, file string) (files []manifest.FileChange, notes []string) {
	for _, k := range set.Kustomizations() {
		if k.Dir() != path.Dir(file) {
			continue
		}
		edit, err := set.Edit(manifest.ListResource{Kustomization: k.File, Path: file})
		if err != nil {
			return nil, []string{"the plan is not deployed: " + err.Error()}
		}
		return edit.Files, nil
	}
	return nil, nil
}
