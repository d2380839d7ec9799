package yamltext

import (
	"bytes"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

// block is where the text of a document stands in another one: in a literal block (|)
// of it.
type block struct {
	outer  *Document
	indent int
	// from are where the lines begin in the text, and to where they do in the file, their
	// indentation left out; the last is the end of both.
	from, to []int
	// blanks are how far each line is indented in the file: a blank one may be less.
	blanks []int
}

// Block returns the document that a scalar of the document holds as its text, when that is
// written as a literal block. The lines of the new document are those of the file; its
// patches are of a text of its own, and [Document.Outward] makes them those of the file.
// It is nil when the scalar holds no document, or several, or is written otherwise.
func (d *Document) Block(node *yaml.Node) *Document {
	if node.Kind != yaml.ScalarNode || node.Style != yaml.LiteralStyle || node.Anchor != "" {
		return nil
	}
	s, err := d.multiLine(node)
	if err != nil {
		return nil
	}
	at := d.lineSpan(Span{s.Start, s.Start}).End
	if at >= s.End {
		return nil // it is empty
	}
	b, text := &block{outer: d, indent: -1}, []byte(nil)
	lines := d.text[at:d.lineSpan(s).End]
	for line := range bytes.Lines(lines) {
		content := bytes.TrimRight(line, "\r\n")
		if spaces := len(content) - len(bytes.TrimLeft(content, " ")); spaces < len(content) && b.indent < 0 {
			b.indent = spaces
		}
	}
	for line := range bytes.Lines(lines) {
		blanks := min(b.indent, len(line)-len(bytes.TrimLeft(line, " ")))
		b.from, b.to, b.blanks = append(b.from, len(text)), append(b.to, at+blanks), append(b.blanks, blanks)
		text = append(text, line[blanks:]...)
		at += len(line)
	}
	b.from, b.to, b.blanks = append(b.from, len(text)), append(b.to, at), append(b.blanks, 0)
	plain := func(text string) string { return strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n") }
	docs := SplitAt(d.File, d.LineOf(node)+1, text, 1)
	if len(docs) != 1 || plain(string(text)) != plain(node.Value) {
		return nil
	}
	docs[0].block = b
	return docs[0]
}

// Outward returns patches of the document as patches of its file: those of a [Document.Block]
// are indented as the block is.
func (d *Document) Outward(patches ...Patch) []Patch {
	if d.block == nil {
		return patches
	}
	out := slices.Clone(patches)
	for i, p := range out {
		start, end := d.block.line(p.Start), d.block.line(p.End)
		ends := d.block.from[end] == p.End && strings.HasSuffix(p.Text, "\n") // what follows keeps its own indentation
		whole := d.block.from[start] == p.Start && d.block.from[end] == p.End && (p.Text == "" || ends)
		out[i].Start, out[i].End = d.block.outward(p.Start), d.block.outward(p.End)
		if whole {
			out[i].Start -= d.block.blanks[start]
		}
		if whole || ends {
			out[i].End -= d.block.blanks[end]
		}
		var text strings.Builder
		for n, line := range strings.SplitAfter(p.Text, "\n") {
			if (n > 0 || whole) && strings.TrimRight(line, "\r\n") != "" {
				text.WriteString(strings.Repeat(" ", d.block.indent))
			}
			text.WriteString(line)
		}
		out[i].Text = text.String()
	}
	return out
}

// Outermost returns the document of the file: the one that a [Document.Block] stands in,
// or itself.
func (d *Document) Outermost() *Document {
	if d.block == nil {
		return d
	}
	return d.block.outer
}

// OutwardAt returns where a place of the document's text is in its file.
func (d *Document) OutwardAt(at int) int {
	if d.block == nil {
		return at
	}
	return d.block.outward(at)
}

// line returns the line of a place in the text.
func (b *block) line(at int) int {
	return sort.Search(len(b.from), func(i int) bool { return b.from[i] > at }) - 1
}

// outward returns where in the file a place of the text is.
func (b *block) outward(at int) int {
	line := b.line(at)
	return b.to[line] + at - b.from[line]
}
