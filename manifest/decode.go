package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// Decode reads files as one set: YAML or JSON streams of any number of documents. It passes over
// empty documents. The items of a v1 List become separate objects. An object of a kind that the
// library knows has the Go type of its kind. Any other is an unstructured object.
//
// Reading is strict. [Set.Faults] returns keys that the kind does not have, keys that appear twice,
// values of a wrong type, keys of Istio's that exclude each other, and documents that Kubernetes'
// own reader reads otherwise. Forms that Istio takes are no faults: snake-case names, numbers in
// quotes ([Object.Quoted]), the fields that ASM adds. An Argo CD hook with a generateName is no
// fault either: it is an object without a name, and [Set.Get] never finds it.
//
// Some files hold no objects: the Chart.yaml of a Helm chart and the values beside it, a
// kustomization ([IsKustomization]), and a file that a kustomization names for a patch
// ([Set.Kustomizations]). Objects of files that no kustomization lists, although one is beside or
// above them, come last. Copies of listed objects among them are left out: see [Set.Build].
//
// The error joins a [*DecodeError] for every document that is not YAML or breaks a bound. These are
// also among the faults of the set, which holds everything else. The set is empty when all files
// together are too large.
func (r Reader) Decode(files ...File) (Set, error) {
	r = r.withDefaults()
	if err := r.checkTotal(files); err != nil {
		return Set{}, err
	}
	read := make([]fileReading, len(files))
	for i, f := range files {
		read[i] = r.file(f, nil)
	}
	return r.set(read)
}

// set makes a set from files that were read.
func (r Reader) set(files []fileReading) (Set, error) {
	size := 0
	for _, f := range files {
		for _, d := range f.docs {
			size += len(d.objects)
		}
	}
	objects := make([]Object, 0, size)
	var unlisted []Object // not deployed
	var faults []Fault
	var errs []error
	var skipped []Skip
	ks, charts := kustomizationsOf(files), chartsOf(files)
	p := r.place(files, ks)
	files = slices.Clone(files)
	for i, f := range files {
		errs = append(errs, f.errs...)
		f = p.named(f)
		files[i] = f
		leftOut := p.of(f.Name).leftOut
		if leftOut != "" {
			skipped = append(skipped, Skip{Name: f.Name, Reason: leftOut})
		}
		isValues := slices.Contains(r.values, f.Name)
		if isValues {
			objects = append(objects, valuesOf(f)...)
		}
		if isValues || slices.Contains(r.others, f.Name) || leftOut != "" || charts.aside(f.Name) || ks.aside(f.Name) {
			faults = append(faults, slices.DeleteFunc(slices.Clone(f.faults),
				func(f Fault) bool { return f.Kind != Unreadable })...)
			continue
		}
		to := &objects
		if ks.unlisted(f.Name) {
			to = &unlisted
		}
		for _, doc := range f.docs {
			*to = append(*to, doc.objects...)
		}
		faults = append(faults, f.faults...)
	}
	for _, err := range p.errs(files) {
		at := new(DecodeError)
		errors.As(err, &at)
		errs, faults = append(errs, err),
			append(faults, Fault{Kind: Unreadable, File: at.File, Line: at.Line, Message: at.Err.Error()})
	}
	if len(unlisted) > 0 {
		objects = append(objects, without(unlisted, objects)...)
	}
	set := setOf(objects)
	set.kustomized = ks
	if r.overlaid {
		laid, found := set.overlays(files)
		set, faults = setOf(laid), append(faults, found...)
	}
	set.faults, set.files, set.reader, set.kustomized = faults, files, r, ks
	set.placing, set.skipped = &p, slices.Concat(skipped, p.notes)
	return set, errors.Join(errs...)
}

// DecodeError says which file or document could not be read, and why.
type DecodeError struct {
	// File is the path of the file. Line is the line of the fault, from 1; 0 when the whole file
	// could not be read.
	File string
	Line int
	// Err is the reason.
	Err error
}

func (e *DecodeError) Error() string {
	what := "must be readable"
	if e.Err != nil {
		what = e.Err.Error()
	}
	if at := position.At(e.File, e.Line); at != "" {
		return at + ": " + what
	}
	return what
}

func (e *DecodeError) Unwrap() error { return e.Err }

// fileReading is a file with what was read from it.
type fileReading struct {
	File
	docs   []documentReading
	faults []Fault // of all documents, in the order of their lines
	errs   []error
}

// documentReading is a document with what was read from it.
type documentReading struct {
	doc     *yamltext.Document
	objects []Object
	faults  faultList
	// kustomized is the kustomization in the document; nil for any other document.
	kustomized *Kustomization
}

// file reads a file. It does not read a document again if before holds one of the same text.
func (r Reader) file(f File, before []documentReading) fileReading {
	out := fileReading{File: f}
	known := map[string]documentReading{}
	for _, d := range before {
		if len(d.faults.list) == 0 { // the messages of faults hold lines
			known[d.doc.Key()] = d
		}
	}
	var found faultList
	fail := func(line int, err error) faultList {
		out.errs = append(out.errs, &DecodeError{File: f.Name, Line: line, Err: err})
		return faultsOf(Fault{Kind: Unreadable, File: f.Name, Line: line, Message: err.Error()})
	}
	if err := r.checkSize(f.Data); err != nil {
		found.join(fail(0, err))
		f.Data = nil
	}
	docs := yamltext.Split(f.Name, f.Data, r.MaxDocuments)
	if len(docs) > r.MaxDocuments {
		found.join(fail(docs[r.MaxDocuments].Line, fmt.Errorf("must not hold more than %d documents", r.MaxDocuments)))
		docs = nil
	}
	for _, doc := range docs {
		d := documentReading{doc: doc}
		if old, same := known[doc.Key()]; same && old.kustomized == nil {
			d.objects = old.at(doc)
		} else if err := r.document(&d); err != nil {
			line := doc.Line
			if at := new(yamltext.Error); errors.As(err, &at) {
				line = at.Line
			}
			d.faults.join(fail(line, err))
		}
		if doc.Misread != nil {
			d.faults.join(faultsOf(Fault{Kind: Misread, File: f.Name, Line: doc.Misread.Line,
				Message: doc.Misread.Message}))
		}
		found.join(d.faults)
		out.docs = append(out.docs, d)
	}
	out.faults = found.ordered(f.Name)
	return out
}

// at returns the objects as they are in another document of the same text.
func (d documentReading) at(doc *yamltext.Document) []Object {
	doc.Take(d.doc)
	objects := make([]Object, len(d.objects))
	for i, o := range d.objects {
		o.source.doc = doc
		o.Line += doc.Line - d.doc.Line
		objects[i] = o
	}
	return objects
}

// document reads one document. It fails for a text that is not YAML.
func (r Reader) document(d *documentReading) error {
	data, err := r.parse(d.doc)
	if err != nil || data == nil {
		return err
	}
	if IsKustomization(d.doc.File) {
		d.kustomization(data)
		return nil
	}
	err = d.object(source{doc: d.doc}, data)
	if !slices.ContainsFunc(d.objects, func(o Object) bool { return o.source.part != nil }) {
		d.doc.Drop()
	}
	return err
}

// parse parses a document and returns it as JSON; nil for an empty document. It fails for a text
// that is not YAML or breaks a bound.
func (r Reader) parse(doc *yamltext.Document) ([]byte, error) {
	if err := r.checkText(doc.Body()); err != nil {
		return nil, err
	}
	if err := doc.Parse(); err != nil || doc.Root() == nil {
		return nil, err
	}
	if _, err := (&bounds{Reader: r, anchored: map[*yaml.Node]extent{}}).measure(doc.Root()); err != nil {
		return nil, err
	}
	data, err := doc.JSON()
	if err != nil || bytes.Equal(data, []byte("null")) {
		return nil, err
	}
	return data, nil
}

// object reads one object, or the items of a list.
func (d *documentReading) object(at source, data []byte) error {
	if list, isList := listed(data); isList {
		nodes := yamltext.Items(yamltext.Child(at.node(), "items"))
		if len(nodes) != len(list) {
			return errors.New("items of a List must be written in it, not as an alias")
		}
		for i, item := range list {
			if err := d.object(source{at.doc, nodes[i]}, item); err != nil {
				return err
			}
		}
		return nil
	}
	o, faults := decodeObject(at, data)
	for i := range faults.list {
		f := &faults.list[i]
		if f.Object, f.File = o.Ref, at.doc.File; f.Line == 0 {
			f.Line = at.line(f.Field)
		}
	}
	d.faults.join(faults)
	if o.Value != nil {
		d.objects = append(d.objects, o)
	}
	return nil
}

// listed returns the items of a list, and whether it is one.
func listed(data []byte) (items []json.RawMessage, isList bool) {
	// most objects are no List: spare them a pass
	if !bytes.Contains(data, []byte("List")) && !bytes.Contains(data, []byte(`\u`)) {
		return nil, false
	}
	var list struct {
		APIVersion string            `json:"apiVersion"`
		Kind       string            `json:"kind"`
		Items      []json.RawMessage `json:"items"`
	}
	err := json.Unmarshal(data, &list)
	return list.Items, err == nil && list.APIVersion == "v1" && list.Kind == "List"
}
