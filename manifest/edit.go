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

// Change is one change of the text of a set's files: [SetWeights], [AddDestination],
// [RemoveDestination], [SetIngressWeight], [RemoveIngressWeight], [SetSubset], [NameRoute],
// [WriteWeight], [SetPodLabel], [SetImage], [SetAnnotation], [RemoveAnnotations], [AddDocument],
// [RemoveDocument], [ListResource], [UnlistResource], [SetKustomizeField], or for anything else
// [SetField], [CopyItem] and [RemoveField].
type Change interface {
	// edit adds the patches of the change, or says why it cannot be made.
	edit(e *editor) error
}

// Edit is the result of changes in the files of a set.
type Edit struct {
	// Files are the files that change, in the order of the set, new ones last.
	// [WriteChanges] writes them.
	Files []FileChange
	// After is the set that the files hold after the edit.
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
	// After is its new text; nil when the file is removed, because it holds no document any more.
	After []byte
}

// Edit makes changes in the text of the files that the set was read from. It makes them in order,
// each in the result of the one before: a later change can edit an added document, or change a
// field again. All other text stays, byte for byte: comments, order, quotes, indentation and line
// ends. New text is written like its neighbours.
//
// Edit changes nothing when a change cannot be made. The error joins an [*EditError] for each fault
// of all changes (see [EditErrors]). Changes after a refused one are tried without it. Edit refuses
// to change
//
//   - something that is missing,
//   - something that an anchor, an alias, a merge key, a tag or a repeated key says,
//   - a template ("{{"), or a value of several lines,
//   - the weights of a route, or of the lanes of a group, so that they do not sum to 100 after all changes,
//   - a file so that Kubernetes' reader would not find the objects of the set in it.
//
// Other documents of the files may be templates, faulty, or no YAML at all: they stay as they are.
// Edit refuses to add such faults.
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

// Then returns one edit of the set that e was made from: it makes the changes of e and, in their
// result, the changes of next. So next may be an edit of e.After, or a separate edit of the same
// set.
func (e Edit) Then(next Edit) (Edit, error) {
	return e.from.Edit(slices.Concat(e.changes, next.changes)...)
}

// editor makes one change in the files of a set, or joins several editors as its parts.
type editor struct {
	set     Set
	patches map[string][]yamltext.Patch
	patched map[*yamltext.Document]bool
	added   map[string][]byte // documents, by file
	// object and allowed say which fields may differ afterwards, and docs which whole objects may.
	object  Ref
	allowed []string
	docs    map[Ref]bool
	parts   map[Ref]*editor // by their objects
	routes  []routeOf
	groups  []string // lane groups with lanes that change their weights
	// entries are the VirtualServices that may change in any route. want is the tree that the
	// object must have afterwards; nil when allowed says enough.
	entries []Ref
	want    *yaml.Node
	// headless are the files that lose their first document, with the offset at which it begins.
	headless map[string]int
	// outdated are the comments that may no longer hold, and holds those that name the new percent,
	// by file.
	outdated, holds map[string][]yamltext.Comment
}

func (e *editor) patch(doc *yamltext.Document, patches ...yamltext.Patch) {
	e.patches[doc.File] = append(e.patches[doc.File], doc.Outward(patches...)...)
	e.patched[doc.Outermost()] = true
}

// find returns an object; an error unless its text can be edited.
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

// isTemplate reports whether a text is a Go template, from which Helm or another tool makes
// manifests.
func isTemplate(text []byte) bool { return bytes.Contains(text, []byte("{{")) }

// apply reads the changed files again. It returns the set with them, and the rewrites of each file.
// A file that holds no document any more is still one of the set.
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
	after, _ := reader.set(files) // the errors of the other files are not new
	return after, rewrites, errors.Join(errs...)
}

// named gives the objects of a file the namespaces that the set says.
func (e *editor) named(f fileReading) fileReading {
	if e.set.placing == nil {
		return f
	}
	return e.set.placing.named(f)
}

// rewritten returns the new text of a file, and the rewrites that lead to it.
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

// check refuses every difference that no change asked for, whatever the text looked like.
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
			errs = append(errs, o.refuse(ErrUnsafe, d.Field, "must not change anything else, but would: %s",
				strings.TrimSpace(d.String())))
		}
	}
	return errors.Join(errs...)
}
