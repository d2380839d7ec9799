package yamltext

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Copy is a new item of a sequence: a copy of another item, without its comments.
type Copy struct {
	// Of is the index of the item that is copied.
	Of int
	// Values replace scalars of the copied item.
	Values []Value
	// Key and Text are one more entry at the end of the item, which must then be a mapping. An
	// empty Key means none.
	Key, Text string
}

// Value replaces the text of a scalar, within the quotes that it has.
type Value struct {
	// Node is the scalar. A Value without one replaces nothing.
	Node *yaml.Node
	Text string
	// IsText says that Text is a string: a scalar without quotes gets them when
	// Text is [Ambiguous].
	IsText bool
}

// AddItem returns the patch that adds an item at the end of a sequence that is not
// empty.
func (d *Document) AddItem(list *yaml.Node, c Copy) (Patch, error) {
	return d.InsertItem(list, len(list.Content)-1, c)
}

// InsertItem returns the patch that adds an item behind the one at an index of a sequence.
func (d *Document) InsertItem(list *yaml.Node, behind int, c Copy) (Patch, error) {
	text, err := d.copied(list, c)
	if err != nil {
		return Patch{}, err
	}
	last, err := d.node(list.Content[behind])
	if err != nil {
		return Patch{}, err
	}
	if isFlow(list) {
		return Patch{Span{last.End, last.End}, ", " + text}, nil
	}
	return d.insertLine(last.End, text), nil
}

// copied returns the text of a copy: an item of a flow sequence, or whole lines.
func (d *Document) copied(list *yaml.Node, c Copy) (string, error) {
	item := list.Content[c.Of]
	whole, err := d.itemSpan(list, c.Of)
	if err != nil {
		return "", err
	}
	var patches []Patch
	for _, v := range c.Values {
		if v.Node == nil {
			continue
		}
		s, err := d.scalar(v.Node)
		if err != nil {
			return "", err
		}
		if s.Start == s.End { // the parser does not say where it belongs
			return "", &Error{d.LineOf(v.Node), "must have a value to be copied"}
		}
		switch q := d.text[s.Start]; {
		case q == '\'' || q == '"':
			s.Start, s.End = s.Start+1, s.End-1
		case v.IsText && Ambiguous(v.Text): // a lane called 2024
			v.Text = `"` + v.Text + `"`
		}
		patches = append(patches, Patch{s, v.Text})
	}
	for _, s := range d.comments(item, whole) {
		patches = append(patches, Patch{s, ""})
	}
	out, err := Apply(d.text[:whole.End], patches)
	if err != nil {
		return "", err
	}
	text := string(out[whole.Start:])
	if !isFlow(list) && !strings.HasSuffix(text, "\n") {
		text += d.eol()
	}
	entry := d.key(c.Key) + ": " + c.Text
	switch {
	case c.Key == "":
	case !isFlow(item):
		text += strings.Repeat(" ", item.Column-1) + entry + d.eol()
	default: // before the closing bracket of the item, the last of the text
		end := strings.LastIndexByte(text, '}')
		inside := strings.TrimRight(text[:end], " \t")
		text = inside + ", " + entry + text[len(inside):]
	}
	return text, nil
}

// comments returns the comments within the lines of a node: comment lines, blank lines too, and the
// text behind the last scalar of a line.
func (d *Document) comments(node *yaml.Node, within Span) []Span {
	var out []Span
	for at := within.Start; at < within.End; {
		line := Span{at, min(d.lineSpan(Span{at, at}).End, within.End)}
		from := line.Start
		for _, n := range Subtree(node) {
			if n.Kind == yaml.ScalarNode {
				if s, err := d.scalar(n); err == nil && s.Start >= line.Start && s.End <= line.End {
					from = max(from, s.End)
				}
			}
		}
		rest := d.text[from:line.End]
		trimmed := bytes.TrimSpace(rest)
		end := line.End - (len(rest) - len(bytes.TrimRight(rest, "\r\n")))
		switch i := bytes.IndexByte(rest, '#'); {
		case from == line.Start && (len(trimmed) == 0 || trimmed[0] == '#'):
			out = append(out, line)
		case i > 0 && (rest[i-1] == ' ' || rest[i-1] == '\t'):
			out = append(out, Span{from + len(bytes.TrimRight(rest[:i], " \t")), end})
		}
		at = line.End
	}
	return out
}

// RemoveItem returns the patch that removes item i of a sequence.
func (d *Document) RemoveItem(list *yaml.Node, i int) (Patch, error) {
	s, err := d.itemSpan(list, i)
	if err != nil {
		return Patch{}, err
	}
	if isFlow(list) {
		return d.removeFlow(s, i, len(list.Content)), nil
	}
	return d.removeLines(s), nil
}

// itemSpan returns the span of an item of a sequence. In a block sequence the span is whole lines,
// from the line of the dash on.
func (d *Document) itemSpan(sequence *yaml.Node, i int) (Span, error) {
	if !IsPlaced(sequence) {
		return Span{}, d.elsewhere()
	}
	s, err := d.node(sequence.Content[i])
	if err != nil {
		return Span{}, err
	}
	if isFlow(sequence) {
		return s, nil
	}
	lines := d.lineSpan(s)
	for from := lines.Start; ; {
		line := d.text[from:d.end]
		if dash := sequence.Column - 1; len(line) > dash && line[dash] == '-' &&
			len(bytes.TrimSpace(line[:dash])) == 0 {
			return Span{from, lines.End}, nil
		}
		if from <= d.start {
			return Span{}, &Error{d.LineOf(sequence.Content[i]), "must begin with a dash on its own line"}
		}
		from = d.lineSpan(Span{from - 1, from - 1}).Start
	}
}

// removeFlow returns the patch that takes item i of n out of a flow collection, with one comma. s
// is the span of the item.
func (d *Document) removeFlow(s Span, i, n int) Patch {
	if i < n-1 {
		end := s.End + bytes.IndexByte(d.text[s.End:d.end], ',') + 1
		// a comment needs its blank
		if rest := bytes.TrimLeft(d.text[end:d.end], " \t"); len(rest) > 0 && rest[0] != '#' {
			end = d.end - len(rest)
		}
		return Patch{Span{s.Start, end}, ""}
	}
	start := s.Start
	for start > d.start && bytes.IndexByte([]byte(" \t\r\n,"), d.text[start-1]) >= 0 {
		start--
	}
	if bytes.IndexByte(d.text[start:s.Start], ',') < 0 {
		start = s.Start // a comment is between: the comma before it may stay
	}
	return Patch{Span{start, s.End}, ""}
}
