package yamltext

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// severalLines is the message for a scalar with an unknown end.
const severalLines = "must not hold a value of several lines"

// scalar returns where a scalar of one line is, quotes included. A value that is left out (`key:`)
// has an empty span.
func (d *Document) scalar(node *yaml.Node) (Span, error) {
	if !IsPlaced(node) {
		return Span{}, d.elsewhere()
	}
	start := d.offset(node)
	rest := d.text[start:d.end]
	end := -1
	switch {
	case node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
	case node.Style&yaml.SingleQuotedStyle != 0:
		end = closing(rest, '\'')
	case node.Style&yaml.DoubleQuotedStyle != 0:
		end = closing(rest, '"')
	case bytes.HasPrefix(rest, []byte(node.Value)):
		end = len(node.Value)
	}
	if end < 0 || bytes.ContainsAny(rest[:end], "\n\r") {
		return Span{}, &Error{d.LineOf(node), severalLines}
	}
	return Span{start, start + end}, nil
}

// closing returns the end of a quoted scalar, -1 when text does not begin with
// one.
func closing(text []byte, quote byte) int {
	if len(text) == 0 || text[0] != quote {
		return -1
	}
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote == '"':
			i++
		case text[i] == quote && quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return -1
}

// multiLine is scalar, and also takes a scalar of several lines if its end is known.
func (d *Document) multiLine(node *yaml.Node) (Span, error) {
	start := d.offset(node)
	rest := d.text[start:d.end]
	end := -1
	switch {
	case node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		end = blockEnd(rest, node.Value)
	case node.Style&yaml.SingleQuotedStyle != 0:
		end = closing(rest, '\'')
	case node.Style&yaml.DoubleQuotedStyle != 0:
		end = closing(rest, '"')
	}
	if end < 0 {
		return d.scalar(node)
	}
	return Span{start, start + end}, nil
}

// blockEnd returns the end of the block scalar that text begins with, without the end of its last
// line. It returns -1 when the header holds an indentation (|2): that counts from the parent, which
// the text does not show.
func blockEnd(text []byte, value string) int {
	header, rest, _ := bytes.Cut(text, []byte("\n"))
	end := len(bytes.TrimSuffix(header, []byte("\r")))
	if comment := bytes.IndexByte(header, '#'); comment >= 0 {
		header = header[:comment]
	}
	if bytes.ContainsAny(header, "123456789") {
		return -1
	}
	if strings.Trim(value, "\n") == "" {
		return end
	}
	at, indent := len(text)-len(rest), -1
	for line := range bytes.Lines(rest) {
		content := bytes.TrimRight(line, "\r\n")
		spaces := len(content) - len(bytes.TrimLeft(content, " "))
		switch {
		case indent < 0 && spaces < len(content): // the first line that is not blank says how far
			indent = spaces
		case spaces < len(content) && spaces < indent:
			return end
		}
		if spaces < len(content) {
			end = at + len(content)
		}
		at += len(line)
	}
	return end
}

// node returns where a node is, the brackets of a flow collection included.
func (d *Document) node(node *yaml.Node) (Span, error) {
	if !IsPlaced(node) {
		return Span{}, d.elsewhere()
	}
	switch node.Kind {
	case yaml.ScalarNode:
		return d.multiLine(node)
	case yaml.AliasNode:
		start := d.offset(node)
		return Span{start, start + len("*") + len(node.Value)}, nil
	}
	out := Span{d.offset(node), d.offset(node)}
	for _, n := range node.Content {
		s, err := d.node(n)
		if err != nil {
			return Span{}, err
		}
		if s.End > s.Start {
			out.End = max(out.End, s.End)
		}
	}
	if node.Style&yaml.FlowStyle == 0 {
		return out, nil
	}
	end := d.closer(max(out.End, out.Start+1))
	if end < 0 {
		return Span{}, &Error{d.LineOf(node), "must end with a bracket"}
	}
	out.End = end
	return out, nil
}

// closer returns the end of the bracket that closes a flow collection; -1 when something else comes
// first. at is the end of the last node in the collection.
func (d *Document) closer(at int) int {
	const between = " \t\r\n,:"
	rest := bytes.TrimLeft(d.text[at:d.end], between)
	for bytes.HasPrefix(rest, []byte("#")) {
		_, rest, _ = bytes.Cut(rest, []byte("\n"))
		rest = bytes.TrimLeft(rest, between)
	}
	if len(rest) == 0 || rest[0] != '}' && rest[0] != ']' {
		return -1
	}
	return d.end - len(rest) + 1
}
