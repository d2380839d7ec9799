package manifest

import (
	"bytes"
	"errors"
	"slices"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// draft is a set that is edited change by change.
type draft struct {
	from   Set // the set before the first change
	set    Set // the set after the last change, with the files that are now empty
	reader Reader
	// rewrites are the rewrites of each file, in order.
	rewrites map[string][]rewrite
	// outdated are the comments that may no longer hold, by file, with their present offsets.
	outdated map[string][]yamltext.Comment
	// routes and groups have changed weights: a route by its object and name, a lane group by its
	// name.
	routes  []routeOf
	groups  []string
	entries []Ref // VirtualServices that may have changed in any route
	// passes is the number of times that the set was changed. last are the differences of the last
	// time: after a single pass they are those of the edit.
	passes int
	last   Differences
}

// rewrite is a text and the patches that change it.
type rewrite struct {
	before  []byte
	patches []yamltext.Patch
}

// make makes a change in the result of the last one. On an error the set stays as it is.
func (d *draft) make(c Change) error {
	all, e := newEditor(d.set), newEditor(d.set)
	if err := c.edit(e); err != nil {
		return d.placed(err, nil)
	}
	all.join(e)
	return d.finish(all)
}

// finish applies the patches of an editor. On an error the set stays as it is, also when the new
// text would mean something else.
func (d *draft) finish(e *editor) error {
	after, rewrites, err := e.apply()
	if err != nil {
		return d.placed(err, rewrites)
	}
	if err := e.checkLaid(after); err != nil {
		return d.placed(err, rewrites)
	}
	differences := Diff(d.set, after)
	if err := errors.Join(e.check(differences), e.checkTrees(after)); err != nil {
		return d.placed(err, nil)
	}
	d.set, d.last = after, differences
	d.passes++
	d.routes, d.groups, d.entries = append(d.routes, e.routes...), append(d.groups, e.groups...),
		append(d.entries, e.entries...)
	d.note(e, rewrites)
	return nil
}

// note keeps the rewrites of the files, and where the outdated comments are after them.
func (d *draft) note(e *editor, rewrites map[string][]rewrite) {
	for file, comments := range e.outdated {
		d.outdated[file] = append(d.outdated[file], comments...)
	}
	for file, comments := range e.holds {
		d.outdated[file] = slices.DeleteFunc(d.outdated[file],
			func(c yamltext.Comment) bool { return slices.Contains(comments, c) })
	}
	for file, rewrites := range rewrites {
		d.rewrites[file] = append(d.rewrites[file], rewrites...)
		d.outdated[file] = moved(d.outdated[file], rewrites)
	}
}

// moved returns the comments of a text that are still there after the rewrites, at their new
// offsets.
func moved(comments []yamltext.Comment, rewrites []rewrite) []yamltext.Comment {
	var out []yamltext.Comment
	for _, c := range comments {
		kept := true
		for _, r := range rewrites {
			var is bool
			c.At, is = yamltext.Moved(r.before, r.patches, c.At)
			kept = kept && is
		}
		if kept {
			out = append(out, c)
		}
	}
	return out
}

// placed turns the lines of the edit errors in err into lines of the files before the edit. They
// come as lines of the last text, or of the text after further rewrites.
func (d *draft) placed(err error, further map[string][]rewrite) error {
	for _, e := range EditErrors(err) {
		if !slices.ContainsFunc(d.from.files, func(f fileReading) bool { return f.Name == e.File }) {
			e.Line = 0 // there is no such file yet
		}
		// From the text of the last rewrite back to the text of the first.
		for _, r := range slices.Backward(slices.Concat(d.rewrites[e.File], further[e.File])) {
			if e.Line > 0 {
				e.Line = yamltext.LineBefore(r.before, r.patches, e.Line)
			}
		}
	}
	return err
}

// edit returns the edit with the changed files.
func (d *draft) edit() (Edit, error) {
	out := Edit{After: d.set}
	var left []fileReading
	for i, f := range d.set.files {
		var before []byte
		if i < len(d.from.files) {
			before = d.from.files[i].Data
		}
		isNew := i >= len(d.from.files)
		switch gone := yamltext.Empty(f.Data); {
		case gone && isNew:
			continue
		case !isNew && bytes.Equal(before, f.Data):
		case gone:
			out.Files = append(out.Files, FileChange{Name: f.Name, Before: before})
			continue
		default:
			out.Files = append(out.Files, FileChange{Name: f.Name, Before: before, After: f.Data})
		}
		out.Outdated = append(out.Outdated, d.outdatedIn(f)...)
		left = append(left, f)
	}
	if len(left) < len(d.set.files) {
		out.After, _ = d.reader.set(left) // the errors of the other files are not new
	}
	if out.Differences = d.last; d.passes > 1 || len(left) < len(d.set.files) {
		out.Differences = Diff(d.from, out.After)
	}
	return out, errors.Join(d.reader.checkTotal(out.After.texts()), d.checkSums(out.After))
}

// checkSums returns an error unless the changed weights sum to 100.
func (d *draft) checkSums(after Set) error {
	var errs []error
	seen := map[routeOf]bool{}
	for _, r := range d.routes {
		if o, found := after.Get(r.object); found && !seen[r] {
			errs = append(errs, r.checkSum(o))
		}
		seen[r] = true
	}
	checked := map[Ref]bool{}
	for _, ref := range d.entries {
		if o, found := after.Get(ref); found && !checked[ref] {
			errs = append(errs, d.checkRoutes(o))
		}
		checked[ref] = true
	}
	slices.Sort(d.groups)
	for _, group := range slices.Compact(d.groups) {
		errs = append(errs, checkLaneWeights(after, group))
	}
	return d.placed(errors.Join(errs...), nil)
}
