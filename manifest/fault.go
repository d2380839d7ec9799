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
	// Misread: Kubernetes' reader, which kubectl and Argo CD use, passes over a part of the
	// document, reads it as something else or refuses it. The set holds the objects that can be
	// read all the same.
	Misread FaultKind = "Misread"
	// Unreadable: the document is not YAML, or breaks a bound of the [Reader]. It is not in the
	// set.
	Unreadable FaultKind = "Unreadable"
	// TooMany: the file has more faults than are kept. The message says how many.
	TooMany FaultKind = "TooMany"
)

// Fault is one thing in a file that a strict reader refuses.
type Fault struct {
	// Kind says what is wrong.
	Kind FaultKind
	// Object is the object with the fault. For NotAnObject it holds what is known.
	Object Ref
	// File and Line say where it is, the line from 1; 0 for a whole file.
	File string
	Line int
	// Field is the path of the field, with the names that are written.
	Field string
	// Message says what must hold.
	Message string
}

// maxFaults bounds the faults that are kept for a file: a hostile file can hold millions, each at
// the end of a long path.
const maxFaults = 1000

// faultList holds the first faults of a document or file, and the number of others.
type faultList struct {
	list []Fault
	more int
}

func faultsOf(faults ...Fault) faultList { return faultList{list: faults} }

// room reports whether there is room for a fault. It counts a fault without room.
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

// ordered returns the faults of a file by line, and one more that counts the faults without room.
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

// Faults returns the faults that strict reading found in the files of the set, in the order of the
// files and lines. Package validate reports them as findings.
func (s Set) Faults() []Fault { return slices.Clone(s.faults) }
