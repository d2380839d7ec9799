package manifest

import (
	"slices"

	"github.com/swimlane-go/swimlane/lanes"
)

// Namespace returns the namespace of the objects in a file that name none: see [Reader]. For the
// file "" it is the namespace that all files have in common, else lanes.DefaultNamespace. For a
// built set it is lanes.DefaultNamespace.
func (s Set) Namespace(file string) string {
	switch {
	case s.placing == nil:
		return lanes.DefaultNamespace
	case file == "":
		return s.placing.common
	}
	return s.placing.of(file).namespace
}

// NamespaceOf returns the namespace that an object of the set is in, if its kind has namespaces:
// that of its Ref, else that of its file.
func (s Set) NamespaceOf(o Object) string {
	if o.Ref.Namespace != "" {
		return o.Ref.Namespace
	}
	return s.Namespace(o.File)
}

// Skipped returns the files that their Argo CD Application leaves out, with the reason: their
// objects are not in the set. It also returns the files with an ApplicationSet that may make more
// Applications than are read.
func (s Set) Skipped() []Skip { return slices.Clone(s.skipped) }

// ref returns the Ref of an object, with the namespace that its file gives it.
func (p *placing) ref(o Object) Ref {
	ref := o.Ref
	if ref.Namespace == "" { // it has none, or its kind is not known
		return ref
	}
	at := p.of(o.File)
	written := o.Meta().GetNamespace()
	if at.isForced || written == "" {
		written = at.namespace
	}
	ref.Namespace = written
	return ref
}

// named gives the objects and the faults of a file their namespaces.
func (p *placing) named(f fileReading) fileReading {
	renamed := map[Ref]Ref{}
	for _, d := range f.docs {
		for _, o := range d.objects {
			if ref := p.ref(o); ref != o.Ref {
				renamed[o.Ref] = ref
			}
		}
	}
	if len(renamed) == 0 {
		return f
	}
	rename := func(faults []Fault) []Fault {
		faults = slices.Clone(faults)
		for i := range faults {
			if ref, is := renamed[faults[i].Object]; is {
				faults[i].Object = ref
			}
		}
		return faults
	}
	f.docs, f.faults = slices.Clone(f.docs), rename(f.faults)
	for i := range f.docs {
		d := &f.docs[i]
		d.objects, d.faults.list = slices.Clone(d.objects), rename(d.faults.list)
		for j := range d.objects {
			d.objects[j].Ref = p.ref(d.objects[j])
		}
	}
	return f
}
