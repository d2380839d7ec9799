package yamltext

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Derive returns the text of another document, written like this one. from is what this document
// means, and to is what the other must mean. Derive changes the text where from and to differ: it
// replaces scalars of one line, removes the lines of keys that to lacks, and adds new keys at the
// end of their mapping. All other text stays, byte for byte. It removes the comment behind a number
// that changes: the comment is about the number.
//
// The comments directly above the first key come along, unless they are at the top of the file:
// those belong to the file.
//
// The caller must read the result back: in a rare form of the text it means something else than to.
// Derive fails for JSON, for text that [Plain] refuses, and for lists that differ in length.
func (d *Document) Derive(from, to *yaml.Node) ([]byte, error) {
	if d.Root() == nil || d.Misread != nil || d.json != nil || d.IsJSON() {
		return nil, &Error{d.Line, "must be one document of YAML"}
	}
	if err := Plain(Subtree(d.Root())...); err != nil {
		return nil, err
	}
	patches, err := d.lead(d.Root(), from, to)
	if err != nil {
		return nil, err
	}
	text, err := Apply(d.text[:d.end], patches)
	if err != nil {
		return nil, err
	}
	return append(bytes.TrimRight(text[d.own():], " \t\r\n"), d.eol()...), nil
}

// own returns where the text of the document itself begins: at the comments directly above its
// first key. Comments at the top of the file do not count.
func (d *Document) own() int {
	root := d.lineStart(d.Root().Line)
	at := root
	for at > d.start {
		above := d.lineSpan(Span{at - 1, at - 1})
		if !isComment(d.text[above.Start:above.End]) {
			break
		}
		at = above.Start
	}
	if len(bytes.Trim(d.text[:at], "- \t\r\n\ufeff")) == 0 {
		return root // nothing but a marker is above
	}
	return at
}

// isComment reports whether a line holds a comment and nothing else.
func isComment(line []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(line, " \t\ufeff"), []byte("#"))
}

// lead returns the patches that change a node from one value to another.
func (d *Document) lead(node, from, to *yaml.Node) ([]Patch, error) {
	switch {
	case same(from, to):
		return nil, nil
	case node.Kind != from.Kind || node.Kind != to.Kind:
		return nil, &Error{d.LineOf(node), "must keep its kind: scalar, list or mapping"}
	case node.Kind == yaml.MappingNode:
		return d.leadKeys(node, from, to)
	case node.Kind == yaml.ScalarNode:
		p, err := d.setScalar(node, from, to)
		return []Patch{p}, err
	case len(node.Content) != len(from.Content) || len(node.Content) != len(to.Content):
		return nil, &Error{d.LineOf(node), "must keep its items"}
	}
	var patches []Patch
	for i, item := range node.Content {
		more, err := d.lead(item, from.Content[i], to.Content[i])
		if err != nil {
			return nil, err
		}
		patches = append(patches, more...)
	}
	return patches, nil
}

// leadKeys is lead for mappings.
func (d *Document) leadKeys(node, from, to *yaml.Node) ([]Patch, error) {
	var patches []Patch
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i].Value
		was, is := Child(from, key), Child(to, key)
		var more []Patch
		var err error
		switch {
		case is == nil && was == nil: // written, and means nothing
		case is == nil:
			more = make([]Patch, 1)
			more[0], err = d.RemoveKey(node, key)
		default:
			if was == nil { // written as empty
				was = &yaml.Node{Kind: is.Kind}
			}
			more, err = d.lead(node.Content[i+1], was, is)
		}
		if err != nil {
			return nil, err
		}
		patches = append(patches, more...)
	}
	for i := 0; i+1 < len(to.Content); i += 2 {
		key, value := to.Content[i].Value, to.Content[i+1]
		if Child(node, key) != nil || same(Child(from, key), value) {
			continue
		}
		p, err := d.AddNode(node, key, value)
		if err != nil {
			return nil, err
		}
		patches = append(patches, p)
	}
	return patches, nil
}

// same reports whether two values are equal. The order of keys does not count.
func same(a, b *yaml.Node) bool {
	if a == nil || b == nil || a.Kind != b.Kind || len(a.Content) != len(b.Content) || a.Value != b.Value ||
		a.Tag != b.Tag {
		return a == nil && b == nil
	}
	for i := range a.Content {
		switch {
		case a.Kind != yaml.MappingNode:
			if !same(a.Content[i], b.Content[i]) {
				return false
			}
		case i%2 == 1 && !same(a.Content[i], Child(b, a.Content[i-1].Value)):
			return false
		}
	}
	return true
}

// setScalar returns the patch that changes a scalar from one value to another.
func (d *Document) setScalar(node, from, to *yaml.Node) (Patch, error) {
	isText := to.Tag == strTag
	if isText && from.Tag == strTag {
		return d.SetString(node, to.Value)
	}
	s, err := d.scalar(node)
	if err != nil {
		return Patch{}, err
	}
	text := to.Value
	quoted := bytes.IndexByte([]byte(`'"`), d.text[s.Start]) >= 0
	switch {
	case s.Start == s.End:
		return Patch{}, &Error{d.LineOf(node), "must be written out"}
	case isText:
		text = doubleQuoted(text)
	case quoted && from.Tag != strTag: // 60 as "60"
		text = string(d.text[s.Start]) + text + string(d.text[s.Start])
	}
	s.End += d.remark(s.End)
	return Patch{s, text}, nil
}

// strTag is the tag of strings.
const strTag = "!!str"

// remark returns the length of the comment behind a place, with the blanks before it; 0 without
// one.
func (d *Document) remark(at int) int {
	line, _, _ := bytes.Cut(d.text[at:d.end], []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if text := bytes.TrimLeft(line, " \t"); len(text) < len(line) && isComment(text) {
		return len(line)
	}
	return 0
}

// SetString returns the patch that gives a string of one line another text of one line. It keeps
// the quotes, and adds them where the new text needs them.
func (d *Document) SetString(node *yaml.Node, text string) (Patch, error) {
	s, err := d.scalar(node)
	switch {
	case err != nil:
		return Patch{}, err
	case node.Kind != yaml.ScalarNode || s.Start == s.End:
		return Patch{}, &Error{d.LineOf(node), "must be a string that is written out"}
	case !OneLine(text):
		return Patch{}, &Error{d.LineOf(node), severalLines}
	}
	switch q := d.text[s.Start]; {
	case q == '"':
		text = doubleQuoted(text)
	case q == '\'' || !isPlain(text):
		text = d.quoted(text)
	}
	return Patch{s, text}, nil
}

// isPlain reports whether a string is certain to need no quotes, even in brackets.
func isPlain(s string) bool {
	const inner = "/_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	return !Ambiguous(s) && strings.Trim(s, inner+".:@+-") == "" &&
		strings.IndexByte(inner, s[0]) >= 0 && strings.IndexByte(inner, s[len(s)-1]) >= 0
}
