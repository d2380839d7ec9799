package manifest

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// operation is one operation of a JSON patch (RFC 6902), as it is written.
type operation struct {
	Op    string
	Path  string
	Value any
	// item is the node of the operation in the text, and value the node of its value.
	item, value *yaml.Node
}

// operationsOf returns the operations of a document. It returns none unless all are "add",
// "replace", "remove" or "test", at a path: the effect of others is not known here.
func operationsOf(doc *yamltext.Document) []operation {
	if doc.Root() == nil || doc.Misread != nil || yamltext.Plain(yamltext.Subtree(doc.Root())...) != nil {
		return nil
	}
	data, err := doc.JSON()
	var out []operation
	if err != nil || decodeNumbers(data, &out) != nil || len(out) != len(doc.Root().Content) {
		return nil
	}
	for i := range out {
		op := &out[i]
		op.item = doc.Root().Content[i]
		op.value = yamltext.Child(op.item, "value")
		known := slices.Contains([]string{"add", "replace", "test"}, op.Op) && op.value != nil || op.Op == "remove"
		if op.Op == "test" && strings.HasPrefix("/metadata/annotations", op.Path) { //nolint:gocritic // at or above it
			return nil // kustomize has annotations for itself there
		}
		if !known || !strings.HasPrefix(op.Path, "/") || op.item.Kind != yaml.MappingNode {
			return nil
		}
	}
	return out
}

// decodeNumbers decodes JSON and keeps numbers as they are written.
func decodeNumbers(data []byte, into any) error {
	numbers := json.NewDecoder(bytes.NewReader(data))
	numbers.UseNumber()
	return numbers.Decode(into)
}

// appliedTo applies the operation to a value, and to the node that says where the value is written.
// ok says that it can be applied. It may change value and node, which must not be used again.
func (op operation) appliedTo(value any, node *yaml.Node, steps []string) (outValue any, outNode *yaml.Node, ok bool) {
	if len(steps) == 0 {
		if op.Op == "test" {
			return value, node, isSameJSON(value, op.Value)
		}
		return op.Value, cloneTree(op.value), true
	}
	step, last := steps[0], len(steps) == 1
	switch v := value.(type) {
	case map[string]any:
		child, there := v[step]
		if !there && (!last || op.Op != "add") {
			return nil, nil, false
		}
		if last && op.Op == "remove" {
			delete(v, step)
			drop(node, step, func(*yaml.Node) bool { return true })
			return v, unplaced(node), true
		}
		key, at := yamltext.Entry(node, step)
		if there != (key != nil) {
			return nil, nil, false // such as a key that is no text
		}
		if child, at, ok = op.appliedTo(child, at, steps[1:]); !ok {
			return nil, nil, false
		}
		if v[step] = child; !there {
			key = textNode(step)
			node.Content = append(node.Content, key, nil)
		}
		node.Content[slices.Index(node.Content, key)+1] = at
		if last && op.Op != "test" {
			unplaced(key) // the value is not written behind it
		}
		return v, op.changed(node), true
	case []any:
		i, isIndex := listIndex(step, len(v), last && op.Op == "add")
		switch {
		case !isIndex:
			return nil, nil, false
		case last && op.Op == "remove":
			node.Content = slices.Delete(node.Content, i, i+1)
			return slices.Delete(v, i, i+1), unplaced(node), true
		case last && op.Op == "add":
			node.Content = slices.Insert(node.Content, i, cloneTree(op.value))
			return slices.Insert(v, i, op.Value), unplaced(node), true
		}
		if v[i], node.Content[i], ok = op.appliedTo(v[i], node.Content[i], steps[1:]); !ok {
			return nil, nil, false
		}
		return v, op.changed(node), true
	}
	return nil, nil, false
}

// listIndex returns the index that a step of a pointer names in a list. ok is false for any other
// step. Kustomize takes some of those: their effect is not known here.
func listIndex(step string, length int, isAdd bool) (i int, ok bool) {
	if step == "-" {
		return length, isAdd
	}
	i, err := strconv.Atoi(step)
	return i, err == nil && step == strconv.Itoa(i) && i >= 0 && (i < length || isAdd && i == length)
}

// changed returns a collection in which the operation changed something: it is no longer written in
// one place. A "test" changes nothing.
func (op operation) changed(node *yaml.Node) *yaml.Node {
	if op.Op == "test" {
		return node
	}
	return unplaced(node)
}

// unplaced marks a node as one that is in no text.
func unplaced(node *yaml.Node) *yaml.Node {
	node.Line, node.Column = 0, 0
	return node
}

// isSameJSON reports whether two values are equal. The form of numbers does not count.
func isSameJSON(a, b any) bool {
	number := func(v any) any {
		if n, is := v.(json.Number); is {
			if f, err := n.Float64(); err == nil {
				return f
			}
		}
		return v
	}
	switch a := a.(type) {
	case map[string]any:
		b, is := b.(map[string]any)
		if !is || len(a) != len(b) {
			return false
		}
		for key, v := range a {
			if other, there := b[key]; !there || !isSameJSON(v, other) {
				return false
			}
		}
		return true
	case []any:
		b, is := b.([]any)
		return is && slices.EqualFunc(a, b, isSameJSON)
	}
	return reflect.DeepEqual(number(a), number(b))
}
