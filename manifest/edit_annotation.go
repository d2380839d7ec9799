package manifest

import (
	"errors"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// SetAnnotation sets an annotation of an object.
type SetAnnotation struct {
	Object Ref
	Key    string
	// Value is text of one line without "{{". With that the object would count as a template, and
	// could not be edited again.
	Value string
}

// RemoveAnnotations removes annotations of an object. All of them must be there.
type RemoveAnnotations struct {
	Object Ref
	Keys   []string
}

// metadata returns an object and its metadata; an error unless its annotations can be edited.
func (e *editor) metadata(ref Ref, keys ...string) (o Object, metadata *yaml.Node, err error) {
	if o, err = e.find(ref); err != nil {
		return o, nil, err
	}
	for _, key := range keys {
		e.allowed = append(e.allowed, join("metadata.annotations", key))
	}
	metadata = yamltext.Child(o.source.node(), "metadata")
	nodes := []*yaml.Node{o.source.node(), metadata}
	if annotations := yamltext.Child(metadata, "annotations"); annotations != nil {
		nodes = append(nodes, yamltext.Subtree(annotations)...)
	}
	return o, metadata, o.plain("metadata", nodes...)
}

func (c SetAnnotation) edit(e *editor) error {
	o, metadata, err := e.metadata(c.Object, c.Key)
	if err != nil {
		return err
	}
	field := join("metadata.annotations", c.Key)
	switch {
	case !yamltext.OneLine(c.Value):
		return o.refuse(ErrValue, field, "annotation %s: must be text of one line", c.Key)
	case isTemplate([]byte(c.Value)):
		return o.refuse(ErrValue, field, "annotation %s: must not hold {{, which would make the object a template: %q",
			c.Key, c.Value)
	}
	doc := o.source.doc
	if operations := o.operations(); operations != nil && !isWrittenIn(metadata, c.Key) {
		return e.annotate(o, metadata, c)
	}
	p, err := doc.SetText(metadata, "annotations", c.Key, c.Value)
	if err != nil {
		return o.at(field, metadata, err)
	}
	e.patch(doc, p)
	return nil
}

func (c RemoveAnnotations) edit(e *editor) error {
	o, metadata, err := e.metadata(c.Object, c.Keys...)
	if err != nil {
		return err
	}
	doc := o.source.doc
	var errs []error
	for _, key := range c.Keys {
		if yamltext.Child(metadata, "annotations", key) == nil {
			errs = append(errs, o.refuse(ErrNotFound, join("metadata.annotations", key), "must have annotation %s",
				key))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if o.operations() != nil {
		return e.bare(o, metadata, c.Keys)
	}
	patches, err := doc.RemoveKeys(metadata, "annotations", c.Keys...)
	if err != nil {
		return o.at("metadata.annotations", metadata, err)
	}
	e.patch(doc, patches...)
	return nil
}
