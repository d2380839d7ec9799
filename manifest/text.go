package manifest

import (
	"bytes"
	"errors"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// Text is a YAML text that an object holds as a string, as a ConfigMap does.
type Text struct {
	ref  Ref
	file string
	// key is the line of the key with the text. inFile says that the lines of the text are lines of
	// the file: then nodes have theirs.
	key    int
	inFile bool
	docs   []*yamltext.Document
}

// Text returns the YAML text at a path of the object, as in [Object.LineOf]. value is the string
// that the object's Value holds there.
func (o Object) Text(path, value string) Text {
	t := Text{ref: o.Ref, file: o.File}
	first := 1
	if o.source.doc != nil {
		key, node, _ := o.source.find(path)
		t.key, first = o.source.doc.LineOf(key), o.source.doc.LineOf(node)+1
		// Lines of other styles are folded or escaped. With an anchor or a tag the block may begin
		// on another line. A repeated key may have another node.
		t.inFile = node.Style == yaml.LiteralStyle && node.Anchor == "" && node.Value == value
	}
	t.docs = yamltext.SplitAt(o.File, first, []byte(value), 1)
	return t
}

// Decode reads the text into the value that into points to, by its JSON names. It reads strictly,
// as [Decode] reads objects, and returns all faults in the order of the lines. Field is a path
// within the text. The fault of an unknown key lists the known ones. An empty text leaves the value
// as it is. After any fault but UnknownKey and DuplicateKey the value must not be used.
func (t Text) Decode(into any) []Fault {
	if len(t.docs) == 0 {
		return nil
	}
	doc := t.docs[0]
	found, err := decodeText(t.docs, into)
	if at := new(yamltext.Error); errors.As(err, &at) {
		found = faultsOf(Fault{Kind: Unreadable, Line: at.Line, Message: at.Message})
	} else if err != nil {
		found = faultsOf(Fault{Kind: Unreadable, Line: doc.Line, Message: err.Error()})
	}
	for i := range found.list {
		f := &found.list[i]
		f.Object, f.File = t.ref, t.file
		switch {
		case f.Line == 0:
			f.Line = t.LineOf(f.Field)
		case !t.inFile:
			f.Line = t.key
		}
		if f.Kind == DuplicateKey && !t.inFile {
			f.Message = "must appear once"
		}
	}
	return found.ordered(t.file)
}

// decodeText reads the first document, which must be the only one.
func decodeText(docs []*yamltext.Document, into any) (faultList, error) {
	doc, r := docs[0], Reader{}.withDefaults()
	if err := r.checkText(doc.Body()); err != nil {
		return faultList{}, err
	}
	if err := doc.Parse(); err != nil {
		return faultList{}, err
	}
	switch {
	case len(docs) > 1:
		return faultList{}, &yamltext.Error{Line: docs[1].Line, Message: "must be one document"}
	case doc.Misread != nil:
		return faultList{}, doc.Misread
	case doc.Root() == nil:
		return faultList{}, nil
	}
	if _, err := (&bounds{Reader: r, anchored: map[*yaml.Node]extent{}}).measure(doc.Root()); err != nil {
		return faultList{}, err
	}
	data, err := doc.JSON()
	if err != nil || bytes.Equal(data, []byte("null")) {
		return faultList{}, err
	}
	found := walker{named: true}.decode(data, into, nil)
	duplicates(&found, doc, doc.Root(), nil)
	return found, nil
}

// LineOf returns the line of the file at which a field of the text is. Decode must come before. For
// a field that is not written it is the line of the nearest one around it, else of the key of the
// text. It is always the line of the key if the text is not written as a literal block (|). It is 0
// for a built object.
func (t Text) LineOf(path string) int {
	if !t.inFile || len(t.docs) == 0 || t.docs[0].Root() == nil {
		return t.key
	}
	at := source{doc: t.docs[0]}
	node, _, _ := at.find(path)
	if node == at.node() {
		return t.key
	}
	return at.doc.LineOf(node)
}
