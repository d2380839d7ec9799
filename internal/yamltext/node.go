package yamltext

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// Entry returns a key of a mapping and its value, nil when there is none.
func Entry(node *yaml.Node, key string) (k, value *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i], node.Content[i+1]
		}
	}
	return nil, nil
}

// Child returns the value at the end of a path of keys, nil when there is none.
func Child(node *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		_, node = Entry(node, key)
	}
	return node
}

// Items returns the elements of a sequence, none for anything else.
func Items(node *yaml.Node) []*yaml.Node {
	if node == nil || node.Kind != yaml.SequenceNode {
		return nil
	}
	return node.Content
}

// Subtree returns a node and all nodes below it, in the order of the text.
func Subtree(node *yaml.Node) []*yaml.Node {
	out := []*yaml.Node{node}
	for _, n := range node.Content {
		out = append(out, Subtree(n)...)
	}
	return out
}

// Plain returns an error for a node that is not written out in its place, once: for an anchor, an
// alias, a merge key, a tag or a repeated key.
func Plain(nodes ...*yaml.Node) error {
	for _, n := range nodes {
		what := ""
		switch {
		case n.Kind == yaml.AliasNode:
			what = "an alias"
		case n.Anchor != "":
			what = "an anchor"
		case n.Style&yaml.TaggedStyle != 0:
			what = "a tag"
		case Child(n, "<<") != nil:
			what = "a merge key"
		case n.Kind == yaml.MappingNode && repeats(n):
			what = "a repeated key" // readers take the last one, an edit would change the first
		}
		if what != "" {
			return fmt.Errorf("must be written without %s to be edited", what)
		}
	}
	return nil
}

// repeats reports whether a key appears twice in a mapping.
func repeats(mapping *yaml.Node) bool {
	seen := make(map[string]bool, len(mapping.Content)/2)
	for i := 0; i < len(mapping.Content); i += 2 {
		key := mapping.Content[i].Value
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}

// IsPlaced reports whether a node is in the text of a document. A tree may hold other nodes, such
// as those of another document: they have no line. They are never edited, and nothing is added to
// them.
func IsPlaced(node *yaml.Node) bool { return node.Line > 0 }

// elsewhere is the error for a node that is not in the text.
func (d *Document) elsewhere() error {
	return &Error{d.Line, "must be written here to be edited: it is elsewhere"}
}

// isFlow reports whether a collection is written in brackets.
func isFlow(node *yaml.Node) bool { return node.Style&yaml.FlowStyle != 0 }
