package gitops

import (
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// kustomized is what the kustomizations of a directory mean for a release.
type kustomized struct {
	// file is the kustomization that builds a file of the release; empty for none.
	file string
	// err says why an edit of the holders would not reach the cluster.
	err error
}

// readKustomizations says whether kustomize builds files of the release, and whether
// it deploys what is edited in them.
func (t Tree) readKustomizations() kustomized {
	all := t.Set.Kustomizations()
	if len(all) == 0 {
		return kustomized{}
	}
	var out kustomized
	filesOf := map[manifest.Ref][]string{}
	for _, o := range t.Set.All() {
		filesOf[o.Ref] = append(filesOf[o.Ref], o.File)
	}
	var holders []manifest.Ref
	for _, h := range t.live.Holders {
		holders = append(holders, h.Ref)
	}
	ours := map[string]bool{}
	beside := map[string]bool{".": true}
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
	var errs []error
	refuse := func(file string, line int, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: %s", ErrKustomize, markup.Line(position.At(file, line)+": "+fmt.Sprintf(format, args...))))
	}
	said := map[string]bool{}
	for _, ref := range holders {
		for _, f := range filesOf[ref] {
			if len(t.Set.Lists(f)) == 0 && !said[f] {
				said[f] = true
				refuse(out.file, 0, "must list %s under resources: else what is edited there is not deployed", f)
			}
		}
	}
	for _, ref := range holders {
		for i, k := range all {
			reads := func(f string) bool { return built[i][f] }
			if !elsewhere[i] && !slices.ContainsFunc(filesOf[ref], reads) {
				continue // its patches are for others
			}
			for _, part := range withComponents(all, k) {
				if what, line := touches(part, ref); what != "" && !said[part.File+ref.String()] {
					said[part.File+ref.String()] = true
					refuse(part.File, line, "%s changes %s: what is edited in its file is not what is deployed; take it out of the patch, or edit the patch by hand", what, ref)
				}
			}
		}
	}
	out.err = errors.Join(errs...)
	return out
}

// withComponents returns a kustomization and its components, whose patches are for what
// it builds.
func withComponents(all []manifest.Kustomization, k manifest.Kustomization) []manifest.Kustomization {
	out := []manifest.Kustomization{k}
	known := map[string]bool{k.File: true}
	for i := 0; i < len(out); i++ {
		for _, c := range out[i].Components {
			for _, other := range all {
				if c.Path != "" && other.Dir() == c.Path && !known[other.File] {
					known[other.File] = true
					out = append(out, other)
				}
			}
		}
	}
	return out
}

// touches names the patch or replacement that changes an object, and its line; empty for
// none.
func touches(k manifest.Kustomization, ref manifest.Ref) (what string, line int) {
	for _, p := range k.Patches {
		switch {
		case !p.Touches(ref):
		case p.From.Name != "":
			return "patch " + p.From.Path, p.Line
		default:
			return "an inline patch", p.Line
		}
	}
	for _, r := range k.Replacements {
		switch {
		case !r.Touches(ref):
		case r.From.Name != "":
			return "replacement " + r.From.Path, r.Line
		default:
			return "a replacement", r.Line
		}
	}
	return "", 0
}

// unbuilt refuses a command that adds or removes files or documents where kustomize
// builds the directory: they would be in no kustomization.
func (t Tree) unbuilt() error {
	if t.kustomize.file == "" {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrKustomize, markup.Line(fmt.Sprintf("%s: kustomize builds this directory, and would not build what is added or removed: do it by hand, or work on the output of kustomize build", t.kustomize.file)))
}

// onlyEdits refuses a commit that adds or removes files where kustomize builds the
// directory.
func (t Tree) onlyEdits(files []manifest.FileChange) error {
	if slices.ContainsFunc(files, func(f manifest.FileChange) bool { return f.Before == nil || f.After == nil }) {
		return t.unbuilt()
	}
	return nil
}

// note says that kustomize builds the directory; nothing where it does not.
func (ks kustomized) note() []string {
	if ks.file == "" {
		return nil
	}
	return []string{markup.Line(ks.file + ": kustomize builds this directory; it lists the files that are edited, and no patch changes them")}
}
