package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/swimlane-go/swimlane/internal/position"
)

// ErrApplications: the Argo CD Applications of a directory contradict each other, or those that a
// [Reader] was given deploy no file that is read.
var ErrApplications = errors.New("the Argo CD Applications must say one thing")

// claim is a directory that an Application deploys.
type claim struct {
	*Application
	source ApplicationSource
	given  bool // by the Reader
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

// contradiction returns the first two claims on a directory that differ; nil for none.
func (p *placing) contradiction(found []claim) *[2]claim {
	for _, c := range found[1:] {
		first := found[0]
		same := p.reader.Namespace != "" || first.Namespace == c.Namespace
		if same && first.source == c.source {
			continue
		}
		return &[2]claim{first, c}
	}
	return nil
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
		if at.differ == nil {
			continue
		}
		one, two := at.differ[0], at.differ[1]
		if said[[2]*Application{one.Application, two.Application}] {
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
