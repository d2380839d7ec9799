package manifest

import (
	"fmt"
	"path"

	"k8s.io/apimachinery/pkg/runtime"
)

// AddDocument adds an object at the end of a file, which is made if there is
// none. An object of the same Ref must not be in the set.
type AddDocument struct {
	// File is the slash-separated path of the file.
	File string
	// Value is the object, as [NewObject] takes it.
	Value runtime.Object
}

// RemoveDocument removes the document of an object, with its comments. A file
// that then holds no document is removed.
type RemoveDocument struct {
	Object Ref
}

func (c AddDocument) edit(e *editor) error {
	o, err := NewObject(c.Value, c.File)
	if err != nil {
		return err
	}
	if _, found := e.set.Get(o.Ref); found || e.docs[o.Ref] {
		return fmt.Errorf("%s: must not be there already", o.Ref)
	}
	if c.File == "" || path.Ext(c.File) == ".json" {
		return fmt.Errorf("%s: must belong into a YAML file, not %q", o.Ref, c.File)
	}
	text, err := Encode(c.Value)
	if err != nil {
		return err
	}
	e.docs[o.Ref] = true
	if len(e.added[c.File]) > 0 {
		text = append([]byte("---\n"), text...)
	}
	e.added[c.File] = append(e.added[c.File], text...)
	return nil
}

func (c RemoveDocument) edit(e *editor) error {
	o, found := e.set.Get(c.Object)
	if !found || o.source.doc == nil {
		return fmt.Errorf("%s: must have been read from a file of the set", c.Object)
	}
	doc := o.source.doc
	if o.source.node != doc.Root {
		return fmt.Errorf("%s at %s:%d: must have a document of its own: it stands in a List", c.Object, o.File, o.Line)
	}
	e.docs[o.Ref] = true
	e.headless[doc.File] = e.headless[doc.File] || doc.First()
	e.patch(doc, doc.Remove())
	return nil
}
