package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// span is a part of a file's text: text[start:end].
type span struct{ start, end int }

// errMultiLine is why a node's end is not known.
var errMultiLine = errors.New("must not hold a value of several lines")

// scalar returns where a scalar stands, quotes included. A value that is left
// out (`key:`) has no span of its own: start and end are equal.
func (d *document) scalar(node *yaml.Node) (span, error) {
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
		return span{}, fmt.Errorf("line %d: %w", d.lineOf(node), errMultiLine)
	}
	return span{start, start + end}, nil
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

// multiLine returns where a scalar stands that may be of several lines.
func (d *document) multiLine(node *yaml.Node) (span, error) {
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
	return span{start, start + end}, nil
}

// blockEnd returns the end of a block scalar that text begins with, without the
// end of its last line; -1 when its header says how far it is indented, which is
// relative to what stands around it.
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

// node returns where a node stands, the brackets of a flow collection included.
func (d *document) node(node *yaml.Node) (span, error) {
	switch node.Kind {
	case yaml.ScalarNode:
		return d.multiLine(node)
	case yaml.AliasNode:
		start := d.offset(node)
		return span{start, start + len("*") + len(node.Value)}, nil
	}
	out := span{d.offset(node), d.offset(node)}
	for _, n := range node.Content {
		s, err := d.node(n)
		if err != nil {
			return span{}, err
		}
		if s.end > s.start {
			out.end = max(out.end, s.end)
		}
	}
	if node.Style&yaml.FlowStyle == 0 {
		return out, nil
	}
	end := d.closer(max(out.end, out.start+1))
	if end < 0 {
		return span{}, fmt.Errorf("line %d: must end with a bracket", d.lineOf(node))
	}
	out.end = end
	return out, nil
}

// closer returns the end of the bracket that closes a flow collection, from
// after the last thing in it; -1 when something else stands there.
func (d *document) closer(at int) int {
	for at < d.end {
		switch c := d.text[at]; {
		case c == '}' || c == ']':
			return at + 1
		case c == '#':
			for at < d.end && d.text[at] != '\n' {
				at++
			}
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':':
			at++
		default:
			return -1
		}
	}
	return -1
}

// lineSpan returns the whole lines on which a span stands, with their ends.
func (d *document) lineSpan(s span) span {
	start := d.start + bytes.LastIndexByte(d.text[d.start:s.start], '\n') + 1
	end := d.end
	if i := bytes.IndexByte(d.text[s.end:d.end], '\n'); i >= 0 {
		end = s.end + i + 1
	}
	return span{start, end}
}

// item returns the lines of an item of a block sequence, from its dash on.
func (d *document) item(sequence *yaml.Node, i int) (span, error) {
	s, err := d.node(sequence.Content[i])
	if err != nil {
		return span{}, err
	}
	lines := d.lineSpan(s)
	for from := lines.start; ; {
		line := d.text[from:d.end]
		if dash := sequence.Column - 1; len(line) > dash && line[dash] == '-' && len(bytes.TrimSpace(line[:dash])) == 0 {
			return span{from, lines.end}, nil
		}
		if from <= d.start {
			return span{}, fmt.Errorf("line %d: must begin with a dash on a line of its own", d.lineOf(sequence.Content[i]))
		}
		from = d.lineSpan(span{from - 1, from - 1}).start
	}
}

// eol returns how the lines of the file end.
func (d *document) eol() string {
	if i := bytes.IndexByte(d.text, '\n'); i > 0 && d.text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// insertLine returns the patch that puts lines after the line on which at
// stands. The file ends with a line end as before, or without.
func (d *document) insertLine(at int, lines string) patch {
	end := d.lineSpan(span{at, at}).end
	if end == 0 || d.text[end-1] != '\n' {
		return patch{span{end, end}, d.eol() + strings.TrimSuffix(lines, d.eol())}
	}
	return patch{span{end, end}, lines}
}

// removeLines returns the patch that removes whole lines. A file without a line
// end at its end keeps none.
func (d *document) removeLines(lines span) patch {
	if lines.end > 0 && lines.end == len(d.text) && d.text[lines.end-1] != '\n' && lines.start > d.start {
		lines.start--
		if lines.start > d.start && d.text[lines.start-1] == '\r' {
			lines.start--
		}
	}
	return patch{lines, ""}
}

// removeItem returns the patch that takes item i, of n, out of a flow
// collection, with one comma.
func (d *document) removeItem(s span, i, n int) patch {
	if i < n-1 {
		end := s.end + bytes.IndexByte(d.text[s.end:d.end], ',') + 1
		if rest := bytes.TrimLeft(d.text[end:d.end], " \t"); len(rest) > 0 && rest[0] != '#' { // a comment needs its blank
			end = d.end - len(rest)
		}
		return patch{span{s.start, end}, ""}
	}
	start := s.start
	for start > d.start && bytes.IndexByte([]byte(" \t\r\n,"), d.text[start-1]) >= 0 {
		start--
	}
	if bytes.IndexByte(d.text[start:s.start], ',') < 0 {
		start = s.start // a comment stands between: the comma before it may stay
	}
	return patch{span{start, s.end}, ""}
}
