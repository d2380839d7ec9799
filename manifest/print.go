package manifest

import (
	"bytes"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// appendYAML appends a mapping of [toNode] as YAML in block style.
func appendYAML(out []byte, node *yaml.Node) ([]byte, error) {
	p := printer{out: out}
	if p.mapping(node, 0); !p.gaveUp {
		return append(p.out, '\n'), nil
	}
	text, err := libraryYAML(node)
	return append(out, markup.Text(text)...), err // what it escapes is in double quotes
}

// libraryYAML returns a node as the YAML library prints it.
func libraryYAML(node *yaml.Node) (string, error) {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	encoder.CompactSeqIndent()
	if err := encoder.Encode(node); err != nil {
		return "", err
	}
	err := encoder.Close()
	return text.String(), err
}

// printer prints nodes byte for byte as the YAML library does. The library keeps some hundred bytes
// for each node until the document ends, which made most of the cost of encoding. The printer gives
// up on rare values: then the library prints the document. FuzzPrint holds that both agree.
type printer struct {
	out    []byte
	gaveUp bool
}

// maxSimpleKey is the length of the longest key that needs no "? " before it.
const maxSimpleKey = 128

// mapping prints the entries of a mapping. The first begins where the output ends.
func (p *printer) mapping(n *yaml.Node, indent int) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if i > 0 {
			p.line(indent)
		}
		key, value := n.Content[i], n.Content[i+1]
		if len(key.Value) > maxSimpleKey || strings.Contains(key.Value, "\n") {
			p.gaveUp = true
		}
		p.scalar(key, indent)
		p.out = append(p.out, ':')
		switch {
		case len(value.Content) == 0:
			p.out = append(p.out, ' ')
			p.scalar(value, indent)
		case value.Kind == yaml.MappingNode:
			p.line(indent + 2)
			p.mapping(value, indent+2)
		default:
			p.line(indent)
			p.list(value, indent)
		}
	}
}

// list prints the items of a list. The first begins where the output ends.
func (p *printer) list(n *yaml.Node, indent int) {
	for i, item := range n.Content {
		if i > 0 {
			p.line(indent)
		}
		p.out = append(p.out, "- "...)
		switch {
		case len(item.Content) == 0:
			p.scalar(item, indent)
		case item.Kind == yaml.MappingNode:
			p.mapping(item, indent+2)
		default:
			p.list(item, indent+2)
		}
	}
}

// line begins a line.
func (p *printer) line(indent int) {
	p.out = append(p.out, '\n')
	for range indent {
		p.out = append(p.out, ' ')
	}
}

// scalar prints a scalar, or an empty mapping or list. Further lines of it are indented deeper than
// indent.
func (p *printer) scalar(n *yaml.Node, indent int) {
	s := n.Value
	switch {
	case n.Kind == yaml.MappingNode:
		p.out = append(p.out, "{}"...)
	case n.Kind == yaml.SequenceNode:
		p.out = append(p.out, "[]"...)
	case n.Tag == "": // a number, true, false or null
		p.out = append(p.out, s...)
	case strings.ContainsFunc(s, func(r rune) bool { return (r < ' ' || r > '~') && r != '\n' }):
		p.gaveUp = true
	case n.Style&yaml.DoubleQuotedStyle != 0 || !isString(s):
		p.out = strconv.AppendQuote(p.out, s)
	case strings.Contains(s, "\n"):
		p.block(s, indent+2)
	case isPlain(s):
		p.out = append(p.out, s...)
	default:
		p.out = append(append(append(p.out, '\''), strings.ReplaceAll(s, "'", "''")...), '\'')
	}
}

// block prints a text of several lines that is [blockSafe].
func (p *printer) block(s string, indent int) {
	if strings.Contains(s, " \n") || strings.HasSuffix(s, " ") {
		p.gaveUp = true
	}
	p.out = append(p.out, '|')
	if !strings.HasSuffix(s, "\n") {
		p.out = append(p.out, '-')
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(s, "\n"), "\n") {
		if line == "" {
			p.line(0)
			continue
		}
		p.line(indent)
		p.out = append(p.out, line...)
	}
}

// isString reports whether a reader of YAML 1.2 reads s without quotes as a string.
func isString(s string) bool {
	n := yaml.Node{Kind: yaml.ScalarNode, Value: s}
	return n.ShortTag() == "!!str"
}

// isPlain reports whether s can be a value in a block without quotes.
func isPlain(s string) bool {
	switch s[0] {
	case ' ', '#', ',', '[', ']', '{', '}', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`':
		return false
	case '-', '?', ':':
		if len(s) == 1 || s[1] == ' ' {
			return false
		}
	}
	if strings.HasPrefix(s, "---") || strings.HasPrefix(s, "...") {
		return false
	}
	last := s[len(s)-1]
	return last != ' ' && last != ':' && !strings.Contains(s, ": ") && !strings.Contains(s, " #")
}
