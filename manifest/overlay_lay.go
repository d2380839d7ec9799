package manifest

import (
	"encoding/json"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/jsonpointer"
	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// laidPatch is a document of a patch that may be laid over an object.
type laidPatch struct {
	by            KustomizePatch
	doc           *yamltext.Document
	patch         Object      // a merge patch
	operations    []operation // a JSON patch
	kustomization Kustomization
	annotated     bool // whether an object has annotations, whatever its file says
}

// overlays returns the objects with patches laid over them, and the faults that they then have.
func (s Set) overlays(files []fileReading) (objects []Object, faults []Fault) {
	objects = slices.Clone(s.objects)
	named := func(k Kustomization) bool {
		return k.source.doc != nil && yamltext.Child(k.source.node(), "openapi") != nil
	}
	if slices.ContainsFunc(s.kustomized.all, named) {
		return objects, nil // openapi says how lists are merged
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

// timesOf returns how many objects have a Ref.
func (s Set) timesOf(ref Ref) (n int) {
	for _, i := range s.byKind[ref.Kind] {
		if s.objects[i].Ref == ref {
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
	for _, k := range s.kustomized.all {
		var builds map[string]bool // the files that the patches of the kustomization change
		for _, p := range k.Patches {
			var docs []documentReading
			if i, read := byName[p.From.Path]; read && p.From.Path != "" {
				docs = files[i].docs
			} else if p.From.Name == "" {
				docs = s.reader.withDefaults().inline(k, p)
			}
			for _, d := range docs {
				for _, l := range d.laid(p) {
					l.kustomization, l.annotated = k, p.annotated || s.annotatesAll(k, p)
					for _, o := range s.mayNeed(l) {
						if builds == nil {
							builds = s.patchable(k)
						}
						if builds[o.File] && (l.operations == nil || s.isAlone(o, p, builds)) {
							out[o.Ref] = append(out[o.Ref], l)
						}
					}
				}
			}
		}
	}
	return out
}

// mayNeed returns the objects for which a patch says what they hold, provided that the
// kustomization builds them.
func (s Set) mayNeed(l laidPatch) []Object {
	kinds := []string{l.patch.Ref.Kind}
	if l.operations != nil {
		kinds = overlaidKinds[:]
	}
	var out []Object
	for _, kind := range kinds {
		for _, i := range s.byKind[kind] {
			if o := s.objects[i]; l.names(o) && l.saysWhat(o) {
				out = append(out, o)
			}
		}
	}
	return out
}

// isAlone reports whether the target of a patch selects no other object in the files that are
// built: an edit of the patch would change that object too.
func (s Set) isAlone(o Object, p KustomizePatch, builds map[string]bool) bool {
	return !slices.ContainsFunc(s.objects, func(other Object) bool {
		return other.Ref != o.Ref && builds[other.File] && p.Touches(other.Ref)
	})
}

// laid returns the patches in a document that may be laid over objects.
func (d documentReading) laid(p KustomizePatch) []laidPatch {
	if d.doc.Root() != nil && d.doc.Root().Kind == yaml.SequenceNode {
		if p.Target == nil {
			return nil // kustomize refuses to build
		}
		operations := operationsOf(d.doc)
		if len(operations) == 0 {
			return nil
		}
		return []laidPatch{{by: p, doc: d.doc, operations: operations}}
	}
	var out []laidPatch
	for _, patch := range d.objects {
		out = append(out, laidPatch{by: p, doc: d.doc, patch: patch})
	}
	return out
}

// inline returns the document of a patch that its kustomization holds as a literal block; none for
// a patch in another form.
func (r Reader) inline(k Kustomization, p KustomizePatch) []documentReading {
	_, node, found := k.source.find(p.at)
	if !found {
		return nil
	}
	doc := k.source.doc.Block(node)
	if doc == nil {
		return nil
	}
	d := documentReading{doc: doc}
	if data, err := r.parse(doc); err == nil && data != nil {
		_ = d.object(source{doc: doc}, data) // no object, no patch
	}
	return []documentReading{d}
}

// patchable returns the files with the objects that the patches of a kustomization are for: the
// files that it builds. For a component these are also the files of the kustomizations that take it
// in.
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

// names reports whether the patch is for an object: a merge patch names it, a JSON patch selects it
// by the target.
func (l laidPatch) names(o Object) bool {
	if l.operations != nil {
		return l.by.takesStrictly(o)
	}
	namespace := l.patch.Meta().GetNamespace()
	return o.Ref.Name != "" && l.patch.Ref.Name == o.Ref.Name && l.patch.Ref.Group == o.Ref.Group &&
		(o.Ref.Namespace == "" || namespace == "" || namespace == o.Ref.Namespace ||
			namespace == o.Meta().GetNamespace())
}

// over returns the object with the patch laid over it, and its faults; the zero Object where the
// result is unknown. It is unknown for an object or a patch in a list, for a patch with options,
// for a merge patch with a target or a directive, and for a JSON patch that fails.
func (l laidPatch) over(o Object) (Object, []Fault) {
	isWhole := func(o Object) bool { return o.source.doc != nil && o.source.part == nil }
	if l.by.options || !isWhole(o) {
		return Object{}, nil
	}
	at, data := source{l.doc, l.patch.source.part}, []byte(nil)
	var err error
	switch {
	case l.operations != nil:
		at.part, data, err = l.applied(o)
	case l.by.Target != nil || !isWhole(l.patch) || slices.ContainsFunc(yamltext.Subtree(at.node()), isDirective):
		return Object{}, nil
	default:
		data, err = mergedJSON(o.source.doc, l.doc)
	}
	if err != nil {
		return Object{}, nil
	}
	out, found := decodeObject(at, data)
	faults := found.list
	for i := range faults {
		f := &faults[i]
		if f.Object, f.File = o.Ref, l.doc.File; f.Line == 0 {
			f.Line = at.line(f.Field)
		}
	}
	out.Ref = o.Ref
	out.overlay = &Overlay{Object: o, Kustomization: l.kustomization.File, Line: l.by.Line,
		Inline: l.by.From.Name == "", by: l.by, operations: l.operations}
	return out, faults
}

// applied applies the operations of a JSON patch to an object. It returns the tree, which says
// where the object is written in the patch, and the JSON.
func (l laidPatch) applied(o Object) (*yaml.Node, []byte, error) {
	data, err := o.source.doc.JSON()
	if err != nil {
		return nil, nil, err
	}
	var tree map[string]any
	if err := decodeNumbers(data, &tree); err != nil {
		return nil, nil, err
	}
	if metadata, is := tree["metadata"].(map[string]any); is && metadata["annotations"] == nil && l.annotated {
		metadata["annotations"] = map[string]any{}
	}
	root, err := toNode(tree)
	if err != nil {
		return nil, nil, err
	}
	var value any = tree
	for _, op := range l.operations {
		var ok bool
		if value, root, ok = op.appliedTo(value, root, jsonpointer.Steps(op.Path)); !ok {
			return nil, nil, operationError{op}
		}
	}
	root.Line, root.Column = l.doc.Root().Line, l.doc.Root().Column
	data, err = json.Marshal(value)
	return root, data, err
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

// mergedJSON returns an object with a patch laid over it, by RFC 7386. Kustomize does the same for
// kinds that Kubernetes itself does not have.
func mergedJSON(object, patch *yamltext.Document) ([]byte, error) {
	var trees [2]any
	for i, doc := range []*yamltext.Document{object, patch} {
		data, err := doc.JSON()
		if err != nil {
			return nil, err
		}
		if err := decodeNumbers(data, &trees[i]); err != nil {
			return nil, err
		}
	}
	return json.Marshal(merged(trees[0], trees[1]))
}

// merged applies a patch to a value and returns the result. It may change value, which must not be
// used again.
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
