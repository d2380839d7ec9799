package manifest

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// SetField sets one field of an object. It is for anything that no other change can say.
//
// A value of one line that is there changes within its quotes. A missing key is added at the end of
// its mapping, with the missing mappings around it. A list or a mapping, old or new, is written
// again, and comments within it go. Names, apiVersion and kind of an object stay. So does the
// selector of a Deployment, which is immutable in a cluster.
type SetField struct {
	Object Ref
	// Path is as in [Object.LineOf]: spec.replicas, metadata.labels[example.com/team],
	// spec.http[0].timeout. The index after the last of a list adds an item.
	Path string
	// Value is anything that encoding/json can marshal: a string, a number, a boolean, or a map,
	// slice or struct.
	Value any
}

// RemoveField removes one field of an object, a key with its value or an item of a list. It must be
// there. {} or [] stays in place of the only one.
type RemoveField struct {
	// Object and Path are as in [SetField].
	Object Ref
	Path   string
}

func (c SetField) edit(e *editor) error {
	value, err := toNode(c.Value)
	f, refused := e.field(c.Object, c.Path)
	switch {
	case refused != nil:
		return refused
	case err != nil:
		return f.refuse(ErrValue, c.Path, "must be a value that JSON has: %w", err)
	}
	for _, n := range yamltext.Subtree(value) {
		if isTemplate([]byte(n.Value)) {
			return f.refuse(ErrValue, c.Path, "must not hold {{, which would make the object a template: %q", n.Value)
		}
	}
	return f.setValue(e, value)
}

func (c RemoveField) edit(e *editor) error {
	f, err := e.field(c.Object, c.Path)
	if err != nil {
		return err
	}
	if len(f.missing) > 0 {
		return f.refuse(ErrNotFound, c.Path, "must have %s", c.Path)
	}
	return f.remove(e)
}

// pathStep is a name or an index of a path.
type pathStep struct {
	name      string
	isBracket bool
}

// around returns a collection that holds only a value, at the step; nil for an index other than 0.
func (s pathStep) around(value *yaml.Node) *yaml.Node {
	if _, err := strconv.Atoi(s.name); s.isBracket && err == nil {
		if s.name != "0" {
			return nil
		}
		return &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{value}}
	}
	return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{textNode(s.name), value}}
}

// in returns what a collection holds at the step; nil for nothing.
func (s pathStep) in(node *yaml.Node) *yaml.Node {
	if node.Kind != yaml.SequenceNode {
		return yamltext.Child(node, s.name)
	}
	if i, err := strconv.Atoi(s.name); err == nil && i >= 0 && i < len(node.Content) {
		return node.Content[i]
	}
	return nil
}

// pathSteps returns the steps of a path.
func pathSteps(path string) []pathStep {
	var out []pathStep
	rest := path
	for name := range steps(path) {
		rest = strings.TrimPrefix(rest, ".")
		isBracket := strings.HasPrefix(rest, "[")
		rest = rest[len(name):]
		if isBracket {
			rest = rest[len("[]"):]
		}
		out = append(out, pathStep{name, isBracket})
	}
	return out
}
