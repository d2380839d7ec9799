package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// SetAnnotation sets an annotation of an object.
type SetAnnotation struct {
	Object Ref
	Key    string
	// Value is text of one line.
	Value string
}

// RemoveAnnotations removes annotations of an object. All must be there.
type RemoveAnnotations struct {
	Object Ref
	Keys   []string
}

// annotations returns the object, its metadata, and its annotations, nil when it
// has none.
func (e *editor) annotations(ref Ref, keys ...string) (o Object, metadata, annotations *yaml.Node, err error) {
	if o, err = e.object(ref); err != nil {
		return o, nil, nil, err
	}
	for _, key := range keys {
		e.allowed[o.Ref] = append(e.allowed[o.Ref], join("metadata.annotations", key))
	}
	metadata = child(o.source.node, "metadata")
	annotations = child(metadata, "annotations")
	nodes := []*yaml.Node{o.source.node, metadata}
	if annotations != nil {
		nodes = append(nodes, subtree(annotations)...)
	}
	if err := plain(nodes...); err != nil {
		return o, nil, nil, fmt.Errorf("%s at %s:%d: metadata %w", ref, o.File, o.source.doc.lineOf(metadata), err)
	}
	return o, metadata, annotations, nil
}

func (c SetAnnotation) edit(e *editor) error {
	o, metadata, annotations, err := e.annotations(c.Object, c.Key)
	if err != nil {
		return err
	}
	if strings.ContainsFunc(c.Value, func(r rune) bool { return r < ' ' || r == 0x7f || isBreak(r) }) {
		return fmt.Errorf("%s: annotation %s: must be text of one line", c.Object, c.Key)
	}
	doc := o.source.doc
	p, err := doc.annotate(metadata, annotations, c)
	if err != nil {
		return fmt.Errorf("%s at %s:%d: %w", c.Object, o.File, doc.lineOf(metadata), err)
	}
	e.patch(doc, p)
	return nil
}

func (d *document) annotate(metadata, annotations *yaml.Node, c SetAnnotation) (patch, error) {
	key, value := c.Key, singleQuoted(c.Value)
	name := "annotations"
	if d.isJSON() {
		key, value, name = doubleQuoted(key), doubleQuoted(c.Value), doubleQuoted(name)
	}
	if old := child(annotations, c.Key); old != nil {
		s, err := d.scalar(old)
		if old.Style&yaml.DoubleQuotedStyle != 0 {
			value = doubleQuoted(c.Value)
		}
		return patch{s, value}, err
	}
	entry := key + ": " + value
	switch {
	case annotations == nil && metadata.Style&yaml.FlowStyle != 0:
		return d.addKey(metadata, name, "{"+entry+"}")
	case annotations == nil:
		s, err := d.node(metadata)
		if err != nil {
			return patch{}, err
		}
		indent := strings.Repeat(" ", metadata.Column-1)
		return d.insertLine(s.end, indent+"annotations:"+d.eol()+annotationIndent(metadata)+entry+d.eol()), nil
	case annotations.Kind == yaml.MappingNode:
		return d.addKey(annotations, key, value)
	case annotations.ShortTag() != "!!null":
		return patch{}, errors.New("annotations must be a mapping")
	case annotations.Value == "" && metadata.Style&yaml.FlowStyle == 0: // nothing but "annotations:"
		s, err := d.scalar(entryKey(metadata, "annotations"))
		if err != nil {
			return patch{}, err
		}
		return d.insertLine(s.end, annotationIndent(metadata)+entry+d.eol()), nil
	}
	s, err := d.scalar(annotations)
	return patch{s, "{" + entry + "}"}, err
}

// annotationIndent returns how far annotations are indented: as labels are.
func annotationIndent(metadata *yaml.Node) string {
	column := metadata.Column + 2
	for _, n := range metadata.Content {
		if n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0 {
			column = n.Column
		}
	}
	return strings.Repeat(" ", column-1)
}

func entryKey(mapping *yaml.Node, key string) *yaml.Node {
	k, _ := entry(mapping, key)
	return k
}

// isJSON reports whether the document is written as JSON, which must stay JSON.
func (d *document) isJSON() bool {
	for _, n := range d.root.Content {
		return d.root.Style&yaml.FlowStyle != 0 && n.Style&yaml.DoubleQuotedStyle != 0
	}
	return false
}

// singleQuoted returns text of one line as a quoted scalar.
func singleQuoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// doubleQuoted returns text as JSON has it, which is YAML too.
func doubleQuoted(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return strconv.Quote(s) // no string fails to be encoded
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (c RemoveAnnotations) edit(e *editor) error {
	o, metadata, annotations, err := e.annotations(c.Object, c.Keys...)
	if err != nil {
		return err
	}
	doc := o.source.doc
	where := fmt.Sprintf("%s at %s:%d", c.Object, o.File, doc.lineOf(metadata))
	var errs []error
	for _, key := range c.Keys {
		if child(annotations, key) == nil {
			errs = append(errs, fmt.Errorf("%s: must have annotation %s", where, key))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	mapping, names := annotations, c.Keys
	if annotations != nil && len(annotations.Content) == 2*len(c.Keys) { // the mapping goes with its last keys
		mapping, names = metadata, []string{"annotations"}
	}
	for _, name := range names {
		p, err := doc.removeKey(mapping, name)
		if err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		e.patch(doc, p)
	}
	return nil
}

// removeKey returns the patch that takes a key and its value out of a mapping.
func (d *document) removeKey(mapping *yaml.Node, name string) (patch, error) {
	key, value := entry(mapping, name)
	if key == nil {
		return patch{}, fmt.Errorf("must have %s", name)
	}
	from, err := d.scalar(key)
	if err != nil {
		return patch{}, err
	}
	to, err := d.node(value)
	if err != nil {
		return patch{}, err
	}
	if mapping.Style&yaml.FlowStyle != 0 {
		return d.removeItem(span{from.start, to.end}, slices.Index(mapping.Content, key)/2, len(mapping.Content)/2), nil
	}
	return d.removeLines(d.lineSpan(span{from.start, to.end})), nil
}
