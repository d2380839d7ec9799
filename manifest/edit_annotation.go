package manifest

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// SetAnnotation sets an annotation of an object.
type SetAnnotation struct {
	Object Ref
	Key    string
	// Value is text of one line, without "{{": the object would then be taken for a
	// template, and could not be edited again.
	Value string
}

// RemoveAnnotations removes annotations of an object. All must be there.
type RemoveAnnotations struct {
	Object Ref
	Keys   []string
}

// metadata returns the object and its metadata, whose annotations can be edited.
func (e *editor) metadata(ref Ref, keys ...string) (o Object, metadata *yaml.Node, err error) {
	if o, err = e.object(ref); err != nil {
		return o, nil, err
	}
	for _, key := range keys {
		e.allowed[o.Ref] = append(e.allowed[o.Ref], join("metadata.annotations", key))
	}
	metadata = yamltext.Child(o.source.node, "metadata")
	nodes := []*yaml.Node{o.source.node, metadata}
	if annotations := yamltext.Child(metadata, "annotations"); annotations != nil {
		nodes = append(nodes, yamltext.Subtree(annotations)...)
	}
	if err := yamltext.Plain(nodes...); err != nil {
		return o, nil, fmt.Errorf("%s at %s:%d: metadata %w", ref, o.File, o.source.doc.LineOf(metadata), err)
	}
	return o, metadata, nil
}

func (c SetAnnotation) edit(e *editor) error {
	o, metadata, err := e.metadata(c.Object, c.Key)
	if err != nil {
		return err
	}
	switch {
	case !yamltext.OneLine(c.Value):
		return fmt.Errorf("%s: annotation %s: must be text of one line", c.Object, c.Key)
	case isTemplate([]byte(c.Value)):
		return fmt.Errorf("%s: annotation %s: must not hold {{, which would make the object a template: %q", c.Object, c.Key, c.Value)
	}
	doc := o.source.doc
	p, err := doc.SetText(metadata, "annotations", c.Key, c.Value)
	if err != nil {
		return o.at(metadata, err)
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
	where := fmt.Sprintf("%s at %s:%d", c.Object, o.File, doc.LineOf(metadata))
	var errs []error
	for _, key := range c.Keys {
		if yamltext.Child(metadata, "annotations", key) == nil {
			errs = append(errs, fmt.Errorf("%s: must have annotation %s", where, key))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	patches, err := doc.RemoveKeys(metadata, "annotations", c.Keys...)
	if err != nil {
		return o.at(metadata, err)
	}
	e.patch(doc, patches...)
	return nil
}
