package manifest

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
)

// Encode returns the objects as YAML, a document each, in order. The package comment says how it
// prints.
func Encode(values ...runtime.Object) ([]byte, error) {
	var out []byte
	for i, value := range values {
		if i > 0 {
			out = append(out, "---\n"...)
		}
		var err error
		if out, err = appendObject(out, value); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func appendObject(out []byte, value runtime.Object) ([]byte, error) {
	o, err := NewObject(value, "")
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	node, err := toNode(o.Value)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", o.Ref, err)
	}
	tidy(node, o.Ref)
	if out, err = appendYAML(out, node); err != nil {
		return nil, fmt.Errorf("encode %s: %w", o.Ref, err)
	}
	return out, nil
}

// YAML returns all objects as YAML, a document each. It fails when an object was
// read with keys that its Go type does not have: they would be lost.
func (s Set) YAML() ([]byte, error) {
	values := make([]runtime.Object, len(s.objects))
	for i, o := range s.objects {
		if o.isLossy() {
			return nil, lossy(o)
		}
		values[i] = o.Value
	}
	return Encode(values...)
}

// File is the content of one file.
type File struct {
	// Name is the slash-separated path of the file.
	Name string
	// Data is its whole content.
	Data []byte
}

// Files returns the objects as YAML files, by the File of each, in the order of the first object of
// each file. It fails when an object has no File, and where [Set.YAML] fails.
func (s Set) Files() ([]File, error) {
	var names []string
	values := map[string][]runtime.Object{}
	for _, o := range s.objects {
		if o.File == "" {
			return nil, fmt.Errorf("%s: must belong into a file", o.Ref)
		}
		if o.isLossy() {
			return nil, lossy(o)
		}
		if values[o.File] == nil {
			names = append(names, o.File)
		}
		values[o.File] = append(values[o.File], o.Value)
	}
	files := make([]File, len(names))
	for i, name := range names {
		data, err := Encode(values[name]...)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files[i] = File{Name: name, Data: data}
	}
	return files, nil
}

func lossy(o Object) error {
	return fmt.Errorf("encode %s of %s:%d: must not hold keys that its Go type lacks, which would be lost: edit the "+
		"text instead", o.Ref, o.File, o.Line)
}
