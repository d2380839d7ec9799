package manifest

import (
	"fmt"
	"slices"
	"strings"
)

// Build is what the sources in a set tell about the output of kustomize, without building.
type Build struct {
	// Set is the set without objects that are not built. It lacks the objects of files that no
	// kustomization lists although one is beside or above them. Of objects with one Ref it has the
	// first, unless one build has two.
	Set Set
	// Skipped are the files with objects that Set lacks for this, with the reason.
	Skipped []Skip
	// Roots are the kustomizations that no other one takes in.
	Roots []Kustomization
	// Changes says by which fields of which kustomizations the build differs from the
	// sources: "overlay/kustomization.yaml:3: namePrefix". Empty when Set is what is
	// built.
	Changes []string
	// Partial says that objects may refer to something that exists only in the build: names change,
	// or objects come from a generator or from elsewhere.
	Partial bool
}

// Build returns what the kustomizations of the set tell about its build. Without kustomizations
// Build.Set is the set itself.
func (s Set) Build() Build {
	s = s.Overlaid()
	out := Build{Set: s}
	ks := s.kustomized
	if len(ks.all) == 0 {
		return out
	}
	out.Roots = s.Roots()
	in := map[string][]int{} // the roots that build a file
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
				continue // objects were read with it
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
				Skip{Name: o.File, Reason: fmt.Sprintf("%s is in %s too, for another build: that one is read",
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

// unbuilt reports whether a build takes nothing from a file. Then the faults of the file do not
// matter.
func (s Set) unbuilt(file string) bool {
	ks := s.kustomized
	return ks.unlisted(file) && !IsKustomization(file) && !ks.named[file]
}

// renames reports whether a field of a kustomization changes the names or references of objects, or
// makes objects that no file holds. Generated ConfigMaps and Secrets do not count: no traffic
// depends on them.
func renames(field string) bool {
	switch field {
	case "namePrefix", "nameSuffix", "replacements", "vars", "generators", "transformers":
		return true
	}
	return strings.HasPrefix(field, "helm")
}

// apart reports whether two files are built, but never for the same root. a and b are their roots.
func apart(a, b []int) bool {
	return len(a) > 0 && len(b) > 0 && !slices.ContainsFunc(a, func(i int) bool { return slices.Contains(b, i) })
}
