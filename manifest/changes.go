package manifest

import (
	"encoding/json"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// Changes returns the changes that turn the set from into the set to. An edit of from by them has
// the meaning of to, and keeps the text of everything that does not differ. The changes first
// remove the objects that to lacks. Then they set or remove the fields that differ. Then they add
// the objects that from lacks, to the files that they have in to. An object in both sets stays in
// its file.
//
// Changes tries this edit and returns its error, together with the changes. The edit fails for what
// no change can say: a field behind an anchor, the selector of a Deployment, an object of a
// template, a new object without a file, an object that appears twice. It also fails when weights
// in to do not sum to 100, and when from was not read from files.
func Changes(from, to Set) ([]Change, error) {
	var out, fields []Change
	for i, o := range from.objects {
		other, found := to.Get(o.Ref)
		switch {
		case !from.isFirst(i):
		case !found:
			out = append(out, RemoveDocument{o.Ref})
		default:
			c := leading{ref: o.Ref}
			c.nodes("", o.meaning(), other.meaning())
			fields = append(fields, c.out...)
		}
	}
	out = append(out, fields...)
	for i, o := range to.objects {
		if _, found := from.Get(o.Ref); !found && to.isFirst(i) {
			out = append(out, AddDocument{File: o.File, Value: o.Value})
		}
	}
	edit, err := from.Edit(out...)
	if err != nil {
		return out, fmt.Errorf("changes: %w", err)
	}
	var errs []error
	for _, d := range Diff(edit.After, to) {
		o, _ := from.Get(d.Object)
		o.Ref = d.Object
		errs = append(errs, o.refuse(ErrUnsafe, d.Field, "must differ in what changes can say, not in: %s", d))
	}
	if err := errors.Join(errs...); err != nil {
		return out, fmt.Errorf("changes: %w", err)
	}
	return out, nil
}

// leading gathers the changes that lead from one object to another.
type leading struct {
	ref Ref
	out []Change
}

func (c *leading) set(path string, value *yaml.Node) {
	c.out = append(c.out, SetField{c.ref, path, plainValue(value)})
}

func (c *leading) remove(path string) { c.out = append(c.out, RemoveField{c.ref, path}) }

func (c *leading) nodes(path string, a, b *yaml.Node) {
	switch {
	case sameTree(a, b):
	case a.Kind != b.Kind || a.Kind == yaml.ScalarNode:
		c.set(path, b)
	case a.Kind == yaml.SequenceNode:
		c.items(path, a.Content, b)
	default:
		for i := 0; i+1 < len(a.Content); i += 2 {
			key := a.Content[i].Value
			if other := yamltext.Child(b, key); other != nil {
				c.nodes(join(path, key), a.Content[i+1], other)
			} else {
				c.remove(join(path, key))
			}
		}
		for i := 0; i+1 < len(b.Content); i += 2 {
			if key := b.Content[i].Value; yamltext.Child(a, key) == nil {
				c.set(join(path, key), b.Content[i+1])
			}
		}
	}
}

// items turns one list into another: it removes items, changes those that stay, and adds others
// behind them. If that does not lead there, it sets the whole list.
func (c *leading) items(path string, a []*yaml.Node, b *yaml.Node) {
	var left []*yaml.Node
	var gone []int
	if byName, ok := named(b.Content, nameOf); ok && allNamed(a) {
		for i, item := range a {
			if byName[nameOf(item)] == nil {
				gone = append(gone, i)
			} else {
				left = append(left, item)
			}
		}
		for i, item := range left {
			if i >= len(b.Content) || nameOf(item) != nameOf(b.Content[i]) {
				c.set(path, b)
				return
			}
		}
	} else {
		for i := len(b.Content); i < len(a); i++ {
			gone = append(gone, i)
		}
		left = a[:min(len(a), len(b.Content))]
	}
	if len(left) == 0 {
		c.set(path, b)
		return
	}
	for i := len(gone) - 1; i >= 0; i-- {
		c.remove(fmt.Sprintf("%s[%d]", path, gone[i]))
	}
	for i, item := range b.Content {
		if at := fmt.Sprintf("%s[%d]", path, i); i < len(left) {
			c.nodes(at, left[i], item)
		} else {
			c.set(at, item)
		}
	}
}

// allNamed reports whether each item has a unique name.
func allNamed(list []*yaml.Node) bool {
	_, ok := named(list, nameOf)
	return ok
}

// plainValue returns the value of a node without YAML: a string, a number, a boolean, nil, or JSON
// with the keys in their order.
func plainValue(node *yaml.Node) any {
	text := appendJSON(nil, node)
	switch {
	case node.Kind != yaml.ScalarNode:
		return json.RawMessage(text)
	case node.ShortTag() == "!!str":
		return node.Value
	case node.Value == "null":
		return nil
	case node.Value == "true", node.Value == "false":
		return node.Value == "true"
	}
	return json.Number(node.Value)
}

// appendJSON adds a node of [toNode] as JSON.
func appendJSON(out []byte, node *yaml.Node) []byte {
	brackets := "[]"
	switch {
	case node.Kind == yaml.ScalarNode && node.ShortTag() == "!!str":
		text, _ := json.Marshal(node.Value) // no string fails
		return append(out, text...)
	case node.Kind == yaml.ScalarNode:
		return append(out, node.Value...)
	case node.Kind == yaml.MappingNode:
		brackets = "{}"
	}
	out = append(out, brackets[0])
	for i, n := range node.Content {
		switch {
		case i == 0:
		case node.Kind == yaml.MappingNode && i%2 == 1:
			out = append(out, ':')
		default:
			out = append(out, ',')
		}
		out = appendJSON(out, n)
	}
	return append(out, brackets[1])
}
