package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/internal/position"
)

// AddDocument adds an object at the end of a file. It makes the file if it is missing. The set must
// not hold an object of the same Ref.
type AddDocument struct {
	// File is the slash-separated path of the file.
	File string
	// Value is the object, as [NewObject] takes it.
	Value runtime.Object
	// Like is an object of the set. The new document is a copy of its text, with other values where
	// both differ. Order, quotes, indentation and comments come along. So do the comments directly
	// above its first key, unless they are at the top of the file: those belong to the file. A
	// comment behind a number that differs does not come along.
	//
	// [Encode] writes the document without Like, and also where no copy can mean exactly Value: for
	// anchors, aliases, merge keys, tags, templates, Lists, JSON, keys that the Go type lacks,
	// values of several lines that differ, and lists that differ in length.
	Like Ref
	// Words are replaced in the comments that come along, whole words only: the word "v2" is not in
	// "v2.1", "v2-old" or "apis/v2".
	Words map[string]string
}

// RemoveDocument removes the document of an object, with its comments. A file without another
// document is removed. Any other file keeps the comments at its very top that a blank line or a
// marker (---) parts from the document, such as a licence. A JSON patch of the object stays, and
// selects nothing.
type RemoveDocument struct {
	Object Ref
}

func (c AddDocument) edit(e *editor) error {
	o, err := NewObject(c.Value, c.File)
	if err != nil {
		return &EditError{Kind: ErrValue, File: c.File, Err: err}
	}
	if e.set.placing != nil {
		o.Ref = e.set.placing.ref(o)
	}
	if there, found := e.set.Get(o.Ref); found {
		return there.refuse(ErrExists, "", "must not be there already")
	}
	if c.File == "" || path.Ext(c.File) == ".json" {
		return &EditError{Ref: o.Ref, Kind: ErrValue, Err: fmt.Errorf("must belong into a YAML file, not %q", c.File)}
	}
	text, err := Encode(c.Value)
	if err != nil {
		return &EditError{Ref: o.Ref, Kind: ErrValue, File: c.File, Err: err}
	}
	if c.Like != (Ref{}) {
		like, found := e.set.Get(c.Like)
		if !found {
			return &EditError{Ref: o.Ref, Kind: ErrNotFound, File: c.File,
				Err: fmt.Errorf("must be like an object of the set, not like %s", c.Like)}
		}
		if copied, ok := e.copied(like.Resource(), o, c.Words); ok {
			text = copied
		}
	}
	e.docs[o.Ref] = true
	e.added[c.File] = text
	return nil
}

func (c RemoveDocument) edit(e *editor) error {
	o, found := e.set.Get(c.Object)
	if !found || o.source.doc == nil {
		return &EditError{Ref: c.Object, Kind: ErrNotFound,
			Err: errors.New("must have been read from a file of the set")}
	}
	if over, is := o.Overlay(); is && over.operations == nil {
		return o.refuse(ErrUnsafe, "", "must have no patch: %s names this patch, and kustomize would not build",
			position.At(over.Kustomization, over.Line))
	}
	o = o.Resource() // kustomize lets a JSON patch select nothing
	doc := o.source.doc
	if o.source.part != nil {
		return o.refuse(ErrUnsafe, "", "must have a separate document: it is in a List")
	}
	e.docs[o.Ref] = true
	if at, first := doc.Top(); first {
		e.headless[doc.File] = at
	}
	e.patch(doc, doc.Remove())
	return nil
}

// copied returns the text of o, written like from, and whether the text means exactly o.
func (e *editor) copied(from, o Object, words map[string]string) ([]byte, bool) {
	doc := from.source.doc
	if doc == nil || from.source.part != nil || from.isLossy() || isTemplate(doc.Body()) {
		return nil, false
	}
	text, err := doc.Derive(from.meaning(), o.meaning())
	if err != nil {
		return nil, false
	}
	copied := e.set.reader.withDefaults().file(File{Name: o.File, Data: text}, nil)
	if !copied.holds(o) {
		return nil, false
	}
	reworded, err := copied.docs[0].doc.Reword(words)
	if err != nil || bytes.Equal(text, reworded) {
		return text, err == nil
	}
	return reworded, e.set.reader.withDefaults().file(File{Name: o.File, Data: reworded}, nil).holds(o)
}

// holds reports whether a file holds an object, nothing else, and no fault.
func (f fileReading) holds(o Object) bool {
	ours, _ := f.written()
	theirs, errs := f.seen()
	if len(f.errs)+len(f.faults)+len(errs) > 0 || len(f.docs) != 1 || len(ours) != 1 || !slices.Equal(ours, theirs) {
		return false
	}
	got, err := Encode(f.docs[0].objects[0].Value)
	want, wantErr := Encode(o.Value)
	return err == nil && wantErr == nil && !f.docs[0].objects[0].isLossy() && bytes.Equal(got, want)
}
