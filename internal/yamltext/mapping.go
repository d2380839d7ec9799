package yamltext

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// SetNumber returns the patch that sets the scalar of a key to a number. It keeps the quotes. It
// returns false when the scalar is that number already.
func (d *Document) SetNumber(mapping *yaml.Node, key string, number int) (Patch, bool, error) {
	node := Child(mapping, key)
	if isLeftOut(node) {
		p, err := d.fillKey(mapping, key, strconv.Itoa(number))
		return p, true, err
	}
	if old, err := strconv.ParseFloat(node.Value, 64); err == nil && old == float64(number) {
		return Patch{}, false, nil
	}
	s, err := d.scalar(node)
	if err != nil {
		return Patch{}, false, err
	}
	if c := d.text[s.Start]; c == '\'' || c == '"' {
		s.Start, s.End = s.Start+1, s.End-1
	}
	return Patch{s, strconv.Itoa(number)}, true, nil
}

// isLeftOut reports whether a node is a value that is not written.
func isLeftOut(node *yaml.Node) bool {
	return node != nil && node.Kind == yaml.ScalarNode && node.Value == "" && node.Style == 0 &&
		node.ShortTag() == "!!null"
}

// fillKey returns the patch that writes a value, YAML of one line, behind a key without a value.
// The parser does not say where the value belongs.
func (d *Document) fillKey(mapping *yaml.Node, name, value string) (Patch, error) {
	key, _ := Entry(mapping, name)
	s, err := d.scalar(key)
	if err != nil {
		return Patch{}, err
	}
	rest := d.text[s.End:d.end]
	blanks := len(rest) - len(bytes.TrimLeft(rest, " \t"))
	if blanks == len(rest) || rest[blanks] != ':' {
		return Patch{}, &Error{d.LineOf(key), "must have a colon behind " + name}
	}
	at, text := s.End+blanks+1, " "+value
	if after := d.text[at:d.end]; len(after) > 1 && after[0] == ' ' && after[1] != '#' {
		at, text = at+1, value
	}
	return Patch{Span{at, at}, text}, nil
}

// AddKey returns the patch that adds a key at the end of a mapping. The value is
// YAML of one line, or JSON where the document is JSON.
func (d *Document) AddKey(mapping *yaml.Node, key, value string) (Patch, error) {
	s, err := d.node(mapping)
	if err != nil {
		return Patch{}, err
	}
	entry := d.key(key) + ": " + value
	if !isFlow(mapping) {
		return d.insertLine(s.End, indent(mapping.Column)+entry+d.eol()), nil
	}
	at := s.Start + bytes.IndexByte(d.text[s.Start:], '{') + 1
	if n := len(mapping.Content); n > 0 {
		last, err := d.node(mapping.Content[n-1]) // not the closing bracket: a comment may come before that
		if err != nil {
			return Patch{}, err
		}
		at, entry = last.End, ", "+entry
	}
	return Patch{Span{at, at}, entry}, nil
}

// AddNode returns the patch that adds a key with any value at the end of a mapping, indented like
// its neighbours. It changes the styles of the value.
func (d *Document) AddNode(mapping *yaml.Node, key string, value *yaml.Node) (Patch, error) {
	if isFlow(mapping) {
		text, err := d.inline(value)
		if err != nil {
			return Patch{}, err
		}
		return d.AddKey(mapping, key, text)
	}
	s, err := d.node(mapping)
	if err != nil {
		return Patch{}, err
	}
	lines, err := d.render(map[string]*yaml.Node{key: value}, mapping.Column, below(mapping)-mapping.Column)
	return d.insertLine(s.End, indent(mapping.Column)+lines+d.eol()), err
}

// indentsLists reports whether the document indents lists further than their keys. Its first list
// decides.
func (d *Document) indentsLists() bool {
	for _, n := range Subtree(d.Root()) {
		for i := 1; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
			if list := n.Content[i]; list.Kind == yaml.SequenceNode && !isFlow(list) {
				return list.Column > n.Column
			}
		}
	}
	return false
}

// inline returns a node on one line, as JSON where the document is JSON.
func (d *Document) inline(node *yaml.Node) (string, error) {
	for _, n := range Subtree(node) {
		switch {
		case n.Kind != yaml.ScalarNode:
			n.Style |= yaml.FlowStyle
		case n.Tag == "!!str" && (d.IsJSON() || !OneLine(n.Value)):
			n.Style = yaml.DoubleQuotedStyle
		}
	}
	text, err := yaml.Marshal(node)
	return strings.TrimSuffix(string(text), "\n"), err
}

// SetText returns the patch that sets outer[name][key] to a text of one line. With the metadata of
// an object as outer and the name "annotations", the key is an annotation. It adds the mapping
// outer[name] where that is missing.
func (d *Document) SetText(outer *yaml.Node, name, key, text string) (Patch, error) {
	value := d.quoted(text)
	if old := Child(outer, name, key); old != nil && !isLeftOut(old) {
		s, err := d.scalar(old)
		if old.Style&yaml.DoubleQuotedStyle != 0 {
			value = doubleQuoted(text)
		}
		return Patch{s, value}, err
	}
	return d.setEntry(outer, name, key, value)
}

// SetWord is [Document.SetText] for a short text. It writes no quotes where the text needs none.
func (d *Document) SetWord(outer *yaml.Node, name, key, text string) (Patch, error) {
	if old := Child(outer, name, key); old != nil && !isLeftOut(old) {
		return d.SetString(old, text)
	}
	return d.setEntry(outer, name, key, d.Word(text))
}

// Word returns a text of one line as YAML, without quotes where it needs none.
func (d *Document) Word(text string) string {
	if d.IsJSON() || !isPlain(text) {
		return d.quoted(text)
	}
	return text
}

// setEntry returns the patch that gives outer[name][key] a value, YAML of one line. No value is
// written there yet.
func (d *Document) setEntry(outer *yaml.Node, name, key, value string) (Patch, error) {
	nameKey, mapping := Entry(outer, name)
	if Child(mapping, key) != nil {
		return d.fillKey(mapping, key, value)
	}
	entry := d.key(key) + ": " + value
	switch {
	case mapping == nil && isFlow(outer):
		return d.AddKey(outer, name, "{"+entry+"}")
	case mapping == nil:
		s, err := d.node(outer)
		if err != nil {
			return Patch{}, err
		}
		return d.insertLine(s.End, indent(outer.Column)+name+":"+d.eol()+indent(below(outer))+entry+d.eol()), nil
	case mapping.Kind == yaml.MappingNode:
		return d.AddKey(mapping, key, value)
	case mapping.ShortTag() != "!!null":
		return Patch{}, errors.New(name + " must be a mapping")
	case mapping.Value == "" && !isFlow(outer): // nothing but the key
		s, err := d.scalar(nameKey)
		if err != nil {
			return Patch{}, err
		}
		return d.insertLine(s.End, indent(below(outer))+entry+d.eol()), nil
	case isLeftOut(mapping):
		return d.fillKey(outer, name, "{"+entry+"}")
	}
	s, err := d.scalar(mapping)
	return Patch{s, "{" + entry + "}"}, err
}

// below returns the column of a mapping nested in this one: the column of the last one that is
// nested there, else two more than the column of this mapping.
func below(mapping *yaml.Node) int {
	column := mapping.Column + 2
	for _, n := range mapping.Content {
		if n.Kind == yaml.MappingNode && !isFlow(n) {
			column = n.Column
		}
	}
	return column
}

// indent returns the blanks before a column; none for an unknown column.
func indent(column int) string { return strings.Repeat(" ", max(column-1, 0)) }

// RemoveKey returns the patch that takes a key and its value out of a mapping.
func (d *Document) RemoveKey(mapping *yaml.Node, name string) (Patch, error) {
	key, value := Entry(mapping, name)
	if key == nil {
		return Patch{}, fmt.Errorf("must have %s", name)
	}
	from, err := d.scalar(key)
	if err != nil {
		return Patch{}, err
	}
	to, err := d.node(value)
	if err != nil {
		return Patch{}, err
	}
	entry := Span{from.Start, to.End}
	i := slices.Index(mapping.Content, key)
	if isFlow(mapping) {
		return d.removeFlow(entry, i/2, len(mapping.Content)/2), nil
	}
	if before := d.text[d.lineSpan(entry).Start:entry.Start]; len(bytes.TrimSpace(before)) > 0 { // the dash of an item
		if i+2 >= len(mapping.Content) {
			return Patch{}, &Error{d.LineOf(key), "must keep a key"}
		}
		return Patch{Span{from.Start, d.offset(mapping.Content[i+2])}, ""}, nil
	}
	return d.removeLines(d.lineSpan(entry)), nil
}

// RemoveKeys returns the patches that take keys out of the mapping outer[name]. When it has no
// other keys, they take out the mapping itself.
func (d *Document) RemoveKeys(outer *yaml.Node, name string, keys ...string) ([]Patch, error) {
	mapping := Child(outer, name)
	if mapping != nil && len(mapping.Content) == 2*len(keys) {
		mapping, keys = outer, []string{name}
	}
	var patches []Patch
	for _, key := range keys {
		p, err := d.RemoveKey(mapping, key)
		if err != nil {
			return nil, err
		}
		patches = append(patches, p)
	}
	return patches, nil
}

// AddFirst returns the patch that adds a key at the beginning of a mapping that is not
// empty. The value is as in [Document.AddKey].
func (d *Document) AddFirst(mapping *yaml.Node, key, value string) (Patch, error) {
	first, err := d.scalar(mapping.Content[0])
	entry := d.key(key) + ": " + value
	if isFlow(mapping) {
		return Patch{Span{first.Start, first.Start}, entry + ", "}, err
	}
	return Patch{Span{first.Start, first.Start}, entry + d.eol() + indent(mapping.Column)}, err
}
