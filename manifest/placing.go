package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/lanes"
)

// ErrApplications: the Argo CD Applications of a directory contradict each other, or those that a
// [Reader] was given deploy no file that is read.
var ErrApplications = errors.New("the Argo CD Applications must say one thing")

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

// claim is a directory that an Application deploys.
type claim struct {
	*Application
	source ApplicationSource
	given  bool // by the Reader
}

// anchor is a kustomization that is deployed and builds a file, with the namespace
// that it gives the objects; empty for none.
type anchor struct{ file, namespace string }

// place is the decision on a file.
type place struct {
	namespace string // of objects that name none
	isForced  bool   // of all other objects too
	app       *Application
	leftOut   string // why it is not deployed
	differ    [2]claim
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

// add takes in an Application.
func (p *placing) add(a *Application, given bool) {
	if a.set != nil {
		p.sets = append(p.sets, a)
	}
	for _, s := range a.Sources {
		p.claims[s.Path] = append(p.claims[s.Path], claim{a, s, given})
		if s.Path != "" {
			p.lengths = append(p.lengths, strings.Count(s.Path, "/")+1)
		}
	}
}

// addMade takes in the Applications that ApplicationSets make from the directories of the files,
// and from those above them.
func (p *placing) addMade(files []fileReading) {
	if len(p.sets) == 0 {
		return
	}
	root := strings.TrimSuffix(p.reader.Root, "/")
	known := map[string]bool{}
	var dirs [][]string
	for _, f := range files {
		for dir := p.full(path.Dir(f.Name)); dir != "." && dir != "/" && !known[dir]; dir = path.Dir(dir) {
			known[dir] = true
			rel, within := strings.CutPrefix(dir, root+"/")
			if root != "" && !within {
				break
			}
			dirs = append(dirs, strings.Split(strings.TrimPrefix(rel, "/"), "/"))
		}
	}
	for _, a := range p.sets {
		set := a.set.of(dirs, root != "")
		for i := range set.made {
			p.madeBy[&set.made[i]] = a
			p.add(&set.made[i], false)
		}
		p.notes = append(p.notes, set.skips()...)
	}
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
			at.differ = [2]claim{}
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

// claimed returns the Application that deploys a file: the one of the deepest directory that takes
// the file. Of several source paths that end there, the longest counts. A directory around all
// files leaves nothing out.
func (p *placing) claimed(file string) place {
	if len(p.claims) == 0 {
		return place{}
	}
	if file == stdinName && p.reader.Stdin != nil { // it has no directory
		if len(p.reader.Applications) == 1 {
			return place{app: &p.reader.Applications[0]}
		}
		return place{}
	}
	name := p.full(file)
	root := "."
	if path.IsAbs(name) {
		root = "/"
	}
	elements := strings.Split(strings.TrimPrefix(path.Dir(name), "/"), "/")
	leftOut := ""
	for end := len(elements); end > 0; end-- {
		dir := path.Join(root, strings.Join(elements[:end], "/"))
		found := p.at(dir, elements[:end])
		if len(found) == 0 {
			continue
		}
		rel := strings.TrimPrefix(name, dir+"/")
		for _, c := range found {
			why := ""
			if !p.tools[dir] {
				why = c.source.leavesOut(rel)
			}
			if why == "" {
				return place{app: c.Application, differ: p.contradiction(found)}
			}
			if leftOut == "" && !strings.HasPrefix(p.around, dir+"/") {
				leftOut = fmt.Sprintf("Argo CD Application %s leaves it out: %s", c.Name, why)
			}
		}
	}
	return place{leftOut: leftOut}
}

// at returns the claims on a directory. elements are those of its path.
func (p *placing) at(dir string, elements []string) []claim {
	for _, n := range p.lengths {
		if n > len(elements) {
			continue
		}
		if found := p.claims[strings.Join(elements[len(elements)-n:], "/")]; len(found) > 0 {
			return found
		}
	}
	if p.reader.Root != "" && dir == path.Clean(p.reader.Root) {
		return p.claims[""]
	}
	return nil
}

// contradiction returns the first two claims on a directory that differ.
func (p *placing) contradiction(found []claim) [2]claim {
	for _, c := range found[1:] {
		first := found[0]
		same := p.reader.Namespace != "" || first.Namespace == c.Namespace
		if same && first.source == c.source {
			continue
		}
		return [2]claim{first, c}
	}
	return [2]claim{}
}

// errs returns the contradictions of the Applications, and an error when none of the reader's own
// deploys a file.
func (p *placing) errs(files []fileReading) []error {
	var out []error
	said := map[[2]*Application]bool{}
	used := map[*Application]bool{}
	for _, f := range files {
		at := p.places[f.Name]
		used[at.app] = true
		used[p.madeBy[at.app]] = true
		one, two := at.differ[0], at.differ[1]
		if one.Application == nil || said[[2]*Application{one.Application, two.Application}] {
			continue
		}
		said[[2]*Application{one.Application, two.Application}] = true
		out = append(out, &DecodeError{File: two.File, Line: two.Line, Err: fmt.Errorf(
			"%w: Application %s must give the directory %s the namespace and the files that Application %s does at %s",
			ErrApplications, two.Name, cmp.Or(two.source.Path, "."), one.Name, position.At(one.File, one.Line))})
	}
	given := p.reader.Applications
	isUsed := func(i int) bool { return used[&given[i]] }
	for i := range given {
		if isUsed(i) {
			return out
		}
	}
	if len(given) > 0 && len(files) > 0 {
		out = append(out, &DecodeError{File: given[0].File, Line: given[0].Line, Err: fmt.Errorf(
			"%w: Application %s must have a source path that is a directory which is read: none of the %d files lies "+
				"in one",
			ErrApplications, given[0].Name, len(files))})
	}
	return out
}
