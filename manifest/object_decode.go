package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	strictjson "sigs.k8s.io/json"
)

// decodeObject returns an object and what is wrong with it. When it is no object
// at all, Value is nil.
func decodeObject(at source, data []byte) (Object, []Fault) {
	var head struct {
		metav1.TypeMeta `json:",inline"`
		Metadata        struct {
			Name      string `json:"name"`
			Namespace string `json:"namespace"`
		} `json:"metadata"`
	}
	err := json.Unmarshal(data, &head)
	gv, gvErr := schema.ParseGroupVersion(head.APIVersion)
	ref := Ref{Group: gv.Group, Kind: head.Kind, Namespace: head.Metadata.Namespace, Name: head.Metadata.Name}
	if err != nil || gvErr != nil || head.APIVersion == "" || head.Kind == "" || head.Metadata.Name == "" {
		message := "must be a Kubernetes object, with apiVersion, kind and metadata.name"
		if cause := errors.Join(gvErr, err); cause != nil {
			message += ": " + cause.Error()
		}
		return Object{Ref: ref}, []Fault{{Kind: NotAnObject, Line: at.doc.lineOf(at.node), Message: message}}
	}
	faults := duplicates(at.doc, at.node, "")
	value := typed(gv.WithKind(head.Kind))
	asm := false
	if value != nil {
		var found []Fault
		if found, asm = decodeTyped(data, value, gv.Group); slices.ContainsFunc(found, isWrongType) {
			value = nil
		}
		faults = append(faults, found...)
	}
	if value == nil {
		u := &unstructured.Unstructured{}
		if err := u.UnmarshalJSON(data); err != nil {
			return Object{Ref: ref}, append(faults, Fault{Kind: WrongType, Line: at.doc.lineOf(at.node), Message: err.Error()})
		}
		value = u
	}
	o, err := NewObject(value, at.doc.file)
	if err != nil { // head holds all that it asks for
		return Object{Ref: ref}, append(faults, Fault{Kind: NotAnObject, Line: at.doc.lineOf(at.node), Message: err.Error()})
	}
	o.Line = at.doc.lineOf(at.node)
	o.source = at
	o.lossy = asm || slices.ContainsFunc(faults, func(f Fault) bool { return f.Kind == UnknownKey })
	if o.lossy {
		o.raw = tree(data)
	}
	return o, faults
}

// decodeTyped decodes data into the Go type of a kind. It returns the keys that
// the kind does not have, and values of a wrong type; asm is as decodeIstio's.
func decodeTyped(data []byte, value runtime.Object, group string) (faults []Fault, asm bool) {
	if group == istioGroup {
		return decodeIstio(data, value)
	}
	unknown, err := strictjson.UnmarshalStrict(data, value, strictjson.DisallowUnknownFields)
	faults = unknownKeys(unknown, "")
	if err != nil {
		faults = append(faults, *wrongType(data, value, "", err))
	}
	return faults, false
}

func isWrongType(f Fault) bool { return f.Kind == WrongType }

// unknownKeys turns what the strict JSON reader reports into faults.
func unknownKeys(errs []error, prefix string) []Fault {
	var faults []Fault
	for _, err := range errs {
		var at interface{ FieldPath() string }
		if errors.As(err, &at) {
			faults = append(faults, Fault{Kind: UnknownKey, Field: prefix + at.FieldPath(), Message: "must be a key of the kind"})
		}
	}
	return faults
}

// duplicates finds keys that stand twice in one mapping. Merge keys may.
func duplicates(doc *document, node *yaml.Node, path string) []Fault {
	var faults []Fault
	switch node.Kind {
	case yaml.SequenceNode:
		for i, item := range node.Content {
			faults = append(faults, duplicates(doc, item, fmt.Sprintf("%s[%d]", path, i))...)
		}
	case yaml.MappingNode:
		seen := make(map[string]int, len(node.Content)/2)
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			at := join(path, key.Value)
			if first, found := seen[key.Value]; found {
				faults = append(faults, Fault{Kind: DuplicateKey, Field: at, Line: doc.lineOf(key),
					Message: fmt.Sprintf("must stand once: it is set on line %d too", first)})
			} else {
				seen[key.Value] = doc.lineOf(key)
			}
			faults = append(faults, duplicates(doc, node.Content[i+1], at)...)
		}
	}
	return faults
}

// join appends a key to a path: in brackets when it would read as several.
func join(path, key string) string {
	switch {
	case path == "":
		return key
	case strings.ContainsAny(key, ".[]/"):
		return path + "[" + key + "]"
	}
	return path + "." + key
}
