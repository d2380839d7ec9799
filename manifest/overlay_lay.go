package manifest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// laidPatch is a document of a patch that may be laid over an object.
type laidPatch struct {
	patch         Object
	kustomization Kustomization
	line          int
}

// overlays returns the objects with patches laid over them, and what is wrong with them
// then.
func (s Set) overlays(files []fileReading) (objects []Object, faults []Fault) {
	objects = slices.Clone(s.objects)
	named := func(k Kustomization) bool {
		return k.source.doc != nil && yamltext.Child(k.source.node, "openapi") != nil
	}
	if slices.ContainsFunc(s.kustomized.all, named) {
		return objects, nil // it says how lists are merged
	}
	for ref, patches := range s.laidPatches(files) {
		i := s.byRef[ref]
		if len(patches) > 1 || s.timesOf(ref) > 1 {
			continue
		}
		if o, found := patches[0].over(objects[i]); o.Value != nil {
			objects[i] = o
			faults = append(faults, found...)
		}
	}
	slices.SortFunc(faults, func(a, b Fault) int { return strings.Compare(a.File, b.File) })
	return objects, faults
}

// timesOf returns how many objects are the one of a Ref.
func (s Set) timesOf(ref Ref) (n int) {
	for _, o := range s.byKind[ref.Kind] {
		if o.Ref == ref {
			n++
		}
	}
	return n
}

// laidPatches returns the patches that say what objects of the set hold.
func (s Set) laidPatches(files []fileReading) map[Ref][]laidPatch {
	out := map[Ref][]laidPatch{}
	byName := make(map[string]int, len(files))
	for i, f := range files {
		byName[f.Name] = i
	}
	builds := map[string]map[string]bool{} // what the patches of a kustomization are for
	for _, k := range s.kustomized.all {
		for _, p := range k.Patches {
			i, read := byName[p.From.Path]
			if !read || p.From.Path == "" {
				continue
			}
			for _, d := range files[i].docs {
				for _, patch := range d.objects {
					for _, o := range s.byKind[patch.Ref.Kind] {
						if !p.names(patch, o) || !saysWhat(patch, o) {
							continue
						}
						if builds[k.File] == nil {
							builds[k.File] = s.patchable(k)
						}
						if builds[k.File][o.File] {
							out[o.Ref] = append(out[o.Ref], laidPatch{patch, k, p.Line})
						}
					}
				}
			}
		}
	}
	return out
}

// patchable returns the files whose objects the patches of a kustomization are for: what
// it builds, or where it is a component what those build that take it in.
func (s Set) patchable(k Kustomization) map[string]bool {
	out := map[string]bool{}
	around := []Kustomization{k}
	for known := map[string]bool{k.File: true}; len(around) > 0; around = around[1:] {
		files, _ := s.Reads(around[0])
		for _, f := range files {
			out[f] = true
		}
		for _, i := range s.kustomized.takenBy[around[0].Dir()] {
			if other := s.kustomized.all[i]; !known[other.File] {
				known[other.File] = true
				around = append(around, other)
			}
		}
	}
	return out
}

// names reports whether a document of the patch names an object.
func (p KustomizePatch) names(patch, o Object) bool {
	namespace := patch.Meta().GetNamespace()
	return o.Ref.Name != "" && patch.Ref.Name == o.Ref.Name && patch.Ref.Group == o.Ref.Group &&
		(o.Ref.Namespace == "" || namespace == "" || namespace == o.Ref.Namespace ||
			namespace == o.Meta().GetNamespace())
}

// over returns the object with the patch laid over it; the zero Object where that cannot
// be told. What is in a list of objects, what has a target or options, and what says how
// it is to be merged is not laid over anything.
func (l laidPatch) over(o Object) (Object, []Fault) {
	patch := l.patch
	whole := func(o Object) bool { return o.source.doc != nil && o.source.node == o.source.doc.Root }
	i := slices.IndexFunc(l.kustomization.Patches,
		func(p KustomizePatch) bool { return p.From.Path == patch.File && p.Line == l.line })
	if by := l.kustomization.Patches[i]; by.Target != nil || by.options || !whole(o) || !whole(patch) ||
		slices.ContainsFunc(yamltext.Subtree(patch.source.node), isDirective) {
		return Object{}, nil
	}
	data, err := mergedJSON(o.source.doc, patch.source.doc)
	if err != nil {
		return Object{}, nil
	}
	out, found := decodeObject(patch.source, data)
	faults := found.list
	for i := range faults {
		f := &faults[i]
		if f.Object, f.File = o.Ref, patch.File; f.Line == 0 {
			f.Line = patch.source.line(f.Field)
		}
	}
	out.Ref = o.Ref
	out.overlay = &Overlay{Object: o, Kustomization: l.kustomization.File, Line: l.line}
	return out, faults
}

// isDirective reports whether a key tells kustomize how to merge.
func isDirective(node *yaml.Node) bool {
	for _, word := range []string{"$patch", "$setElementOrder", "$deleteFromPrimitiveList", "$retainKeys"} {
		if strings.HasPrefix(node.Value, word) {
			return true
		}
	}
	return false
}

// mergedJSON returns an object with a patch laid over it: RFC 7386, which is what kustomize
// does for kinds that Kubernetes itself does not have.
func mergedJSON(object, patch *yamltext.Document) ([]byte, error) {
	var trees [2]any
	for i, doc := range []*yamltext.Document{object, patch} {
		data, err := doc.JSON()
		if err != nil {
			return nil, err
		}
		numbers := json.NewDecoder(bytes.NewReader(data))
		numbers.UseNumber() // as they are written
		if err := numbers.Decode(&trees[i]); err != nil {
			return nil, err
		}
	}
	return json.Marshal(merged(trees[0], trees[1]))
}

// merged returns what a patch makes of a value. Of that nothing else may be kept.
func merged(value, patch any) any {
	changes, isMap := patch.(map[string]any)
	if !isMap {
		return patch
	}
	out, isMap := value.(map[string]any)
	if !isMap {
		out = map[string]any{}
	}
	for key, change := range changes {
		if change == nil {
			delete(out, key)
		} else {
			out[key] = merged(out[key], change)
		}
	}
	return out
}
