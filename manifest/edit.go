package manifest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// Change is one change of the text of a set's files: [SetWeights],
// [AddDestination], [RemoveDestination], [SetIngressWeight], [RemoveIngressWeight],
// [SetSubset], [NameRoute], [WriteWeight], [SetPodLabel], [SetImage], [SetAnnotation],
// [RemoveAnnotations], [AddDocument] or [RemoveDocument].
type Change interface {
	// edit adds the patches of the change, or says why it cannot be made.
	edit(e *editor) error
}

// Edit is what changes make of the files of a set.
type Edit struct {
	// Files are the files that change, in the order of the set, new ones last.
	// [WriteChanges] writes them.
	Files []FileChange
	// After is the set that the files then hold.
	After Set
	// Differences says what the changes mean.
	Differences Differences
	// Outdated are comments that may no longer hold, in the order of the files.
	Outdated []Comment
}

// FileChange is a file before and after an edit.
type FileChange struct {
	// Name is the slash-separated path of the file.
	Name string
	// Before is its text; nil when there is no such file yet.
	Before []byte
	// After is its new text; nil when it holds no document any more, and goes.
	After []byte
}

// Edit makes the changes in the text of the files that the set was read from.
// Only what must change changes: comments, order, quoting, indentation and line
// ends stay, byte for byte. What is added is written as its neighbours are.
//
// Nothing is changed when one of the changes cannot be made: the error names all
// of those. Refused are changes of what is not there, of what an anchor, an
// alias, a merge key, a tag or a key that stands twice says, of templates ("{{")
// and of values of several lines; changes after which the weights of a route, or of
// the lanes of a group, do not sum to 100; and those of a file in which Kubernetes'
// reader would then not find the objects of the set.
//
// Other documents of the files may be templates, faulty, or no YAML at all: they stay as
// they are. Refused is what makes more of that.
func (s Set) Edit(changes ...Change) (Edit, error) {
	e := &editor{set: s, patches: map[string][]yamltext.Patch{}, patched: map[*yamltext.Document]bool{}, added: map[string][]byte{}, allowed: map[Ref][]string{},
		docs: map[Ref]bool{}, headless: map[string]int{}, weighted: map[*yaml.Node]bool{}, outdated: map[string][]yamltext.Comment{}}
	var errs []error
	// A destination comes after what its neighbour gets in the same place.
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(placed(a), placed(b)) })
	for _, c := range changes {
		errs = append(errs, c.edit(e))
	}
	if err := errors.Join(errs...); err != nil {
		return Edit{}, fmt.Errorf("edit: %w", err)
	}
	out, err := e.apply()
	if err == nil {
		out.Differences = Diff(s, out.After)
		err = e.check(out)
	}
	if err != nil {
		return Edit{}, fmt.Errorf("edit: %w", err)
	}
	return out, nil
}

func placed(c Change) int {
	if _, ok := c.(AddDestination); ok {
		return 1
	}
	return 0
}

// editor gathers patches of the files of a set.
type editor struct {
	set     Set
	patches map[string][]yamltext.Patch
	patched map[*yamltext.Document]bool
	added   map[string][]byte // documents, by file
	// What may differ afterwards: fields by object, and whole objects.
	allowed map[Ref][]string
	docs    map[Ref]bool
	routes  []routeOf
	groups  []string // lane groups whose lanes' weights change
	// weighted are the destinations that had no weight and get one.
	weighted map[*yaml.Node]bool
	// headless are the files that lose their first document, and where it begins.
	headless map[string]int
	// outdated are the comments that may no longer hold, by file.
	outdated map[string][]yamltext.Comment
}

func (e *editor) patch(doc *yamltext.Document, patches ...yamltext.Patch) {
	e.patches[doc.File] = append(e.patches[doc.File], patches...)
	e.patched[doc] = true
}

// object returns an object whose text can be edited.
func (e *editor) object(ref Ref) (Object, error) {
	o, found := e.set.Get(ref)
	switch {
	case !found:
		return o, fmt.Errorf("%s: must be in the set%s", ref, e.set.unread())
	case o.source.doc == nil:
		return o, fmt.Errorf("%s: must have been read from a file", ref)
	case isTemplate(o.source.doc.Body()):
		return o, fmt.Errorf("%s at %s:%d: must not be a template ({{): edit what it is made from", ref, o.File, o.Line)
	}
	return o, nil
}

// at returns the error of an edit with the place where it is: that of a node, unless
// the error knows a nearer one.
func (o Object) at(node *yaml.Node, err error) error {
	line := o.source.doc.LineOf(node)
	if at := new(yamltext.Error); errors.As(err, &at) {
		line = at.Line
	}
	return fmt.Errorf("%s at %s:%d: %w", o.Ref, o.File, line, err)
}

// isTemplate reports whether a text is one that Helm, or another reader of Go
// templates, makes manifests from.
func isTemplate(text []byte) bool { return bytes.Contains(text, []byte("{{")) }

// apply returns the new files. Those that change are read again.
func (e *editor) apply() (Edit, error) {
	var out Edit
	var files []fileReading
	var errs []error
	reader := e.set.reader.withDefaults() // a built set has none
	changed := func(before fileReading, after []byte) {
		f := reader.file(File{Name: before.Name, Data: after}, before.docs)
		files = append(files, f)
		out.Files = append(out.Files, FileChange{Name: f.Name, Before: before.Data, After: f.Data})
		errs = append(errs, e.worse(before, f))
	}
	for _, f := range e.set.files {
		data, err := yamltext.Apply(f.Data, e.patches[f.Name])
		if err != nil {
			return Edit{}, fmt.Errorf("%s: %w", f.Name, err)
		}
		whole := len(data)
		if top, lost := e.headless[f.Name]; lost {
			data = append(data[:top:top], yamltext.WithoutMarker(data[top:])...)
		}
		out.Outdated = append(out.Outdated, e.outdatedIn(f.Name, f.Data, data, whole-len(data))...)
		data = yamltext.Append(data, e.added[f.Name])
		delete(e.added, f.Name)
		switch {
		case bytes.Equal(data, f.Data):
			files = append(files, f)
		case yamltext.Empty(data):
			out.Files = append(out.Files, FileChange{Name: f.Name, Before: f.Data})
		default:
			changed(f, data)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.added)) {
		changed(fileReading{File: File{Name: name}}, yamltext.Append(nil, e.added[name]))
	}
	out.After, _ = reader.set(files) // what is wrong with the other files was so before
	return out, errors.Join(append(errs, reader.checkTotal(out.After.texts()))...)
}

// check holds that nothing else than what was asked for has changed: whatever
// the text looked like, an edit that means something else is refused.
func (e *editor) check(edit Edit) error {
	var errs []error
	for _, d := range edit.Differences {
		ok := e.docs[d.Object]
		for _, prefix := range e.allowed[d.Object] {
			ok = ok || strings.HasPrefix(d.Field, prefix)
		}
		if !ok {
			errs = append(errs, fmt.Errorf("must not change anything else, but would: %s", d))
		}
	}
	for _, r := range e.routes {
		errs = append(errs, r.checkSum(edit.After))
	}
	slices.Sort(e.groups)
	for _, group := range slices.Compact(e.groups) {
		errs = append(errs, checkLaneWeights(edit.After, group))
	}
	return errors.Join(errs...)
}
