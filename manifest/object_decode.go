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
func decodeObject(at source, data []byte) (Object, faultList) {
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
		return Object{Ref: ref}, faultsOf(Fault{Kind: NotAnObject, Line: at.doc.lineOf(at.node), Message: message})
	}
	var faults faultList
	duplicates(&faults, at.doc, at.node, nil)
	value := typed(gv.WithKind(head.Kind))
	lossy := false
	if value != nil {
		found, asm := decodeTyped(data, value, gv.Group)
		if slices.ContainsFunc(found.list, isWrongType) {
			value = nil
		}
		lossy = asm || slices.ContainsFunc(found.list, func(f Fault) bool { return f.Kind == UnknownKey })
		faults.join(found)
	}
	if value == nil {
		u := &unstructured.Unstructured{}
		if err := u.UnmarshalJSON(data); err != nil {
			faults.join(faultsOf(Fault{Kind: WrongType, Line: at.doc.lineOf(at.node), Message: err.Error()}))
			return Object{Ref: ref}, faults
		}
		value = u
	}
	o, err := NewObject(value, at.doc.file)
	if err != nil { // head holds all that it asks for
		faults.join(faultsOf(Fault{Kind: NotAnObject, Line: at.doc.lineOf(at.node), Message: err.Error()}))
		return Object{Ref: ref}, faults
	}
	o.Line = at.doc.lineOf(at.node)
	o.source = at
	if o.lossy = lossy; lossy {
		o.raw = tree(data)
	}
	return o, faults
}

// decodeTyped decodes data into the Go type of a kind. It returns the keys that
// the kind does not have, and values of a wrong type; asm is as decodeIstio's.
func decodeTyped(data []byte, value runtime.Object, group string) (faults faultList, asm bool) {
	if group == istioGroup {
		return decodeIstio(data, value)
	}
	unknown, err := strictjson.UnmarshalStrict(data, value, strictjson.DisallowUnknownFields)
	faults = faultsOf(unknownKeys(unknown, "")...)
	if err != nil {
		faults.add(*wrongType(data, value, "", err))
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

// wrongType returns the fault of a value that cannot be decoded. Only Go's own
// JSON reader says which field it is.
func wrongType(data []byte, value any, prefix string, err error) *Fault {
	fault := &Fault{Kind: WrongType, Field: prefix, Message: err.Error()}
	var typeError *json.UnmarshalTypeError
	if errors.As(json.Unmarshal(data, value), &typeError) {
		fault.Field = prefix + typeError.Field
		fault.Message = fmt.Sprintf("must be of type %s, not %s", typeError.Type, typeError.Value)
	}
	fault.Field = strings.TrimSuffix(fault.Field, ".")
	return fault
}

// duplicates finds keys that stand twice in one mapping. Merge keys may.
func duplicates(out *faultList, doc *document, node *yaml.Node, path *trail) {
	switch node.Kind {
	case yaml.SequenceNode:
		for i, item := range node.Content {
			duplicates(out, doc, item, path.item(i))
		}
	case yaml.MappingNode:
		seen := make(map[string]int, len(node.Content)/2)
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			at := path.at(key.Value)
			if first, found := seen[key.Value]; !found {
				seen[key.Value] = doc.lineOf(key)
			} else if out.room() {
				out.add(Fault{Kind: DuplicateKey, Field: at.String(), Line: doc.lineOf(key),
					Message: fmt.Sprintf("must stand once: it is set on line %d too", first)})
			}
			duplicates(out, doc, node.Content[i+1], at)
		}
	}
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
