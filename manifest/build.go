package manifest

import (
	"fmt"
	"slices"
	"strings"
)

// Build is what can be said of the output of kustomize from the sources that a set
// holds, without building.
type Build struct {
	// Set is the set without what is not built: objects of files that no kustomization
	// lists although one stands beside or above them, and all but the first of objects
	// of one Ref of which no build has two.
	Set Set
	// Skipped are the files with objects that are not in Set for that, and why.
	Skipped []Skip
	// Roots are the kustomizations that no other one takes in.
	Roots []Kustomization
	// Changes says by which fields of which kustomizations the build differs from the
	// sources: "overlay/kustomization.yaml:3: namePrefix". Empty when Set is what is
	// built.
	Changes []string
	// Partial says that what objects refer to may be there in the build alone: names
	// change, or objects come from a generator or from elsewhere.
	Partial bool
}

// Build returns what the kustomizations among the files of the set say of it. Without
// any it is the set itself.
func (s Set) Build() Build {
	s = s.Overlaid()
	out := Build{Set: s}
	ks := s.kustomized
	if len(ks.all) == 0 {
		return out
	}
	out.Roots = s.Roots()
	in := map[string][]int{} // the roots that a file is built for
	for i, root := range out.Roots {
		files, remote := s.Reads(root)
		for _, f := range files {
			in[f] = append(in[f], i)
		}
		out.Partial = out.Partial || remote
	}
	for _, k := range ks.all {
		for _, field := range k.Changes {
			if field == "namespace" {
				continue // objects are read as in it
			}
			out.Changes = append(out.Changes, fmt.Sprintf("%s:%d: %s", k.File, k.LineOf(field), field))
			out.Partial = out.Partial || renames(field)
		}
		for _, p := range slices.Concat(k.Resources, k.Components) {
			switch {
			case p.IsRemote():
				out.Changes = append(out.Changes,
					fmt.Sprintf("%s:%d: %s is read from elsewhere", k.File, p.Line, p.Name))
			case s.IsOutside(p):
				out.Changes = append(out.Changes,
					fmt.Sprintf("%s:%d: %s lies outside of what is read", k.File, p.Line, p.Name))
				out.Partial = true
			}
		}
	}
	for _, f := range s.files {
		holds := func(d documentReading) bool { return len(d.objects) > 0 }
		if s.unbuilt(f.Name) && slices.ContainsFunc(f.docs, holds) {
			out.Skipped = append(out.Skipped,
				Skip{Name: f.Name, Reason: "no kustomization lists it: it is not deployed"})
		}
	}
	first := map[Ref]Object{}
	var objects []Object
	for _, o := range s.objects {
		before, again := first[o.Ref]
		switch {
		case ks.unlisted(o.Resource().File):
			continue
		case again && o.Ref.Name != "" && apart(in[before.Resource().File], in[o.Resource().File]):
			out.Skipped = append(out.Skipped,
				Skip{Name: o.File, Reason: fmt.Sprintf("%s stands in %s too, for another build: that one is read",
					o.Ref, before.File)})
			continue
		case !again:
			first[o.Ref] = o
		}
		objects = append(objects, o)
	}
	slices.SortStableFunc(out.Skipped, func(a, b Skip) int { return strings.Compare(a.Name, b.Name) })
	if len(out.Skipped) == 0 && !slices.ContainsFunc(s.faults, func(f Fault) bool { return s.unbuilt(f.File) }) {
		return out
	}
	out.Set = NewSet(objects...)
	out.Set.files, out.Set.reader, out.Set.kustomized = s.files, s.reader, ks
	out.Set.placing, out.Set.skipped = s.placing, s.skipped
	out.Set.faults = slices.DeleteFunc(slices.Clone(s.faults), func(f Fault) bool { return s.unbuilt(f.File) })
	return out
}

// unbuilt reports whether nothing of a file is built, so that nobody reads what is
// wrong with it.
func (s Set) unbuilt(file string) bool {
	ks := s.kustomized
	return ks.unlisted(file) && !IsKustomization(file) && !ks.named[file]
}

// renames reports whether a field of a kustomization changes what objects are called or
// refer to, or makes objects that are in no file. Generated ConfigMaps and Secrets are
// none that traffic depends on.
func renames(field string) bool {
	switch field {
	case "namePrefix", "nameSuffix", "replacements", "vars", "generators", "transformers":
		return true
	}
	return strings.HasPrefix(field, "helm")
}

// apart reports whether two files are built, and never for one root.
func apart(a, b []int) bool {
	return len(a) > 0 && len(b) > 0 && !slices.ContainsFunc(a, func(i int) bool { return slices.Contains(b, i) })
}
