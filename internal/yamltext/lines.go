package yamltext

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// lineSpan returns the whole lines around a span, line ends included.
func (d *Document) lineSpan(s Span) Span {
	start := d.start + bytes.LastIndexByte(d.text[d.start:s.Start], '\n') + 1
	end := d.end
	if i := bytes.IndexByte(d.text[s.End:d.end], '\n'); i >= 0 {
		end = s.End + i + 1
	}
	return Span{start, end}
}

// insertLine returns the patch that inserts lines below the line of at. A file without a line end
// at its end stays so.
func (d *Document) insertLine(at int, lines string) Patch {
	end := d.lineSpan(Span{at, at}).End
	if d.text[end-1] != '\n' {
		return Patch{Span{end, end}, d.eol() + strings.TrimSuffix(lines, d.eol())}
	}
	return Patch{Span{end, end}, lines}
}

// removeLines returns the patch that removes whole lines. A file without a line end at its end
// stays so.
func (d *Document) removeLines(lines Span) Patch {
	if lines.End > 0 && lines.End == len(d.text) && d.text[lines.End-1] != '\n' && lines.Start > d.start {
		lines.Start--
		if lines.Start > d.start && d.text[lines.Start-1] == '\r' {
			lines.Start--
		}
	}
	return Patch{lines, ""}
}

// Comment is a comment in a file.
type Comment struct {
	// At is the offset at which it begins: in the file, or in the text of a [Document.Block].
	At int
	// Text is the comment with its #, without the end of its line.
	Text string
}

// Comments returns the comments beside a node: the comment lines directly above its first line, and
// the comment at the end of its first line.
func (d *Document) Comments(node *yaml.Node) []Comment {
	line := d.lineSpan(Span{d.offset(node), d.offset(node)})
	lines := []Span{line}
	for lines[0].Start > d.start {
		above := d.lineSpan(Span{lines[0].Start - 1, lines[0].Start - 1})
		if !bytes.HasPrefix(bytes.TrimLeft(d.text[above.Start:above.End], " \t"), []byte("#")) ||
			d.inText(above.Start) {
			break
		}
		lines = append([]Span{above}, lines...)
	}
	var out []Comment
	for _, line := range lines {
		for _, s := range d.comments(d.Root(), line) {
			text := bytes.TrimSpace(d.text[s.Start:s.End])
			if len(text) > 0 {
				out = append(out, Comment{s.Start + bytes.IndexByte(d.text[s.Start:s.End], '#'), string(text)})
			}
		}
	}
	return out
}

// inText reports whether a place is within a value of several lines.
func (d *Document) inText(at int) bool {
	return slices.ContainsFunc(Subtree(d.Root()), func(n *yaml.Node) bool {
		s, err := d.multiLine(n)
		return n.Kind == yaml.ScalarNode && err == nil && s.Start < at && at < s.End
	})
}

// LineAt returns the line of a place in a text, from 1.
func LineAt(text []byte, at int) int { return 1 + breaks(text[:at]) }
