package manifest

import (
	"bytes"
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
// [RemoveAnnotations], [AddDocument], [RemoveDocument], [ListResource], [UnlistResource],
// [SetKustomizeField], or for all else [SetField], [CopyItem] and [RemoveField].
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

	from    Set
	changes []Change
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

// Edit makes the changes in the text of the files that the set was read from, in order,
// each in what the last one left: a document that is added can be changed, a field can
// change twice. Only what must change changes: comments, order, quoting, indentation and
// line ends stay, byte for byte. What is added is written as its neighbours are.
//
// Nothing is changed when one of the changes cannot be made: the error joins an
// [*EditError] for each fault of all of them (see [EditErrors]), and those that
// follow one which cannot be made are tried without it. Refused are changes of what is
// not there, of what an anchor, an alias, a merge key, a tag or a repeated key
// says, of templates ("{{") and of values of several lines; changes after all of which the
// weights of a route, or of the lanes of a group, do not sum to 100; and those of a file
// in which Kubernetes' reader would then not find the objects of the set.
//
// Other documents of the files may be templates, faulty, or no YAML at all: they stay as
// they are. Refused is what makes more of that.
func (s Set) Edit(changes ...Change) (Edit, error) {
	d := &draft{from: s, set: s, reader: s.reader.withDefaults(), // a built set has none
		rewrites: map[string][]rewrite{}, outdated: map[string][]yamltext.Comment{}}
	err := errors.Join(d.makeAll(changes)...)
	var out Edit
	if err == nil {
		out, err = d.edit()
	}
	if err != nil {
		return Edit{}, fmt.Errorf("edit: %w", err)
	}
	out.from, out.changes = s, slices.Clone(changes)
	return out, nil
}

// Then returns one edit that makes the changes of e and, in what they leave, those of
// next, in the set that e was made of. So next may be an edit of e.After, or one of the
// same set as e that knows nothing of e.
func (e Edit) Then(next Edit) (Edit, error) {
	return e.from.Edit(slices.Concat(e.changes, next.changes)...)
}

// editor makes one change in the files of a set, or joins several: its parts.
type editor struct {
	set     Set
	patches map[string][]yamltext.Patch
	patched map[*yamltext.Document]bool
	added   map[string][]byte // documents, by file
	// What may differ afterwards: fields of the object, and whole objects.
	object  Ref
	allowed []string
	docs    map[Ref]bool
	parts   map[Ref]*editor // by their objects
	routes  []routeOf
	groups  []string // lane groups whose lanes' weights change
	// entries are the VirtualServices of which any route may change, and want is what
	// the object shall hold; nil when allowed tells.
	entries []Ref
	want    *yaml.Node
	// headless are the files that lose their first document, and where it begins.
	headless map[string]int
	// outdated are the comments that may no longer hold, by file, and holds those that
	// do with the new percent.
	outdated, holds map[string][]yamltext.Comment
}

func (e *editor) patch(doc *yamltext.Document, patches ...yamltext.Patch) {
	e.patches[doc.File] = append(e.patches[doc.File], doc.Outward(patches...)...)
	e.patched[doc.Outermost()] = true
}

// find returns an object whose text can be edited.
func (e *editor) find(ref Ref) (Object, error) {
	o, found := e.set.Get(ref)
	e.object = ref
	switch {
	case !found:
		return o, &EditError{Ref: ref, Kind: ErrNotFound, Err: fmt.Errorf("must be in the set%s", e.set.unread())}
	case o.source.doc == nil:
		return o, &EditError{Ref: ref, Kind: ErrNotFound, Err: errors.New("must have been read from a file")}
	case o.isTemplate():
		return o, o.refuse(ErrTemplate, "", "must not be a template ({{): edit what it is made from")
	}
	return o, nil
}

// isTemplate reports whether a text is one that Helm, or another reader of Go
// templates, makes manifests from.
func isTemplate(text []byte) bool { return bytes.Contains(text, []byte("{{")) }

// apply returns the set with the changed files, which are read again, and what was done
// to their texts. A file that holds no document any more is still one of the set.
func (e *editor) apply() (Set, map[string][]rewrite, error) {
	rewrites := map[string][]rewrite{}
	files := slices.Clone(e.set.files)
	reader := e.set.reader.withDefaults()
	var errs []error
	for i, f := range files {
		data, done, err := e.rewritten(f)
		if err != nil {
			return Set{}, nil, &EditError{Kind: ErrUnsafe, File: f.Name, Err: err}
		}
		if bytes.Equal(data, f.Data) {
			continue
		}
		rewrites[f.Name] = done
		files[i] = e.named(reader.file(File{Name: f.Name, Data: data}, f.docs))
		if !yamltext.Empty(data) {
			errs = append(errs, e.worse(f, files[i]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.added)) {
		if slices.ContainsFunc(e.set.files, func(f fileReading) bool { return f.Name == name }) {
			continue
		}
		f := e.named(reader.file(File{Name: name, Data: yamltext.Append(nil, e.added[name])}, nil))
		errs = append(errs, e.worse(fileReading{File: File{Name: name}}, f))
		files = append(files, f)
	}
	if len(rewrites) == 0 && len(files) == len(e.set.files) {
		return e.set, nil, nil
	}
	after, _ := reader.set(files) // what is wrong with the other files was so before
	return after, rewrites, errors.Join(errs...)
}

// named returns what was read of a file with the namespaces that the set gives.
func (e *editor) named(f fileReading) fileReading {
	if e.set.placing == nil {
		return f
	}
	return e.set.placing.named(f)
}

// rewritten returns the new text of a file, and by which rewrites.
func (e *editor) rewritten(f fileReading) ([]byte, []rewrite, error) {
	data, err := yamltext.Apply(f.Data, e.patches[f.Name])
	done := []rewrite{{f.Data, e.patches[f.Name]}}
	then := func(at, end int, text string, after []byte) {
		done = append(done, rewrite{data, []yamltext.Patch{{Span: yamltext.Span{Start: at, End: end}, Text: text}}})
		data = after
	}
	if top, lost := e.headless[f.Name]; lost && err == nil {
		rest := yamltext.WithoutMarker(data[top:])
		then(top, len(data)-len(rest), "", slices.Concat(data[:top], rest))
	}
	if added := e.added[f.Name]; err == nil && len(added) > 0 {
		after := yamltext.Append(data, added)
		then(len(data), len(data), string(after[len(data):]), after)
	}
	return data, done, err
}

// check holds that nothing else than what was asked for has changed: whatever
// the text looked like, a change that means something else is refused.
func (e *editor) check(differences Differences) error {
	var errs []error
	for _, d := range differences {
		ok := e.docs[d.Object]
		if part := e.parts[d.Object]; part != nil {
			ok = ok || slices.ContainsFunc(part.allowed,
				func(prefix string) bool { return strings.HasPrefix(d.Field, prefix) })
		}
		if !ok {
			o, _ := e.set.Get(d.Object)
			o.Ref = d.Object
			errs = append(errs, o.refuse(ErrUnsafe, d.Field, "must not change anything else, but would: %s", d))
		}
	}
	return errors.Join(errs...)
}
