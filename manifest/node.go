package manifest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// toNode returns the YAML node of what value marshals to, its keys in the order
// of the JSON, which is that of the Go type.
func toNode(value any) (*yaml.Node, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return readNode(d)
}

func readNode(d *json.Decoder) (*yaml.Node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		node := &yaml.Node{Kind: yaml.MappingNode}
		if t == '[' {
			node.Kind = yaml.SequenceNode
		}
		for d.More() {
			child, err := readNode(d)
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, child)
		}
		_, err := d.Token() // the closing delimiter
		return node, err
	case string:
		return textNode(t), nil
	case json.Number:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: t.String()}, nil
	case bool:
		if t {
			return &yaml.Node{Kind: yaml.ScalarNode, Value: "true"}, nil
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Value: "false"}, nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: "null"}, nil
}

// textNode returns the node of a string, which the encoder quotes where YAML 1.2
// needs it. It is quoted here where YAML 1.1 does, the version that Kubernetes'
// readers speak, and where [encode] writes escapes.
func textNode(s string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	switch {
	case yamltext.Ambiguous(s), markup.Text(s) != s:
		node.Style = yaml.DoubleQuotedStyle
	case strings.Contains(s, "\n") && !blockSafe(s):
		node.Style = yaml.DoubleQuotedStyle
	}
	return node
}

// blockSafe reports whether s can stand in a literal block and be read back by
// every reader: it begins with a printed character and no line has anything but
// plain text.
func blockSafe(s string) bool {
	if s[0] <= ' ' || strings.HasSuffix(s, "\n\n") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f || r > 0x7e })
}

// drop removes a key of a mapping when its value is one that means nothing.
func drop(node *yaml.Node, key string, meaningless func(*yaml.Node) bool) {
	if node == nil || node.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key && meaningless(node.Content[i+1]) {
			node.Content = slices.Delete(node.Content, i, i+2)
			return
		}
	}
}
