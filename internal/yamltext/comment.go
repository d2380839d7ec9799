package yamltext

import (
	"bytes"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// word matches what reads as one word in a comment: a name, a version, a path.
var word = regexp.MustCompile(`[\pL\pN_./-]+`)

// Reword returns the text of the document with whole words of its comments replaced.
// In "# mocka-v2, since v2.1 (v2)." the words are "mocka-v2", "since", "v2.1", "v2".
func (d *Document) Reword(words map[string]string) ([]byte, error) {
	var patches []Patch
	for _, s := range d.remarks() {
		old := string(d.text[s.Start:s.End])
		text := word.ReplaceAllStringFunc(old, func(w string) string {
			name := strings.TrimRight(w, ".") // the end of a sentence
			if other, found := words[name]; found {
				return other + w[len(name):]
			}
			return w
		})
		if text != old {
			patches = append(patches, Patch{s, text})
		}
	}
	out, err := Apply(d.text[:d.end], patches)
	return out[min(d.start, len(out)):], err
}

// remarks returns the comments of the document, in order. A comment begins with a # at the
// beginning of a line or after a blank, outside of scalars.
func (d *Document) remarks() []Span {
	var out []Span
	at := d.start
	until := func(end int) {
		for at < end {
			i := bytes.IndexByte(d.text[at:end], '#')
			if i < 0 {
				return
			}
			at += i
			if at > d.start && bytes.IndexByte([]byte(" \t\r\n"), d.text[at-1]) < 0 {
				at++
				continue
			}
			line := d.lineSpan(Span{at, at})
			out = append(out, Span{at, line.End})
			at = line.End
		}
	}
	for _, n := range Subtree(d.Root()) {
		if n.Kind != yaml.ScalarNode {
			continue
		}
		if s, err := d.multiLine(n); err == nil {
			until(s.Start)
			if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 { // a comment may follow the |
				until(d.lineSpan(Span{s.Start, s.Start}).End)
			}
			at = max(at, s.End)
		}
	}
	until(d.end)
	return out
}

// headerEnd returns the end of the comments that belong to the file, such as a licence. They are at
// the top of the file, and a blank line parts them from the first key of the document. It is 0 for
// a file without such comments, and when another document comes before.
func (d *Document) headerEnd() int {
	if d.cut > 0 || d.Root() == nil {
		return 0
	}
	end, commented := 0, false
	root := d.lineStart(d.Root().Line)
	for at := d.start; at < root; {
		line := d.lineSpan(Span{at, at})
		at = line.End
		switch text := bytes.TrimLeft(d.text[line.Start:line.End], " \t\r\n\ufeff"); {
		case len(text) == 0 && commented:
			end = at
		case len(text) > 0:
			commented = true
		}
	}
	return end
}
