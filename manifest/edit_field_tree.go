package manifest

import (
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
	"github.com/swimlane-go/swimlane/lanes"
)

// expect records the tree that the object must have after the edit: the present one with a change
// of the collection that holds the field.
func (e *editor) expect(f field, change func(in *yaml.Node)) {
	want := cloneTree(f.source.node())
	in := want
	for _, at := range f.at[:len(f.at)-1] {
		in = in.Content[at]
	}
	change(in)
	e.want = want
	e.allowed = append(e.allowed, "") // the tree tells more
	switch {
	case f.VirtualService() != nil:
		e.entries = append(e.entries, f.Ref)
	case f.Lane() != nil && (f.path == "spec" || strings.HasPrefix(f.path, ingressWeight)):
		e.groups = append(e.groups, f.Meta().GetLabels()[lanes.LabelLaneGroup])
	}
}

// checkTrees returns an error unless the objects have the trees that [editor.expect] recorded.
func (e *editor) checkTrees(after Set) error {
	var errs []error
	for i, before := range e.set.objects {
		part := e.parts[before.Ref]
		if part == nil || part.want == nil || !e.set.isFirst(i) {
			continue
		}
		if o, found := after.Get(before.Ref); !found || !sameTree(o.source.node(), part.want) {
			errs = append(errs, before.refuse(ErrUnsafe, "",
				"must be a text in which the field can change and nothing else"))
		}
	}
	for _, k := range e.set.kustomized.all {
		before := k.object()
		part := e.parts[before.Ref]
		if part == nil || part.want == nil {
			continue
		}
		same := func(k Kustomization) bool {
			return k.File == before.File && k.source.doc != nil && sameTree(k.source.node(), part.want)
		}
		if !slices.ContainsFunc(after.kustomized.all, same) {
			errs = append(errs, before.refuse(ErrUnsafe, "",
				"must be a text in which the field can change and nothing else"))
		}
	}
	return errors.Join(errs...)
}

func cloneTree(node *yaml.Node) *yaml.Node {
	out := *node
	out.Content = make([]*yaml.Node, len(node.Content))
	for i, n := range node.Content {
		out.Content[i] = cloneTree(n)
	}
	return &out
}

// sameTree reports whether two nodes hold the same. The order of keys and the form of values do not
// count.
func sameTree(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || len(a.Content) != len(b.Content) {
		return false
	}
	switch a.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(a.Content); i += 2 {
			if other := yamltext.Child(b, a.Content[i].Value); other == nil || !sameTree(a.Content[i+1], other) {
				return false
			}
		}
		return true
	case yaml.SequenceNode:
		for i := range a.Content {
			if !sameTree(a.Content[i], b.Content[i]) {
				return false
			}
		}
		return true
	}
	return a.Value == b.Value && (a.ShortTag() == "!!str") == (b.ShortTag() == "!!str")
}
