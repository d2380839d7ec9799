package manifest

import (
	"cmp"
	"slices"
)

// FaultKind says what a strict reader refuses.
type FaultKind string

const (
	// UnknownKey: the key is not part of the object's kind.
	UnknownKey FaultKind = "UnknownKey"
	// DuplicateKey: the key stands twice in one mapping; readers take either.
	DuplicateKey FaultKind = "DuplicateKey"
	// WrongType: the value is not of the type that the field has, or holds two
	// keys of which a type allows one. The object is then in the set without its
	// typed view.
	WrongType FaultKind = "WrongType"
	// NotAnObject: the document has no apiVersion, kind or name. It is not in
	// the set.
	NotAnObject FaultKind = "NotAnObject"
)

// Fault is something in a document that is YAML, but not what it should be.
type Fault struct {
	// Kind of the fault.
	Kind FaultKind
	// Object is where it is. Of a NotAnObject it holds what is known.
	Object Ref
	// File and Line say where it stands, the line from 1.
	File string
	Line int
	// Field is the path of the field, in the names that are written.
	Field string
	// Message says what must hold.
	Message string
}

func compareFaults(a, b Fault) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Kind, b.Kind))
}

// Faults returns what strict reading found in the files of the set, in the order
// of the files and lines. Package validate reports them as findings.
func (s Set) Faults() []Fault { return slices.Clone(s.faults) }
