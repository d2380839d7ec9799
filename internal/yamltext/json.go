package yamltext

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	k8syaml "sigs.k8s.io/yaml"
)

// JSON returns the document as Kubernetes' reader converts it: it reads YAML 1.1,
// ends every line with \n, and keeps JSON as it is. An error is an [*Error].
func (d *Document) JSON() ([]byte, error) {
	if d.json != nil {
		return d.json, nil
	}
	body := d.Body()
	if d.Root() != nil && isClear(body) {
		if data, clear := appendClear(make([]byte, 0, len(body)), d.Root()); clear {
			return data, nil
		}
	}
	if bytes.Contains(body, []byte("\r\n")) {
		body = bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))
	}
	if !bytes.HasSuffix(body, []byte("\n")) {
		body = append(body[:len(body):len(body)], '\n')
	}
	data, err := k8syaml.YAMLToJSON(body)
	if err != nil {
		return nil, d.syntax(err)
	}
	return data, nil
}

// A text is clear when YAML 1.1 and YAML 1.2 must read it alike. A clear text is not parsed again
// for Kubernetes' reader: that would take most of the time of reading. Kubernetes' reader itself
// reads any other text, so these functions may give up whenever in doubt. FuzzJSON holds that both
// agree.

// isClear reports whether a text holds only printed characters and \n, ends with \n, and has no
// tags: the parser drops some of them.
func isClear(text []byte) bool {
	for i := 0; i < len(text); {
		c, size := rune(text[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRune(text[i:])
		}
		i += size
		if c == '!' || c < ' ' && c != '\n' || c >= 0x7f &&
			(c <= 0xa0 || isBreak(c) || isControl(c) || c == utf8.RuneError) {
			return false
		}
	}
	return bytes.HasSuffix(text, []byte("\n"))
}

// appendClear appends a node as JSON, its keys sorted. It reports whether the node and all nodes
// below it are clear.
func appendClear(out []byte, n *yaml.Node) ([]byte, bool) {
	if n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 {
		return nil, false
	}
	var clear bool
	switch n.Kind {
	case yaml.SequenceNode:
		out = append(out, '[')
		for i, item := range n.Content {
			if i > 0 {
				out = append(out, ',')
			}
			if out, clear = appendClear(out, item); !clear {
				return nil, false
			}
		}
		return append(out, ']'), true
	case yaml.MappingNode:
		var room [16]entry
		entries, clear := clearEntries(room[:0], n)
		if !clear {
			return nil, false
		}
		out = append(out, '{')
		for i, e := range entries {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(appendString(out, e.key), ':')
			if out, clear = appendClear(out, e.value); !clear {
				return nil, false
			}
		}
		return append(out, '}'), true
	case yaml.ScalarNode:
		return appendScalar(out, n)
	}
	return nil, false
}

// entry is a key of a mapping with its value.
type entry struct {
	key   string
	value *yaml.Node
}

// clearEntries returns the entries of a mapping, sorted by key. It returns false unless all keys
// are strings and no key appears twice.
func clearEntries(out []entry, n *yaml.Node) ([]entry, bool) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode || k.Anchor != "" || k.Style&yaml.TaggedStyle != 0 || Ambiguous(k.Value) {
			return nil, false
		}
		out = append(out, entry{k.Value, n.Content[i+1]})
	}
	slices.SortFunc(out, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	for i := 1; i < len(out); i++ {
		if out[i].key == out[i-1].key {
			return nil, false
		}
	}
	return out, true
}

// appendScalar appends a scalar. A scalar in quotes or in a block is a string. A plain scalar is
// clear if it is a number, a boolean or null in its usual form, or certainly a string.
func appendScalar(out []byte, n *yaml.Node) ([]byte, bool) {
	const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	switch v := n.Value; {
	case n.Style&quoted != 0:
		return appendString(out, v), true
	case v == "" || v == "null":
		return append(out, "null"...), true
	case v == "true" || v == "false" || isNumber(v):
		return append(out, v...), true
	default:
		return appendString(out, v), !Ambiguous(v)
	}
}

// isNumber reports whether a text is a whole number as JSON writes it, of a size that
// every reader takes.
func isNumber(s string) bool {
	return s == "0" || len(s) <= 15 && s[0] != '0' && strings.Trim(s, "0123456789") == ""
}

// appendString appends a string as encoding/json does.
func appendString(out []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			data, _ := json.Marshal(s) // no string fails to be encoded
			return append(out, data...)
		}
	}
	return append(append(append(out, '"'), s...), '"')
}
