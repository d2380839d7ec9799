package manifest

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/lanes"
)

// placing says which Application deploys a file of a set, and in which namespace its objects are.
// No other code decides that. The namespace is the first of
//
//   - the namespace of the kustomization that builds the file: kustomize gives it to every
//     object, whatever the object names;
//   - the one that the object names;
//   - the one of the Reader;
//   - the destination of the Application with the directory of the file as a source;
//   - lanes.DefaultNamespace.
type placing struct {
	reader  Reader
	claims  map[string][]claim  // by the path of the source
	lengths []int               // how many elements those paths have, the longest first
	built   map[string][]anchor // by file
	inDir   map[string][]anchor // of what a kustomization in that directory lists
	tools   map[string]bool     // directories that kustomize or Helm renders
	around  string              // the directory around all files
	common  string              // the namespace that they have in common
	sets    []*Application      // that make others from directories
	madeBy  map[*Application]*Application
	notes   []Skip // why ApplicationSets may make more Applications
	places  map[string]place
}

// anchor is a kustomization that is deployed and builds a file, with the namespace
// that it gives the objects; empty for none.
type anchor struct{ file, namespace string }

// place is the decision on a file.
type place struct {
	namespace string // of objects that name none
	isForced  bool   // of all other objects too
	app       *Application
	leftOut   string    // why it is not deployed
	differ    *[2]claim // two claims on it that contradict each other; nil for none
}

// place decides for all files.
func (r Reader) place(files []fileReading, ks kustomizations) placing {
	p := placing{reader: r, claims: map[string][]claim{}, built: map[string][]anchor{}, inDir: map[string][]anchor{},
		tools: map[string]bool{}, places: make(map[string]place, len(files)), madeBy: map[*Application]*Application{}}
	for i := range r.Applications {
		p.add(&r.Applications[i], true)
	}
	for i, f := range files {
		for _, d := range f.docs {
			for _, o := range d.objects {
				if a, is := applicationOf(o); is {
					p.add(&a, false)
				} else if set, is := applicationSetOf(o); is {
					for i := range set.made {
						p.add(&set.made[i], false)
					}
					p.add(&Application{Name: set.name, File: set.file, Line: set.line, set: &set}, false)
				}
			}
		}
		dir := p.full(path.Dir(f.Name))
		if IsKustomization(f.Name) || path.Base(f.Name) == "Chart.yaml" {
			p.tools[dir] = true
		}
		for i > 0 && p.around != dir && !strings.HasPrefix(dir, strings.TrimSuffix(p.around, "/")+"/") {
			p.around = path.Dir(p.around)
			if p.around == "." || p.around == "/" {
				break
			}
		}
		if i == 0 {
			p.around = dir
		}
	}
	p.addMade(files)
	slices.SortFunc(p.lengths, func(a, b int) int { return cmp.Compare(b, a) })
	p.lengths = slices.Compact(p.lengths)
	p.build(ks)
	for _, f := range files {
		at := p.decide(f.Name)
		if p.places[f.Name] = at; at.leftOut == "" && !IsKustomization(f.Name) {
			if p.common == "" {
				p.common = at.namespace
			}
			if p.common != at.namespace {
				p.common = lanes.DefaultNamespace
			}
		}
	}
	p.common = cmp.Or(p.common, r.Namespace, lanes.DefaultNamespace)
	return p
}

// full joins a name with the Dir of the reader, where the names of files begin.
func (p *placing) full(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(p.reader.Dir, name)
}

// build finds the kustomizations that build each file. Where one takes in another, the outer one
// writes its namespace last.
func (p *placing) build(ks kustomizations) {
	s := Set{kustomized: ks}
	for _, root := range s.Roots() {
		seen := map[string]bool{}
		var read func(k Kustomization, outer string)
		read = func(k Kustomization, outer string) {
			if seen[k.File] {
				return
			}
			seen[k.File] = true
			namespace := cmp.Or(outer, k.Namespace)
			p.inDir[k.Dir()] = append(p.inDir[k.Dir()], anchor{root.File, namespace})
			for _, r := range slices.Concat(k.Resources, k.Components) {
				for _, i := range ks.byDir[r.Path] {
					read(ks.all[i], namespace)
				}
				if r.Path != "" && len(ks.byDir[r.Path]) == 0 {
					p.built[r.Path] = append(p.built[r.Path], anchor{root.File, namespace})
				}
			}
		}
		read(root, "")
	}
}

// of returns the decision on a file, also on one that is yet to be written.
func (p *placing) of(file string) place {
	if at, known := p.places[file]; known {
		return at
	}
	return p.decide(file)
}

// decide returns the place of a file. Several builds of a file may differ in the namespace: then
// only the namespace of the reader counts.
func (p *placing) decide(file string) place {
	anchors := p.built[file]
	for dir := path.Dir(file); len(anchors) == 0 && len(p.inDir) > 0; dir = path.Dir(dir) {
		anchors = p.inDir[dir] // a file that is yet to be listed: by the nearest kustomization
		if dir == "." || dir == "/" || strings.HasSuffix(dir, "..") {
			break
		}
	}
	if len(anchors) == 0 {
		anchors = []anchor{{file: file}}
	}
	var out place
	for i, a := range anchors {
		at := p.claimed(a.file)
		switch {
		case a.namespace != "":
			at.namespace, at.isForced = a.namespace, true
			at.differ = nil
		case p.reader.Namespace != "":
			at.namespace = p.reader.Namespace
		case at.app != nil:
			at.namespace = at.app.Namespace
		}
		if i > 0 && (at.namespace != out.namespace || at.isForced != out.isForced) {
			at.namespace, at.isForced = p.reader.Namespace, false
		}
		out = at
	}
	out.namespace = cmp.Or(out.namespace, lanes.DefaultNamespace)
	return out
}
