package yamltext

import (
	"bytes"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

// block maps the text of a document to the literal block (|) of another document that holds it.
type block struct {
	outer  *Document
	indent int
	// from[i] is where line i begins in the text. to[i] is where it begins in the file, behind its
	// indentation. The last elements are the ends.
	from, to []int
	// blanks are the indentations of the lines in the file. A blank line may have less than the
	// others.
	blanks []int
}

// Block returns the document that a scalar holds as its text. It returns nil unless the scalar is
// written as a literal block (|) and holds exactly one document. Nodes of the new document have the
// lines of the file. Its patches count in its separate text: [Document.Outward] turns them into
// patches of the file.
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

// Outward turns patches of the document into patches of its file. It indents the patches of a
// [Document.Block] as the block is indented, and returns those of any other document as they are.
func (d *Document) Outward(patches ...Patch) []Patch {
	if d.block == nil {
		return patches
	}
	out := slices.Clone(patches)
	for i, p := range out {
		start, end := d.block.line(p.Start), d.block.line(p.End)
		ends := d.block.from[end] == p.End && strings.HasSuffix(p.Text, "\n") // the next line keeps its indentation
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

// Outermost returns the document that is written in the file: the document around a
// [Document.Block], else the document itself.
func (d *Document) Outermost() *Document {
	if d.block == nil {
		return d
	}
	return d.block.outer
}

// OutwardAt turns an offset in the text of the document into an offset in its file.
func (d *Document) OutwardAt(at int) int {
	if d.block == nil {
		return at
	}
	return d.block.outward(at)
}

// line returns the index of the line that holds an offset of the text.
func (b *block) line(at int) int {
	return sort.Search(len(b.from), func(i int) bool { return b.from[i] > at }) - 1
}

// outward turns an offset of the text into an offset of the file.
func (b *block) outward(at int) int {
	line := b.line(at)
	return b.to[line] + at - b.from[line]
}
