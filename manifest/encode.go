package manifest

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Encode returns the objects as YAML, a document each, in order. The package comment says how it
// prints.
func Encode(values ...runtime.Object) ([]byte, error) {
	var out bytes.Buffer
	for i, value := range values {
		if i > 0 {
			out.WriteString("---\n")
		}
		if err := encode(&out, value); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

func encode(out *bytes.Buffer, value runtime.Object) error {
	o, err := NewObject(value, "")
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	node, err := toNode(o.Value)
	if err != nil {
		return fmt.Errorf("encode %s: %w", o.Ref, err)
	}
	tidy(node, o.Ref)
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	encoder.CompactSeqIndent()
	if err := encoder.Encode(node); err != nil {
		return fmt.Errorf("encode %s: %w", o.Ref, err)
	}
	err = encoder.Close()
	out.WriteString(markup.Text(text.String())) // what it escapes is in double quotes
	return err
}

// YAML returns all objects as YAML, a document each. It fails when an object was
// read with keys that its Go type does not have: they would be lost.
func (s Set) YAML() ([]byte, error) {
	values := make([]runtime.Object, len(s.objects))
	for i, o := range s.objects {
		if o.lossy {
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
		if o.lossy {
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
