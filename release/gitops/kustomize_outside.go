package gitops

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/manifest"
)

// isOutside reports whether a file lies in none of the directories. Such a file was read, as
// the base of an overlay, but is never written.
func (t Tree) isOutside(file string) bool { return !liesIn(t.dirs, file) }

// readsOutside returns a note with the directories that are read and never written; none if
// there are no such directories.
func (t Tree) readsOutside() []string {
	var dirs []string
	for _, k := range t.Set.Kustomizations() {
		if t.isOutside(k.File) {
			dirs = append(dirs, k.Dir())
		}
	}
	if len(dirs) == 0 {
		return nil
	}
	return []string{markup.Line(fmt.Sprintf("reads %s, and does not write there", strings.Join(dirs, ", ")))}
}

// onlyInside returns an error for every file outside the directories that would have to be
// written.
func (t Tree) onlyInside(files []manifest.FileChange) error {
	var errs []error
	for _, f := range files {
		if t.isOutside(f.Name) {
			errs = append(errs, kustomizeError(f.Name, 0,
				"must not be written: it is outside the directory; edit it by hand, name its directory too, or patch "+
					"the weights in the overlay"))
		}
	}
	return errors.Join(errs...)
}

// moveInside gives new documents files in the directories if their model is outside. The files
// are beside the kustomization that takes the model in.
func (t Tree) moveInside(changes []manifest.Change) ([]manifest.Change, error) {
	var errs []error
	said := map[string]bool{}
	out := slices.Clone(changes)
	for i, c := range out {
		add, is := c.(manifest.AddDocument)
		if !is || !t.isOutside(add.File) {
			continue
		}
		like, _ := t.Set.Get(add.Like)
		by, err := t.takesIn(like.Resource().File)
		if err != nil {
			if !said[err.Error()] { // all documents there have the same error
				errs = append(errs, err)
			}
			said[err.Error()] = true
			continue
		}
		dir, base := by.Dir(), path.Base(add.File)
		if add.File == like.Resource().File { // it would go into the file of its model
			base = path.Base(fileOf(base, t.Config.Candidate.From, t.Config.Candidate.Version))
		}
		add.File = path.Join(dir, base)
		if _, there := t.Set.Source(add.File); there && len(t.Set.Lists(add.File)) == 0 {
			errs = append(errs, kustomizeError(add.File, 0, "must not be there: the candidate's copy of %s is to be",
				like.Ref))
		}
		out[i] = add
	}
	return out, errors.Join(errs...)
}

// takesIn returns the kustomization of the directories that builds a file outside of them.
// There must be one. The kustomizations on the way must change nothing that a file inside would
// not get.
func (t Tree) takesIn(file string) (manifest.Kustomization, error) {
	var inside, outside []manifest.Kustomization
	for _, k := range t.Set.Kustomizations() {
		files, _ := t.Set.Reads(k)
		switch {
		case !slices.Contains(files, file):
		case t.isOutside(k.File):
			outside = append(outside, t.Set.WithComponents(k)...)
		default:
			inside = append(inside, k)
		}
	}
	inside = t.innermost(inside)
	if len(inside) != 1 {
		return manifest.Kustomization{},
			kustomizeError(file, 0,
				"must be in one kustomization of the directory, for the candidate's files: there are %d",
				len(inside))
	}
	var errs []error
	for _, k := range outside {
		for _, field := range k.Changes {
			switch {
			case field == "configMapGenerator", field == "secretGenerator": // references are renamed too
			case field == "namespace" && inside[0].Namespace != "":
			default:
				errs = append(errs, kustomizeError(k.File, k.LineOf(field),
					"%s must not be set outside of the directory: the candidate's files would not get it; set it in %s",
					field, inside[0].File))
			}
		}
	}
	return inside[0], errors.Join(errs...)
}

// innermost returns the kustomizations that take in no other one. The others build all that
// these do.
func (t Tree) innermost(all []manifest.Kustomization) []manifest.Kustomization {
	return slices.DeleteFunc(slices.Clone(all), func(k manifest.Kustomization) bool {
		files, _ := t.Set.Reads(k)
		return slices.ContainsFunc(all, func(other manifest.Kustomization) bool {
			return other.File != k.File && slices.Contains(files, other.File)
		})
	})
}
