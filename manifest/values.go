package manifest

import (
	"slices"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kubejson "k8s.io/apimachinery/pkg/util/json"
)

// ValuesKind is the kind of a file of values: see [Set.WithValues].
const ValuesKind = "Values"

// ValuesRef returns the Ref by which a set knows a file of values.
func ValuesRef(file string) Ref {
	return Ref{Group: "swimlane-go.github.io", Kind: ValuesKind, Name: file}
}

// WithValues returns the set with files as values, like those of Helm. It looks for no Kubernetes
// objects in them, and edits can change their fields by path, like those of an object. Each
// document that is a mapping is an object of [ValuesRef], so a file of several counts as an object
// that appears twice. Files that the set was not read from are passed over. Edits of the set keep
// it so.
func (s Set) WithValues(files ...string) Set {
	known := func(name string) bool {
		read := func(f fileReading) bool { return f.Name == name }
		return slices.Contains(s.reader.values, name) || !slices.ContainsFunc(s.files, read)
	}
	files = slices.DeleteFunc(slices.Clone(files), known)
	if len(files) == 0 {
		return s
	}
	r := s.reader.withDefaults()
	r.values = slices.Concat(r.values, files)
	out, _ := r.set(s.files) // the errors of the files are known
	return out
}

// Without returns the set without the objects of files that the caller knows to be something else.
// Their documents that cannot be read are still faults. Files that the set was not read from are
// passed over.
func (s Set) Without(files ...string) Set {
	r := s.reader.withDefaults()
	r.values = slices.DeleteFunc(slices.Clone(r.values), func(name string) bool { return slices.Contains(files, name) })
	r.others = slices.Clone(r.others)
	for _, name := range files {
		read := func(f fileReading) bool { return f.Name == name }
		if !slices.Contains(r.others, name) && slices.ContainsFunc(s.files, read) {
			r.others = append(r.others, name)
		}
	}
	if len(r.others) == len(s.reader.others) && len(r.values) == len(s.reader.values) {
		return s
	}
	out, _ := r.set(s.files) // the errors of the files are known
	return out
}

// valuesOf returns the documents of a file of values as objects.
func valuesOf(f fileReading) []Object {
	var out []Object
	for _, d := range f.docs {
		if d.doc.Root() == nil || d.doc.Root().Kind != yaml.MappingNode {
			continue
		}
		data, err := d.doc.JSON()
		fields := map[string]any{}
		if err != nil || kubejson.Unmarshal(data, &fields) != nil {
			continue
		}
		at := source{doc: d.doc}
		out = append(out, Object{Ref: ValuesRef(f.Name), Value: &unstructured.Unstructured{Object: fields},
			File: f.Name, Line: d.doc.LineOf(at.node()), source: at})
	}
	return out
}

// Keys returns the keys of the mapping at a path, as in [Object.LineOf], in the order of the text.
// For a list it returns nil and the number of its items. found is false for anything else.
func (o Object) Keys(path string) (keys []string, items int, found bool) {
	if o.source.doc == nil {
		return nil, 0, false
	}
	_, value, found := o.source.find(path)
	for value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	switch {
	case found && value.Kind == yaml.SequenceNode:
		return nil, len(value.Content), true
	case !found || value.Kind != yaml.MappingNode:
		return nil, 0, false
	}
	keys = []string{}
	for i := 0; i+1 < len(value.Content); i += 2 {
		keys = append(keys, value.Content[i].Value)
	}
	return keys, 0, true
}

// IsText reports whether a scalar at a path is a string: in quotes, or without quotes and of no
// other type. A built object has nothing written.
func (o Object) IsText(path string) bool {
	if o.source.doc == nil {
		return false
	}
	_, value, found := o.source.find(path)
	for value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	return found && value.Kind == yaml.ScalarNode && value.ShortTag() == "!!str"
}

// isTemplate reports whether the document of the object is a template. Values are no templates:
// Helm reads them as YAML, and "{{" in one is a text that templates may use.
func (o Object) isTemplate() bool {
	return o.Ref.Kind != ValuesKind && isTemplate(o.source.doc.Body())
}
