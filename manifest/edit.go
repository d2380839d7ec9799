package manifest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Change is one change of the text of a set's files: [SetWeights],
// [AddDestination], [RemoveDestination], [SetIngressWeight], [RemoveIngressWeight],
// [SetAnnotation], [RemoveAnnotations], [AddDocument] or [RemoveDocument].
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
// alias, a merge key, a tag or a key that stands twice says, of templates ("{{") and of values of several
// lines; and changes after which the weights of a route, or of the lanes of a
// group, do not sum to 100.
func (s Set) Edit(changes ...Change) (Edit, error) {
	e := &editor{set: s, patches: map[string][]patch{}, added: map[string][]byte{}, allowed: map[Ref][]string{}, docs: map[Ref]bool{}, headless: map[string]bool{}}
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

// patch replaces a part of a file's text.
type patch struct {
	span
	text string
}

// editor gathers patches of the files of a set.
type editor struct {
	set     Set
	patches map[string][]patch
	added   map[string][]byte // documents, by file
	// What may differ afterwards: fields by object, and whole objects.
	allowed map[Ref][]string
	docs    map[Ref]bool
	routes  []routeOf
	groups  []string // lane groups whose lanes' weights change
	// headless are the files that lose their first document.
	headless map[string]bool
}

func (e *editor) patch(doc *document, p patch) {
	e.patches[doc.file] = append(e.patches[doc.file], p)
}

// object returns an object whose text can be edited.
func (e *editor) object(ref Ref) (Object, error) {
	o, found := e.set.Get(ref)
	switch {
	case !found:
		return o, fmt.Errorf("%s: must be in the set", ref)
	case o.source.doc == nil:
		return o, fmt.Errorf("%s: must have been read from a file", ref)
	case bytes.Contains(o.source.doc.body(), []byte("{{")):
		return o, fmt.Errorf("%s at %s:%d: must not be a template ({{): edit what it is made from", ref, o.File, o.Line)
	}
	return o, nil
}

// plain returns an error unless every node is written out where it stands, once:
// not by an anchor, an alias, a merge key or a tag.
func plain(nodes ...*yaml.Node) error {
	for _, n := range nodes {
		what := ""
		switch {
		case n.Kind == yaml.AliasNode:
			what = "an alias"
		case n.Anchor != "":
			what = "an anchor"
		case n.Style&yaml.TaggedStyle != 0:
			what = "a tag"
		case n.Kind == yaml.MappingNode && child(n, "<<") != nil:
			what = "a merge key"
		case n.Kind == yaml.MappingNode && repeats(n):
			what = "a key that stands twice" // readers take the last, and this would edit the first
		}
		if what != "" {
			return fmt.Errorf("must be written without %s to be edited", what)
		}
	}
	return nil
}

// repeats reports whether a key stands twice in a mapping.
func repeats(mapping *yaml.Node) bool {
	seen := make(map[string]bool, len(mapping.Content)/2)
	for i := 0; i < len(mapping.Content); i += 2 {
		key := mapping.Content[i].Value
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}

// subtree returns a node and all below it.
func subtree(node *yaml.Node) []*yaml.Node {
	out := []*yaml.Node{node}
	for _, n := range node.Content {
		out = append(out, subtree(n)...)
	}
	return out
}

// apply returns the new files, read again.
func (e *editor) apply() (Edit, error) {
	var out Edit
	var files []File
	known := map[string]bool{}
	for _, f := range e.set.files {
		known[f.Name] = true
		data, err := patched(f, e.patches[f.Name])
		if err != nil {
			return Edit{}, err
		}
		if e.headless[f.Name] {
			data = withoutMarker(data)
		}
		data = appendDocuments(data, e.added[f.Name])
		switch {
		case bytes.Equal(data, f.Data):
			files = append(files, f)
		case empty(data):
			out.Files = append(out.Files, FileChange{Name: f.Name, Before: f.Data})
		default:
			files = append(files, File{Name: f.Name, Data: data})
			out.Files = append(out.Files, FileChange{Name: f.Name, Before: f.Data, After: data})
		}
	}
	for _, name := range sortedKeys(e.added) {
		if !known[name] {
			files = append(files, File{Name: name, Data: e.added[name]})
			out.Files = append(out.Files, FileChange{Name: name, After: e.added[name]})
		}
	}
	var err error
	out.After, err = e.set.reader.Decode(files...)
	return out, err
}

// patched returns the text of a file with its patches.
func patched(f File, patches []patch) ([]byte, error) {
	slices.SortStableFunc(patches, func(a, b patch) int { return cmp.Compare(a.start, b.start) })
	patches = joinItems(f.Data, patches)
	var out []byte
	at := 0
	for _, p := range patches {
		if p.start < at {
			return nil, fmt.Errorf("%s: must not be changed twice in one place", f.Name)
		}
		out = append(append(out, f.Data[at:p.start]...), p.text...)
		at = p.end
	}
	return append(out, f.Data[at:]...), nil
}

// joinItems makes one patch of those that take the last items out of one flow
// collection. Each item goes with the comma after it and the last one with the
// comma before it, which two of them then share; the comma before all of them has
// to go.
func joinItems(text []byte, patches []patch) []patch {
	var out []patch
	for _, p := range patches {
		from := len(out) - 1
		if from < 0 || !shareComma(text, out[from], p) {
			out = append(out, p)
			continue
		}
		for from > 0 && out[from-1].end == out[from].start && out[from-1].text == "" {
			from--
		}
		all := patch{span{out[from].start, p.end}, ""}
		if before := bytes.TrimRight(text[:all.start], " \t\r\n,"); bytes.Contains(text[len(before):all.start], []byte(",")) {
			all.start = len(before)
		}
		out = append(out[:from], all)
	}
	return out
}

// shareComma reports whether both patches remove one comma and nothing else.
func shareComma(text []byte, a, b patch) bool {
	return a.text == "" && b.text == "" && a.start < b.start && b.start < a.end && a.end <= b.end &&
		bytes.Equal(bytes.TrimSpace(text[b.start:a.end]), []byte(","))
}

// empty reports whether there is no document in a text.
func empty(data []byte) bool {
	for line := range bytes.Lines(data) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && !bytes.HasPrefix(line, []byte("---")) {
			return false
		}
	}
	return true
}

// check holds that nothing else than what was asked for has changed: whatever
// the text looked like, an edit that means something else is refused.
func (e *editor) check(edit Edit) error {
	var errs []error
	if len(edit.After.faults) > len(e.set.faults) {
		errs = append(errs, errors.New("must not make the files faulty"))
	}
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
