package yamltext

import (
	"bytes"
	"errors"
	"strings"

	"go.yaml.in/yaml/v3"
)

// SetNode returns the patch that replaces the value at an index of in.Content. A scalar of one line
// that stays one keeps its quotes and the comment behind it. Any other value is written again, and
// comments within it go. SetNode changes the styles of the new value.
func (d *Document) SetNode(in *yaml.Node, at int, value *yaml.Node) (Patch, error) {
	old := in.Content[at]
	switch {
	case old.Kind == yaml.ScalarNode && value.Kind == yaml.ScalarNode && !isLeftOut(old) && OneLine(value.Value):
		if p, err := d.replaceScalar(old, value); err == nil {
			return p, nil
		}
	case isFlow(in) && isLeftOut(old) && in.Kind == yaml.MappingNode:
		text, err := d.inline(value)
		if err != nil {
			return Patch{}, err
		}
		return d.fillKey(in, in.Content[at-1].Value, text)
	}
	s, err := d.node(old)
	if err != nil {
		return Patch{}, err
	}
	if isFlow(in) {
		text, err := d.inline(value)
		return Patch{s, text}, err
	}
	var text string
	if in.Kind == yaml.MappingNode {
		key := in.Content[at-1]
		from, err := d.scalar(key)
		if err != nil {
			return Patch{}, err
		}
		s = Span{from.Start, max(s.End, from.End)}
		if isLeftOut(old) {
			s.End = from.End
		}
		text, err = d.render(map[string]*yaml.Node{key.Value: value}, in.Column, below(in)-in.Column)
		if err != nil {
			return Patch{}, err
		}
	} else if isLeftOut(old) {
		return Patch{}, &Error{d.LineOf(old), "must be written out"}
	} else if text, err = d.render(value, old.Column, 2); err != nil {
		return Patch{}, err
	}
	rest, _, _ := bytes.Cut(d.text[s.End:d.end], []byte("\n"))
	s.End += len(bytes.TrimSuffix(rest, []byte("\r"))) // the comment goes too: a text of several lines would hold it
	return Patch{s, text}, nil
}

// replaceScalar returns the patch that gives a scalar of one line another value of one
// line.
func (d *Document) replaceScalar(old, value *yaml.Node) (Patch, error) {
	isText := value.ShortTag() == strTag
	if isText && old.ShortTag() == strTag {
		return d.SetString(old, value.Value)
	}
	s, err := d.scalar(old)
	if isText {
		return Patch{s, d.Word(value.Value)}, err
	}
	return Patch{s, value.Value}, err
}

// AppendNode returns the patch that adds a value at the end of a sequence that is not
// empty. It changes the styles of the value.
func (d *Document) AppendNode(list, value *yaml.Node) (Patch, error) {
	if !IsPlaced(list) {
		return Patch{}, d.elsewhere()
	}
	last, err := d.node(list.Content[len(list.Content)-1])
	if err != nil {
		return Patch{}, err
	}
	if isFlow(list) {
		text, err := d.inline(value)
		return Patch{Span{last.End, last.End}, ", " + text}, err
	}
	text, err := d.render(value, list.Column+2, 2)
	return d.insertLine(last.End, indent(list.Column)+"- "+text+d.eol()), err
}

// render returns a value as YAML that begins at a column, without the blanks before it and without
// the end of its last line. step is the indentation within mappings.
func (d *Document) render(value any, column, step int) (string, error) {
	var b strings.Builder
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(step)
	if !d.indentsLists() {
		encoder.CompactSeqIndent()
	}
	err := encoder.Encode(value)
	if err := errors.Join(err, encoder.Close()); err != nil {
		return "", err
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	for i := range lines {
		if i > 0 && lines[i] != "" {
			lines[i] = indent(column) + lines[i]
		}
	}
	return strings.Join(lines, d.eol()), nil
}
