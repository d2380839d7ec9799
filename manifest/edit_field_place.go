package manifest

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// field is a place in the text of an object.
type field struct {
	Object
	path string
	// around are the collections around the field, from the object inwards. at are the indexes in
	// their Content: of the next collection, and at last of the field; -1 for a missing one.
	around []*yaml.Node
	at     []int
	// missing are the steps of the path that are not written. The first is a key or an item to add
	// to the last collection. It is empty when the last collection has a null in its place.
	missing []pathStep
}

// field returns a field of an object; an error unless it can be edited.
func (e *editor) field(ref Ref, path string) (field, error) {
	o, err := e.find(ref)
	if err != nil {
		return field{}, err
	}
	return o.fieldAt(path)
}

// fieldAt returns a field of the object; an error unless it can be edited.
func (o Object) fieldAt(path string) (field, error) {
	f := field{Object: o, path: path}
	todo := pathSteps(path)
	if len(todo) == 0 {
		return f, f.refuse(ErrValue, path, "must have a path")
	}
	if o.PodTemplate() != nil && (path == "spec.selector" || strings.HasPrefix(path, "spec.selector.")) {
		return f, f.refuse(ErrUnsafe, path, "must not change the selector of a %s: no cluster takes that", o.Ref.Kind)
	}
	node := o.source.node()
	for len(todo) > 0 {
		at := -1
		switch node.Kind {
		case yaml.MappingNode:
			if key, _ := yamltext.Entry(node, todo[0].name); key != nil {
				at = slices.Index(node.Content, key) + 1
			}
		case yaml.SequenceNode:
			i, err := strconv.Atoi(todo[0].name)
			if err != nil || i < 0 || i > len(node.Content) {
				return f, f.refuse(ErrNotFound, path, "must have an item %s: there are %d", todo[0].name,
					len(node.Content))
			}
			if i < len(node.Content) {
				at = i
			}
		case yaml.AliasNode:
			return f, f.isPlain(node)
		default:
			if node.ShortTag() != "!!null" {
				return f, f.refuse(ErrWrongKind, path, "must be in a mapping or a list, not in %q", node.Value)
			}
			// the value is null: the new one replaces it
			f.missing = append([]pathStep{{}}, todo...)
			return f, f.isPlain()
		}
		f.around = append(f.around, node)
		f.at = append(f.at, at)
		if at < 0 {
			f.missing = todo
			return f, f.isPlain()
		}
		node, todo = node.Content[at], todo[1:]
	}
	return f, f.isPlain(yamltext.Subtree(node)...)
}

// isPlain refuses a field that is not written out in its place.
func (f field) isPlain(nodes ...*yaml.Node) error {
	return f.plain(f.path, slices.Concat(f.around, nodes)...)
}

// setValue gives the field a value, with the missing collections around it.
func (f field) setValue(e *editor, value *yaml.Node) error {
	for i := len(f.missing) - 1; i > 0; i-- { // builds the missing collections around the value
		if value = f.missing[i].around(value); value == nil {
			return f.refuse(ErrNotFound, f.path, "must have a list for the item %s", f.missing[i].name)
		}
	}
	return f.set(e, value)
}

// set gives the field a value, or the first missing step if there is one.
func (f field) set(e *editor, value *yaml.Node) error {
	last := len(f.around) - 1
	in, at := f.around[last], f.at[last]
	doc := f.source.doc
	var p yamltext.Patch
	var err error
	e.expect(f, func(in *yaml.Node) {
		switch {
		case at >= 0:
			in.Content[at] = value
		case in.Kind == yaml.MappingNode:
			in.Content = append(in.Content, textNode(f.missing[0].name), value)
		default:
			in.Content = append(in.Content, value)
		}
	})
	switch {
	case at >= 0 && sameTree(in.Content[at], value):
		return nil
	case at >= 0:
		if percent, isNumber := strconv.Atoi(value.Value); isNumber == nil && strings.HasSuffix(f.path, ".weight") {
			e.outdate(doc, in.Content[at], percent)
		}
		p, err = doc.SetNode(in, at, value)
	case in.Kind == yaml.MappingNode:
		p, err = doc.AddNode(in, f.missing[0].name, value)
	case len(in.Content) == 0:
		p, err = doc.SetNode(f.around[last-1], f.at[last-1],
			&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{value}})
	default:
		p, err = doc.AppendNode(in, value)
	}
	if err != nil {
		return f.Object.at(f.path, in, err)
	}
	e.patch(doc, p)
	return nil
}

// remove takes the field out of its collection.
func (f field) remove(e *editor) error {
	last := len(f.around) - 1
	in, at := f.around[last], f.at[last]
	doc := f.source.doc
	width := 1
	if in.Kind == yaml.MappingNode {
		width, at = 2, at-1
	}
	e.expect(f, func(in *yaml.Node) { in.Content = slices.Delete(in.Content, at, at+width) })
	var p yamltext.Patch
	var err error
	switch {
	case len(in.Content) == width && last > 0:
		p, err = doc.SetNode(f.around[last-1], f.at[last-1], &yaml.Node{Kind: in.Kind, Style: yaml.FlowStyle})
	case width == 2:
		p, err = doc.RemoveKey(in, in.Content[at].Value)
	default:
		p, err = doc.RemoveItem(in, at)
	}
	if err != nil {
		return f.Object.at(f.path, in, err)
	}
	e.patch(doc, p)
	return nil
}
