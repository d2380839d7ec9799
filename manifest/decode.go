package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// Decode reads a YAML or JSON stream of any number of documents. file is the
// path that the objects and errors name. Empty documents are passed over.
//
// It returns the objects that could be read, and an error that joins a
// [*DecodeError] for every document that could not. Unknown keys are passed
// over.
func Decode(file string, data []byte) ([]Object, error) {
	var objects []Object
	var errs []error
	for _, doc := range split(data) {
		o, found, err := decodeDocument(doc, file)
		if err != nil {
			errs = append(errs, &DecodeError{File: file, Line: doc.line, Err: err})
		} else if found {
			objects = append(objects, o)
		}
	}
	return objects, errors.Join(errs...)
}

// DecodeFiles is [Decode] over files, as one set. The error holds the faults of
// all of them; the set is then empty.
func DecodeFiles(files []File) (Set, error) {
	var objects []Object
	var errs []error
	for _, f := range files {
		found, err := Decode(f.Name, f.Data)
		objects, errs = append(objects, found...), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return Set{}, err
	}
	return NewSet(objects...), nil
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

func decodeDocument(doc document, file string) (o Object, found bool, err error) {
	data, err := yaml.YAMLToJSONStrict(doc.text)
	if err != nil {
		return Object{}, false, err
	}
	if bytes.Equal(data, []byte("null")) {
		return Object{}, false, nil
	}
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return Object{}, false, err
	}
	gv, err := schema.ParseGroupVersion(head.APIVersion)
	if err != nil {
		return Object{}, false, err
	}
	value := typed(gv.WithKind(head.Kind))
	if value == nil {
		value = &unstructured.Unstructured{}
	}
	if err := unmarshal(data, value); err != nil {
		return Object{}, false, err
	}
	o, err = NewObject(value, file)
	o.Line = doc.line + leading(doc.text)
	return o, true, err
}

func unmarshal(data []byte, value runtime.Object) error {
	if err := json.Unmarshal(data, value); err != nil {
		return fmt.Errorf("%T: %w", value, err)
	}
	return nil
}

// leading returns how many lines of blanks and comments a document begins with.
func leading(text []byte) int {
	lines := 0
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			break
		}
		lines++
	}
	return lines
}
