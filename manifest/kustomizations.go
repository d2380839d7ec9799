package manifest

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// kustomizations holds the kustomizations of a set, with what they say about its files.
type kustomizations struct {
	all []Kustomization
	// byDir are the kustomizations of a directory, as indexes of all.
	byDir map[string][]int
	// listed are the kustomizations that list a file under resources.
	listed map[string][]int
	// takenBy are the kustomizations that take in a component, by its directory.
	takenBy map[string][]int
	// named are the files that a kustomization names for something else than objects: patches,
	// replacements, generators.
	named map[string]bool
}

// Kustomizations returns the kustomizations among the files of the set, in the order of
// the files, with the texts of patches and replacements that are in files.
func (s Set) Kustomizations() []Kustomization { return slices.Clone(s.kustomized.all) }

// kustomizationsOf reads the kustomizations among files.
func kustomizationsOf(files []fileReading) kustomizations {
	var out kustomizations
	for _, f := range files {
		if IsKustomization(f.Name) {
			k := Kustomization{File: f.Name, Unreadable: len(f.errs) > 0}
			for _, d := range f.docs {
				if d.kustomized != nil {
					k = *d.kustomized
					break // kustomize reads the first document
				}
			}
			out.all = append(out.all, k)
		}
	}
	if len(out.all) == 0 {
		return out
	}
	byName := make(map[string]*fileReading, len(files))
	for i := range files {
		byName[files[i].Name] = &files[i]
	}
	out.byDir, out.listed, out.takenBy, out.named = map[string][]int{}, map[string][]int{}, map[string][]int{},
		map[string]bool{}
	for i := range out.all {
		k := &out.all[i]
		// other sets share the document
		k.Patches, k.Replacements = slices.Clone(k.Patches), slices.Clone(k.Replacements)
		k.fill(byName)
		out.byDir[k.Dir()] = append(out.byDir[k.Dir()], i)
		for _, p := range k.Resources {
			out.listed[p.Path] = append(out.listed[p.Path], i)
		}
		for _, p := range k.Components {
			out.takenBy[p.Path] = append(out.takenBy[p.Path], i)
		}
		for _, p := range k.others() {
			out.named[p.Path] = true
		}
	}
	return out
}

// others returns the files that the kustomization names although they hold no objects to be
// deployed.
func (k Kustomization) others() []KustomizePath {
	out := slices.Clone(k.Others)
	for _, p := range k.Patches {
		out = append(out, p.From)
	}
	for _, r := range k.Replacements {
		out = append(out, r.From)
	}
	return out
}

// aside reports whether a file holds no objects because a kustomization names it for something
// else, and no kustomization lists it.
func (ks kustomizations) aside(file string) bool {
	return ks.named[file] && len(ks.listed[file]) == 0
}

// unlisted reports whether a file is not deployed: no kustomization lists it although one is beside
// or above it.
func (ks kustomizations) unlisted(file string) bool {
	return len(ks.all) > 0 && len(ks.listed[file]) == 0 && ks.governed(file)
}

// governed reports whether a kustomization decides if a file is deployed: one that can be read is
// beside or above it.
func (ks kustomizations) governed(file string) bool {
	for dir := range dirsAround(file) {
		if slices.ContainsFunc(ks.byDir[dir], func(i int) bool { return !ks.all[i].Unreadable }) {
			return true
		}
	}
	return false
}

// dirsAround yields the directory of a file and those above it, the nearest first.
func dirsAround(file string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for dir := path.Dir(file); yield(dir); dir = path.Dir(dir) {
			if dir == "." || dir == "/" || dir == ".." || strings.HasSuffix(dir, "/..") {
				return
			}
		}
	}
}

// Lists returns the kustomizations that list a file under resources, in the order of
// their files.
func (s Set) Lists(file string) []Kustomization {
	var out []Kustomization
	for _, i := range s.kustomized.listed[file] {
		out = append(out, s.kustomized.all[i])
	}
	return out
}

// Unlisted reports whether a file is not deployed: no kustomization lists it, although one that can
// be read is in its directory or in one above.
func (s Set) Unlisted(file string) bool { return s.kustomized.unlisted(file) }

// Reads returns the files that kustomize reads to build a kustomization of the set, the
// kustomization itself first. It also returns those of the kustomizations that it takes in, but no
// patches. remote says that it reads something from elsewhere too.
func (s Set) Reads(k Kustomization) (files []string, remote bool) {
	known := map[string]bool{}
	ks := s.kustomized
	var read func(k Kustomization)
	read = func(k Kustomization) {
		if known[k.File] {
			return // kustomizations may take in each other
		}
		known[k.File] = true
		files = append(files, k.File)
		for _, p := range slices.Concat(k.Resources, k.Components) {
			remote = remote || p.IsRemote()
			for _, i := range ks.byDir[p.Path] {
				read(ks.all[i])
			}
			if p.Path != "" && len(ks.byDir[p.Path]) == 0 && !known[p.Path] {
				known[p.Path] = true
				files = append(files, p.Path)
			}
		}
	}
	read(k)
	return files, remote
}

// WithComponents returns a kustomization and the components of the set that it takes in, directly
// or through components. Their patches apply to what it builds.
func (s Set) WithComponents(k Kustomization) []Kustomization {
	out := []Kustomization{k}
	known := map[string]bool{k.File: true}
	for i := 0; i < len(out); i++ {
		for _, c := range out[i].Components {
			for _, at := range s.kustomized.byDir[c.Path] {
				if other := s.kustomized.all[at]; c.Path != "" && !known[other.File] {
					known[other.File] = true
					out = append(out, other)
				}
			}
		}
	}
	return out
}

// IsOutside reports whether a path names a directory that the set was not read from, such as a base
// above it.
func (s Set) IsOutside(p KustomizePath) bool {
	if p.Path == "" || len(s.kustomized.byDir[p.Path]) > 0 || isManifest(p.Path) {
		return false
	}
	in := func(f fileReading) bool { return strings.HasPrefix(f.Name, p.Path+"/") }
	return !slices.ContainsFunc(s.files, in)
}

// Roots returns the kustomizations that are deployed, in the order of their files: no other one of
// the set takes them in, and they are no Components.
func (s Set) Roots() []Kustomization {
	taken := map[string]bool{}
	for _, k := range s.kustomized.all {
		for _, p := range slices.Concat(k.Resources, k.Components) {
			if p.Path != "" && p.Path != k.Dir() {
				taken[p.Path] = true
			}
		}
	}
	roots := slices.Clone(s.kustomized.all)
	roots = slices.DeleteFunc(roots, func(k Kustomization) bool { return taken[k.Dir()] || k.IsComponent })
	slices.SortFunc(roots, func(a, b Kustomization) int { return cmp.Compare(a.File, b.File) })
	return roots
}

// without returns the objects with a Ref that none of the others has, and those without a name.
func without(objects, others []Object) []Object {
	known := make(map[Ref]bool, len(others))
	for _, o := range others {
		known[o.Ref] = o.Ref.Name != ""
	}
	return slices.DeleteFunc(objects, func(o Object) bool { return known[o.Ref] })
}
