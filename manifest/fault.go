package manifest

import (
	"cmp"
	"fmt"
	"slices"
)

// FaultKind says what a strict reader refuses.
type FaultKind string

const (
	// UnknownKey: the key is not part of the object's kind.
	UnknownKey FaultKind = "UnknownKey"
	// DuplicateKey: the key appears twice in one mapping; readers take either.
	DuplicateKey FaultKind = "DuplicateKey"
	// WrongType: the value is not of the type that the field has, or holds two
	// keys of which a type allows one. The object is then in the set without its
	// typed view.
	WrongType FaultKind = "WrongType"
	// NotAnObject: the document has no apiVersion, kind or name. It is not in
	// the set.
	NotAnObject FaultKind = "NotAnObject"
	// Misread: Kubernetes' reader, with which kubectl and Argo CD read, passes over
	// a part of the document, takes it for something else or refuses it. What of it
	// that reader could see is in the set.
	Misread FaultKind = "Misread"
	// Unreadable: the document is not YAML, or more than a [Reader] takes. It is not
	// in the set.
	Unreadable FaultKind = "Unreadable"
	// TooMany: the file has more faults than are kept. The message says how many.
	TooMany FaultKind = "TooMany"
)

// Fault is something in a file that is not what it should be.
type Fault struct {
	// Kind of the fault.
	Kind FaultKind
	// Object is where it is. Of a NotAnObject it holds what is known.
	Object Ref
	// File and Line say where it is, the line from 1; 0 for a whole file.
	File string
	Line int
	// Field is the path of the field, in the names that are written.
	Field string
	// Message says what must hold.
	Message string
}

// maxFaults is how many faults of a file are kept: a hostile one can hold millions,
// each at the end of a long path.
const maxFaults = 1000

// faultList is the first faults of a document or file, and the number of others.
type faultList struct {
	list []Fault
	more int
}

func faultsOf(faults ...Fault) faultList { return faultList{list: faults} }

// room reports whether there is room for a fault, and counts the one that there is
// none for.
func (l *faultList) room() bool {
	if len(l.list) < maxFaults {
		return true
	}
	l.more++
	return false
}

func (l *faultList) add(f Fault) { l.list = append(l.list, f) }

// join adds other faults as far as there is room.
func (l *faultList) join(other faultList) {
	for _, f := range other.list {
		if l.room() {
			l.add(f)
		}
	}
	l.more += other.more
}

// ordered returns the faults of a file by line, and one more for those that there
// was no room for.
func (l *faultList) ordered(file string) []Fault {
	slices.SortStableFunc(l.list, compareFaults)
	if l.more > 0 {
		last := l.list[len(l.list)-1]
		l.add(Fault{Kind: TooMany, File: file, Line: last.Line,
			Message: fmt.Sprintf("must have at most %d faults: there are %d more", maxFaults, l.more)})
	}
	return l.list
}

func compareFaults(a, b Fault) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Kind, b.Kind))
}

// Faults returns what strict reading found in the files of the set, in the order
// of the files and lines. Package validate reports them as findings.
func (s Set) Faults() []Fault { return slices.Clone(s.faults) }
