package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// toNode marshals a value to JSON and returns that as a YAML node, its keys in the order of the Go
// type.
func toNode(value any) (*yaml.Node, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	r := jsonReader{rest: data}
	node := r.value()
	return node, r.err
}

// jsonReader turns the output of json.Marshal into YAML nodes: it is compact and without faults.
// json.Decoder reads it token by token, and takes several times as long.
type jsonReader struct {
	rest []byte
	err  error
}

func (r *jsonReader) value() *yaml.Node {
	switch r.rest[0] {
	case '{':
		return r.items(yaml.MappingNode, '}')
	case '[':
		return r.items(yaml.SequenceNode, ']')
	case '"':
		return textNode(r.text())
	}
	end := bytes.IndexAny(r.rest, ",]}") // of a number, true, false or null
	if end < 0 {
		end = len(r.rest)
	}
	node := &yaml.Node{Kind: yaml.ScalarNode, Value: string(r.rest[:end])}
	r.rest = r.rest[end:]
	return node
}

// items reads the items of an array, or the keys and values of an object.
func (r *jsonReader) items(kind yaml.Kind, end byte) *yaml.Node {
	node := &yaml.Node{Kind: kind}
	for r.rest = r.rest[1:]; r.rest[0] != end; {
		if c := r.rest[0]; c == ',' || c == ':' {
			r.rest = r.rest[1:]
		}
		node.Content = append(node.Content, r.value())
	}
	r.rest = r.rest[1:]
	return node
}

// text reads a string.
func (r *jsonReader) text() string {
	end := 1
	for ; r.rest[end] != '"'; end++ {
		if r.rest[end] == '\\' {
			end++ // the next byte is escaped
		}
	}
	text := string(r.rest[1:end])
	if strings.Contains(text, `\`) || !utf8.ValidString(text) { // a type may marshal itself to any bytes
		r.err = errors.Join(r.err, json.Unmarshal(r.rest[:end+1], &text))
	}
	r.rest = r.rest[end+1:]
	return text
}

// textNode returns the node of a string. The encoder adds quotes where YAML 1.2 needs them.
// textNode adds them where YAML 1.1 does, the version of Kubernetes' readers, and where
// [appendYAML] writes escapes.
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

// blockSafe reports whether every reader reads s back from a literal block: it begins with a
// printed character, ends with at most one \n, and has nothing but printed ASCII and \n.
func blockSafe(s string) bool {
	if s[0] <= ' ' || strings.HasSuffix(s, "\n\n") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f || r > 0x7e })
}

// drop removes a key of a mapping when its value is meaningless.
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
