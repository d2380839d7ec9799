package manifest

import (
	"slices"
)

// Set holds the objects of one Git directory, or objects that were built, in order. It is
// immutable. The zero Set is empty.
//
// A set may hold two objects of one Ref: files can hold them, and package validate reports them.
type Set struct {
	objects []Object
	byRef   map[Ref]int // the first of each Ref that has a name
	byKind  map[string][]int
	byLabel map[label][]int
	faults  []Fault
	files   []fileReading // what the objects were read from
	reader  Reader        // the bounds within which they were read

	kustomized kustomizations // the kustomizations among the files
	placing    *placing       // the places of the files; nil for a built set
	skipped    []Skip         // see Skipped
}

type label struct{ kind, key, value string }

// NewSet returns a set of the objects, in their order. Use [NewObject] to make
// them.
func NewSet(objects ...Object) Set { return setOf(slices.Clone(objects)) }

// setOf is NewSet for a slice that nobody else has.
func setOf(objects []Object) Set {
	s := Set{
		objects: objects,
		byRef:   make(map[Ref]int, len(objects)),
		byKind:  map[string][]int{},
		byLabel: map[label][]int{},
	}
	for i, o := range objects {
		if _, found := s.byRef[o.Ref]; !found && o.Ref.Name != "" {
			s.byRef[o.Ref] = i
		}
		s.byKind[o.Ref.Kind] = append(s.byKind[o.Ref.Kind], i)
		for key, value := range o.Meta().GetLabels() {
			l := label{o.Ref.Kind, key, value}
			s.byLabel[l] = append(s.byLabel[l], i)
		}
	}
	return s
}

// pick returns the objects of some indexes.
func (s Set) pick(indexes []int) []Object {
	if len(indexes) == 0 {
		return nil
	}
	out := make([]Object, len(indexes))
	for i, at := range indexes {
		out[i] = s.objects[at]
	}
	return out
}

// Len returns the number of objects.
func (s Set) Len() int { return len(s.objects) }

// All returns the objects in order.
func (s Set) All() []Object { return slices.Clone(s.objects) }

// Get returns the first object of a Ref. It never finds an object without a name.
func (s Set) Get(ref Ref) (o Object, found bool) {
	i, found := s.byRef[ref]
	if !found {
		return Object{}, false
	}
	return s.objects[i], true
}

// Kind returns the objects of a kind, in order: "VirtualService".
func (s Set) Kind(kind string) []Object { return s.pick(s.byKind[kind]) }

// Labelled returns the objects of a kind that bear a label, in order.
func (s Set) Labelled(kind, key, value string) []Object {
	return s.pick(s.byLabel[label{kind, key, value}])
}

// Source returns the text of a file that the set was read from, whether it holds an
// object or not.
func (s Set) Source(name string) (data []byte, found bool) {
	i := slices.IndexFunc(s.files, func(f fileReading) bool { return f.Name == name })
	if i < 0 {
		return nil, false
	}
	return slices.Clone(s.files[i].Data), true
}

// Sources returns the names of the files that the set was read from, in order.
func (s Set) Sources() []string {
	names := make([]string, len(s.files))
	for i, f := range s.files {
		names[i] = f.Name
	}
	return names
}

// texts returns the files that the set was read from.
func (s Set) texts() []File {
	files := make([]File, len(s.files))
	for i, f := range s.files {
		files[i] = f.File
	}
	return files
}
