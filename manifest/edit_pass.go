package manifest

import "github.com/swimlane-go/swimlane/internal/yamltext"

// makeAll makes changes in order, and returns an error for each that cannot be made. Changes that
// do not see each other are made in one pass over the files, so the cost of many does not grow with
// the files.
func (d *draft) makeAll(changes []Change) []error {
	errs := make([]error, len(changes))
	for i := 0; i < len(changes); {
		own := i
		for own < len(changes) && isOwn(changes[own]) {
			own++
		}
		switch {
		case own > i:
			objects := make([]Ref, len(changes)) // of the changes that were tried
			for left := indexes(i, own); len(left) > 0; {
				left = d.pass(changes, left, objects, errs)
			}
			i = own
		default:
			i += d.add(changes[i:], errs[i:])
		}
	}
	return errs
}

// isOwn reports whether a change sees and changes only one object that is there. Its order with
// changes of other objects does not matter.
func isOwn(c Change) bool {
	switch c.(type) {
	case AddDocument, RemoveDocument, SetPodLabel, ListResource, UnlistResource, SetKustomizeField:
		return false
	}
	return true
}

func indexes(from, to int) []int {
	out := make([]int, 0, to-from)
	for i := from; i < to; i++ {
		out = append(out, i)
	}
	return out
}

// pass makes the first change of each object, and returns the changes that are left.
func (d *draft) pass(changes []Change, of []int, objects []Ref, errs []error) (left []int) {
	all, taken := newEditor(d.set), map[Ref]bool{}
	var made []int
	for _, i := range of {
		if taken[objects[i]] {
			left = append(left, i)
			continue
		}
		e := newEditor(d.set)
		err := changes[i].edit(e)
		objects[i] = e.object
		switch {
		case taken[e.object]:
			left = append(left, i)
		case err != nil:
			errs[i] = d.placed(err, nil)
		default:
			all.join(e)
			made = append(made, i)
			taken[e.object] = true
		}
	}
	if d.finish(all) == nil {
		return left
	}
	for _, i := range made { // one by one, to find those that cannot be made
		errs[i] = d.make(changes[i])
	}
	return left
}

// add makes the first change, which is not [isOwn]. If it adds a document, add also makes the
// additions after it. It returns the number of changes that it made or refused.
func (d *draft) add(changes []Change, errs []error) int {
	all, n := newEditor(d.set), 0
	for ; n < len(changes); n++ {
		c, ok := changes[n].(AddDocument)
		e := newEditor(d.set)
		if !ok || c.edit(e) != nil || all.clash(e) {
			break
		}
		all.join(e)
	}
	if n > 1 && d.finish(all) == nil {
		return n
	}
	errs[0] = d.make(changes[0])
	return 1
}

func newEditor(set Set) *editor {
	return &editor{set: set, patches: map[string][]yamltext.Patch{}, patched: map[*yamltext.Document]bool{},
		added: map[string][]byte{}, docs: map[Ref]bool{},
		headless: map[string]int{}, outdated: map[string][]yamltext.Comment{}, holds: map[string][]yamltext.Comment{},
		parts: map[Ref]*editor{}}
}

// clash reports whether another editor adds an object that this one adds.
func (e *editor) clash(other *editor) bool {
	for ref := range other.docs {
		if e.docs[ref] {
			return true
		}
	}
	return false
}

// join takes over the patches of another editor, for another object.
func (e *editor) join(other *editor) {
	for file, patches := range other.patches {
		e.patches[file] = append(e.patches[file], patches...)
	}
	for doc := range other.patched {
		e.patched[doc] = true
	}
	for file, text := range other.added {
		if len(e.added[file]) > 0 {
			e.added[file] = append(e.added[file], "---\n"...)
		}
		e.added[file] = append(e.added[file], text...)
	}
	for ref := range other.docs {
		e.docs[ref] = true
	}
	for file, at := range other.headless {
		e.headless[file] = at
	}
	for file, comments := range other.outdated {
		e.outdated[file] = append(e.outdated[file], comments...)
	}
	for file, comments := range other.holds {
		e.holds[file] = append(e.holds[file], comments...)
	}
	e.routes, e.groups, e.entries = append(e.routes, other.routes...), append(e.groups, other.groups...),
		append(e.entries, other.entries...)
	e.parts[other.object] = other
}
