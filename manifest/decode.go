package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	k8syaml "sigs.k8s.io/yaml"
)

// Decode reads files as one set: YAML or JSON streams of any number of
// documents. Empty documents are passed over; the items of a v1 List are objects
// of their own. Kinds that the library knows get the Go type of their kind, all
// others are in the set as unstructured objects.
//
// Reading is strict: keys that the kind does not have, keys that stand twice,
// values of a wrong type and keys of Istio's that exclude each other are
// [Set.Faults]. Forms that Istio takes are no faults: snake-case names, numbers in
// quotes, the fields that ASM adds.
//
// The error joins a [*DecodeError] for every document that is not YAML; the set
// is then empty.
func (r Reader) Decode(files ...File) (Set, error) {
	r = r.withDefaults()
	if err := r.checkSizes(files); err != nil {
		return Set{}, err
	}
	var all reading
	for _, f := range files {
		docs := split(f.Name, f.Data)
		if len(docs) > r.MaxDocuments {
			all.errs = append(all.errs, &DecodeError{File: f.Name, Line: docs[r.MaxDocuments].line,
				Err: fmt.Errorf("must not hold more than %d documents", r.MaxDocuments)})
			continue
		}
		var found faultList
		for _, doc := range docs {
			if err := all.document(doc, r, &found); err != nil {
				all.errs = append(all.errs, &DecodeError{File: f.Name, Line: doc.line, Err: err})
			}
		}
		all.faults = append(all.faults, found.ordered(f.Name)...)
	}
	if err := errors.Join(all.errs...); err != nil {
		return Set{}, err
	}
	set := NewSet(all.objects...)
	set.faults = all.faults
	set.files = slices.Clone(files)
	set.reader = r
	return set, nil
}

// DecodeError says which document of a file could not be read, and why.
type DecodeError struct {
	// File is the path of the file, and Line the line at which the document
	// begins, from 1.
	File string
	Line int
	// Err is what is wrong with it.
	Err error
}

func (e *DecodeError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

func (e *DecodeError) Unwrap() error { return e.Err }

// reading is what was read so far.
type reading struct {
	objects []Object
	faults  []Fault
	errs    []error
}

// document reads one document. The error is for what is not YAML.
func (r *reading) document(doc *document, bound Reader, found *faultList) error {
	if !utf8.Valid(doc.body()) {
		return errors.New("must be UTF-8")
	}
	var root yaml.Node
	if err := yaml.Unmarshal(doc.body(), &root); err != nil {
		return err
	}
	if len(root.Content) == 0 {
		return nil
	}
	node := root.Content[0]
	doc.root = node
	if _, err := (&bounds{Reader: bound, anchored: map[*yaml.Node]extent{}}).measure(node); err != nil {
		return err
	}
	// The values are those that Kubernetes' own reader sees, which speaks YAML
	// 1.1; the nodes say where they stand.
	data, err := k8syaml.YAMLToJSON(doc.body())
	if err != nil {
		return err
	}
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	return r.object(source{doc, node}, data, found)
}

// object reads one object, or the items of a list.
func (r *reading) object(at source, data []byte, found *faultList) error {
	var head struct {
		APIVersion string            `json:"apiVersion"`
		Kind       string            `json:"kind"`
		Items      []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(data, &head); err == nil && head.APIVersion == "v1" && head.Kind == "List" {
		nodes := items(child(at.node, "items"))
		if len(nodes) != len(head.Items) {
			return errors.New("items of a List must stand in it, not behind an alias")
		}
		for i, item := range head.Items {
			if err := r.object(source{at.doc, nodes[i]}, item, found); err != nil {
				return err
			}
		}
		return nil
	}
	o, faults := decodeObject(at, data)
	for i := range faults.list {
		f := &faults.list[i]
		if f.Object, f.File = o.Ref, at.doc.file; f.Line == 0 {
			f.Line = at.line(f.Field)
		}
	}
	found.join(faults)
	if o.Value != nil {
		r.objects = append(r.objects, o)
	}
	return nil
}
