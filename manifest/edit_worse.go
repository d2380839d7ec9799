package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// worse returns an error when a changed file would get worse: it has a new error or fault, another
// document changes, or Kubernetes' own reader sees less of it. Old errors and faults may stay.
func (e *editor) worse(before, after fileReading) error {
	if err := newErrors(before, after); err != nil {
		return err
	}
	return errors.Join(newFaults(before, after), e.otherDocuments(before, after), e.readBack(before, after))
}

// newErrors returns the errors of a file that it did not have before.
func newErrors(before, after fileReading) error {
	message := func(err error) string { // without the line, which may be another
		if at := new(DecodeError); errors.As(err, &at) {
			err = at.Err
		}
		return err.Error()
	}
	known := map[string]int{}
	for _, err := range before.errs {
		known[message(err)]++
	}
	var out []error
	for _, err := range after.errs {
		if known[message(err)]--; known[message(err)] < 0 {
			bad := &EditError{Kind: ErrUnsafe, File: after.Name, Err: err}
			if at := new(DecodeError); errors.As(err, &at) {
				bad.Line, bad.Err = at.Line, at.Err
			}
			out = append(out, bad)
		}
	}
	return errors.Join(out...)
}

// newFaults returns an error for every fault of a file that it did not have before.
func newFaults(before, after fileReading) error {
	type key struct {
		FaultKind
		Ref
		field string
	}
	known := map[key]int{}
	for _, f := range before.faults {
		known[key{f.Kind, f.Object, f.Field}]++
	}
	var out []error
	for _, f := range after.faults {
		k := key{f.Kind, f.Object, f.Field}
		if known[k]--; known[k] < 0 {
			out = append(out, &EditError{Ref: f.Object, Field: f.Field, Kind: ErrUnsafe, File: f.File, Line: f.Line,
				Err: fmt.Errorf("must not make the files faulty: %s", f.Message)})
		}
	}
	return errors.Join(out...)
}

// otherDocuments returns an error unless all documents that are not edited are still there, in
// their order. A document may have got the comments before it from a removed one.
func (e *editor) otherDocuments(before, after fileReading) error {
	rest := after.docs
	for _, d := range before.docs {
		if e.patched[d.doc] || len(d.objects)+len(d.faults.list) == 0 {
			continue
		}
		text := bytes.TrimSpace(d.doc.Body())
		i := slices.IndexFunc(rest, func(d documentReading) bool {
			return bytes.HasSuffix(bytes.TrimSpace(d.doc.Body()),
				text)
		})
		if i < 0 {
			return &EditError{Kind: ErrUnsafe, File: before.Name, Line: d.doc.Line,
				Err: errors.New("the document must stay as it is")}
		}
		rest = rest[i+1:]
	}
	return nil
}

// unread names the places that could not be read, where a missing object may be; empty when
// everything could be read.
func (s Set) unread() string {
	var places []string
	for _, f := range s.faults {
		if f.Kind == Unreadable || f.Kind == NotAnObject || f.Kind == Misread {
			places = append(places, fmt.Sprintf("%s:%d", f.File, f.Line))
		}
	}
	if len(places) == 0 {
		return ""
	}
	return "; it may be in what could not be read: " + strings.Join(slices.Compact(places), ", ")
}
