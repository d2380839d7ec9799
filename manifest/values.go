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

// WithValues returns the set in which files are values, as Helm's are: no Kubernetes
// objects are looked for in them, and what they hold can be edited by path as an object's
// fields are. Each document that is a mapping is an object of [ValuesRef], so that a file
// of several is found like an object that stands twice. Files that the set was not read
// from are passed over. Edits of the set keep it so.
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
	out, _ := r.set(s.files) // whoever read the files was told what cannot be read
	return out
}

// Without returns the set in which files hold no objects: those that the caller knows to
// be something else. What of them cannot be read is still said. Files that the set was
// not read from are passed over.
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
	out, _ := r.set(s.files) // whoever read the files was told what cannot be read
	return out
}

// valuesOf returns the documents of a file of values as objects.
func valuesOf(f fileReading) []Object {
	var out []Object
	for _, d := range f.docs {
		if d.doc.Root == nil || d.doc.Root.Kind != yaml.MappingNode {
			continue
		}
		data, err := d.doc.JSON()
		fields := map[string]any{}
		if err != nil || kubejson.Unmarshal(data, &fields) != nil {
			continue
		}
		at := source{d.doc, d.doc.Root}
		out = append(out, Object{Ref: ValuesRef(f.Name), Value: &unstructured.Unstructured{Object: fields},
			File: f.Name, Line: d.doc.LineOf(at.node), source: at})
	}
	return out
}

// Keys returns the names in the mapping at a path, as in [Object.LineOf], in the order in
// which they are written; of a list it returns nil and the number of its items. found
// says that there is either.
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

// IsText reports whether a scalar at a path is a text: in quotes, or nothing else than a
// text. A built object has nothing written.
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

// isTemplate reports whether the document of the object is a template. Values are none: Helm reads them
// as YAML, and "{{" in one is a text that its templates may use.
func (o Object) isTemplate() bool {
	return o.Ref.Kind != ValuesKind && isTemplate(o.source.doc.Body())
}
