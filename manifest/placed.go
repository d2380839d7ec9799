package manifest

import (
	"slices"

	"github.com/swimlane-go/swimlane/lanes"
)

// Namespace returns the namespace of the objects in a file that name none: see
// [Reader]. Of no file, "", it is the one that all files have, if they have one in
// common, else lanes.DefaultNamespace. So is it of a set that was built.
func (s Set) Namespace(file string) string {
	switch {
	case s.placing == nil:
		return lanes.DefaultNamespace
	case file == "":
		return s.placing.common
	}
	return s.placing.of(file).namespace
}

// NamespaceOf returns the namespace that an object of the set is in, when its kind has
// one: that of its Ref, else that of its file.
func (s Set) NamespaceOf(o Object) string {
	if o.Ref.Namespace != "" {
		return o.Ref.Namespace
	}
	return s.Namespace(o.File)
}

// Skipped returns the files of the set that their Argo CD Application leaves out, whose
// objects are not in the set; and those with an ApplicationSet that may make more
// Applications than are read, with the reason.
func (s Set) Skipped() []Skip { return slices.Clone(s.skipped) }

// ref returns what an object of a file is called.
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

// named returns what was read of a file with the namespaces of its objects.
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
