package manifest

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"

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

// appendDocuments adds documents to the text of a file that is there, with the
// line ends that it has.
func appendDocuments(data, added []byte) []byte {
	if len(added) == 0 {
		return data
	}
	out := slices.Clone(data)
	if len(out) > 0 && out[len(out)-1] != '\n' {
		out = append(out, '\n')
	}
	if !empty(out) {
		out = append(out, "---\n"...)
	}
	out = append(out, added...)
	if eol := (&document{text: data}).eol(); eol != "\n" {
		tail := bytes.ReplaceAll(out[len(data):], []byte("\n"), []byte(eol))
		out = append(out[:len(data):len(data)], tail...)
	}
	return out
}

func (c RemoveDocument) edit(e *editor) error {
	o, found := e.set.Get(c.Object)
	if !found || o.source.doc == nil {
		return fmt.Errorf("%s: must have been read from a file of the set", c.Object)
	}
	doc := o.source.doc
	if o.source.node != doc.root {
		return fmt.Errorf("%s at %s:%d: must have a document of its own: it stands in a List", c.Object, o.File, o.Line)
	}
	e.docs[o.Ref] = true
	e.headless[doc.file] = e.headless[doc.file] || doc.start == 0
	e.patch(doc, patch{span{doc.cut, doc.end}, ""})
	return nil
}

// withoutMarker removes the marker line that a text begins with. When the first
// document goes, which needs none, that of the next goes with it.
func withoutMarker(data []byte) []byte {
	line, rest, _ := bytes.Cut(data, []byte("\n"))
	after, marker := cutMarker(line)
	switch {
	case !marker:
		return data
	case len(bytes.TrimSpace(after)) > 0: // content on the marker's own line
		return data[len("---"):]
	}
	return rest
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
