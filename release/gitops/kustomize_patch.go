package gitops

import (
	"fmt"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/jsonpointer"
	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// listsHolders returns an error for every file with a holder that no kustomization lists.
func (t Tree) listsHolders(kustomization string, holders []manifest.Ref) []error {
	unreadable := func(k manifest.Kustomization) bool { return k.Unreadable }
	if slices.ContainsFunc(t.Set.Kustomizations(), unreadable) {
		return nil // its list is not known, and a roll back must not wait for it
	}
	var errs []error
	said := map[string]bool{}
	for _, ref := range holders {
		o, there := t.Set.Get(ref) // a listed one if there is any
		if file := o.Resource().File; there && len(t.Set.Lists(file)) == 0 && !said[file] {
			said[file] = true
			errs = append(errs, kustomizeError(kustomization, 0,
				"must list %s under resources, or edits of it are not deployed", file))
		}
	}
	return errs
}

// patched returns an error for every patch or replacement that changes what a holder holds,
// except for the patch that is edited. without has an error for every build without that patch.
// filesOf has the files of the objects, and built the files that each kustomization builds.
func (t Tree) patched(holders []manifest.Ref, filesOf map[manifest.Ref][]string, built []map[string]bool,
	elsewhere []bool) (errs, without []error) {
	said := map[string]bool{}
	roots := map[string]bool{}
	for _, k := range t.Set.Roots() {
		roots[k.File] = true
	}
	for _, ref := range holders {
		o, _ := t.Set.Get(ref)
		over, isPatched := o.Overlay()
		for i, k := range t.Set.Kustomizations() {
			reads := func(f string) bool { return built[i][f] }
			if !elsewhere[i] && !slices.ContainsFunc(filesOf[ref], reads) {
				continue // its patches are for others
			}
			for _, part := range t.Set.WithComponents(k) {
				if what, line := touches(part, o, ref); what != "" && !said[part.File+ref.String()] {
					said[part.File+ref.String()] = true
					errs = append(errs, kustomizeError(part.File, line,
						"%s changes %s, and hides edits of its file: %s", what, ref,
						cure(part, o, line, ref)))
				}
			}
			if isPatched && roots[k.File] && !built[i][over.Kustomization] {
				without = append(without, kustomizeError(k.File, 0,
					"must not build %s without %s, which says its weights for %s alone: name the directory of one "+
						"overlay", ref, o.File, over.Kustomization))
			}
		}
	}
	return errs, without
}

// touches returns the patch or replacement that changes what an object holds, and its line;
// empty for none. The object's own overlay does not count.
func touches(k manifest.Kustomization, o manifest.Object, ref manifest.Ref) (what string, line int) {
	over, _ := o.Overlay()
	for _, p := range k.Patches {
		isOwn := over.Kustomization == k.File && over.Line == p.Line &&
			(over.Inline && p.From.Name == "" || !over.Inline && p.From.Path == o.File)
		switch {
		case isOwn || !slices.ContainsFunc(p.Fields(ref), func(pointer string) bool { return holds(ref, pointer) }):
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

// cure says what to do about a line of a kustomization that changes what an object holds.
func cure(k manifest.Kustomization, o manifest.Object, line int, ref manifest.Ref) string {
	const out = "take it out of the patch"
	i := slices.IndexFunc(k.Patches, func(p manifest.KustomizePatch) bool { return p.Line == line })
	if _, isPatched := o.Overlay(); i < 0 || isPatched {
		return out
	}
	says := "the weight"
	if ref.Kind == "VirtualService" {
		says = "spec.http"
	}
	return fmt.Sprintf("%s, or let one patch alone say all of %s", out, says)
}

// holds reports whether a release reads or writes a holder at a JSON pointer, below it or
// around it.
func holds(ref manifest.Ref, pointer string) bool {
	if key, is := strings.CutPrefix(pointer, "/metadata/annotations/"); is {
		return release.IsMark(jsonpointer.Steps(key)[0])
	}
	at := []string{"/apiVersion", "/kind", "/metadata/name", "/metadata/namespace", "/metadata/annotations"}
	switch ref.Kind {
	case lanes.KindLane:
		at = append(at, "/spec/ingressWeight", "/metadata/labels")
	case lanes.KindLaneGroup:
		at = append(at, "/spec")
	default:
		at = append(at, "/spec/http")
	}
	around := func(a, b string) bool { return a == "" || a == b || strings.HasPrefix(b, a+"/") }
	return slices.ContainsFunc(at, func(of string) bool { return around(pointer, of) || around(of, pointer) })
}

// kustomizeNote returns notes if kustomize builds the directory.
func (t Tree) kustomizeNote() []string {
	if t.kustomize.file == "" {
		return nil
	}
	patches := "no patch changes them"
	for _, h := range t.live.Holders {
		if over, is := h.Object.Overlay(); is {
			what := "the patch " + h.Object.File
			if over.Inline {
				what = "an inline patch"
			}
			patches = fmt.Sprintf("%s says what %s holds, and is what is edited (%s)", what, h.Ref,
				position.At(over.Kustomization, over.Line))
			break
		}
	}
	return append(t.readsOutside(),
		markup.Line(t.kustomize.file+": kustomize builds this directory; it lists the files that are edited, and "+
			patches))
}
