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

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// head is what a text must hold to be an object.
type head struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        struct {
		Name         string `json:"name"`
		GenerateName any    `json:"generateName"`
		Namespace    string `json:"namespace"`
		Annotations  any    `json:"annotations"`
	} `json:"metadata"`
}

// readHead returns the head of a text that may be an object, and its Ref as it is written.
func readHead(data []byte) (h head, ref Ref, err error) {
	err = json.Unmarshal(data, &h)
	gv, gvErr := schema.ParseGroupVersion(h.APIVersion)
	ref = Ref{Group: gv.Group, Kind: h.Kind, Namespace: h.Metadata.Namespace, Name: h.Metadata.Name}
	return h, ref, errors.Join(gvErr, err)
}

func (h head) isObject() bool {
	annotations, _ := h.Metadata.Annotations.(map[string]any)
	prefix, _ := h.Metadata.GenerateName.(string)
	isHook := prefix != "" && annotations[hookAnnotation] != nil
	return h.APIVersion != "" && h.Kind != "" && (h.Metadata.Name != "" || isHook)
}

// hookAnnotation marks a hook. Argo CD creates a hook again in every sync, so the name of a hook
// may be generated. It applies other objects. Source: Argo CD, "Resource Hooks".
const hookAnnotation = "argocd.argoproj.io/hook"

// NewTyped returns an object that a cluster returned, as [Decode] reads its JSON: in the Go type of
// its kind, or unstructured when the library does not know the kind or a value has a wrong type.
// It fails when the object has no apiVersion, kind or name, and when it cannot be marshalled.
func NewTyped(u *unstructured.Unstructured) (Object, error) {
	data, err := u.MarshalJSON()
	if err != nil {
		return Object{}, err
	}
	nowhere := source{&yamltext.Document{}, &yaml.Node{}} // JSON of a cluster repeats no key
	o, faults := decodeObject(nowhere, data)
	if o.Value == nil {
		return Object{}, errors.New(faults.list[0].Message)
	}
	o.source, o.Line = source{}, 0
	return o, nil
}

// decodeObject returns an object and its faults. Value is nil when the text is no object.
func decodeObject(at source, data []byte) (Object, faultList) {
	head, ref, err := readHead(data)
	if err != nil || !head.isObject() {
		message := "must be a Kubernetes object, with apiVersion, kind and metadata.name"
		var wrong *json.UnmarshalTypeError
		switch {
		case errors.As(err, &wrong) && strings.Trim(wrong.Field, ".") == "":
			message += ", not a value of type " + wrong.Value
		case errors.As(err, &wrong):
			message += fmt.Sprintf(": %s must not be of type %s", strings.Trim(wrong.Field, "."), wrong.Value)
		case err != nil:
			message += ": " + err.Error()
		}
		return Object{Ref: ref}, faultsOf(Fault{Kind: NotAnObject, Line: at.doc.LineOf(at.node()), Message: message})
	}
	gvk := head.GroupVersionKind()
	var faults faultList
	duplicates(&faults, at.doc, at.node(), nil)
	value := typed(gvk)
	lossy := false
	var more further
	if value != nil {
		var found faultList
		found, more = decodeTyped(data, value, gvk.Group)
		if slices.ContainsFunc(found.list, isWrongType) {
			value = nil
		}
		lossy = more.asm || slices.ContainsFunc(found.list, func(f Fault) bool { return f.Kind == UnknownKey })
		faults.join(found)
	} else if checked := strict(gvk); checked != nil {
		faults.join(decodeGo(data, checked, nil))
	} else {
		faults.join(metadataOf(data))
	}
	if value == nil {
		u := &unstructured.Unstructured{}
		if err := u.UnmarshalJSON(data); err != nil {
			faults.join(faultsOf(Fault{Kind: WrongType, Line: at.doc.LineOf(at.node()), Message: err.Error()}))
			return Object{Ref: ref}, faults
		}
		value = u
	}
	o, err := NewObject(value, at.doc.File)
	if err != nil { // head has all that NewObject needs
		faults.join(faultsOf(Fault{Kind: NotAnObject, Line: at.doc.LineOf(at.node()), Message: err.Error()}))
		return Object{Ref: ref}, faults
	}
	o.Line = at.doc.LineOf(at.node())
	o.source = at
	if lossy || more.quoted != nil {
		o.beside = &beside{quoted: more.quoted, lossy: lossy}
	}
	if lossy {
		o.beside.raw = tree(data)
	}
	return o, faults
}

// decodeTyped decodes data into the Go type of a kind. It returns faults for keys that the kind
// lacks and for values of a wrong type. further is as in decodeIstio.
func decodeTyped(data []byte, value runtime.Object, group string) (faultList, further) {
	if group == istioGroup {
		return decodeIstio(data, value)
	}
	return decodeGo(data, value, nil), further{}
}

// metadataOf returns the faults of the metadata of a kind that the library does not know: values of
// a wrong type, such as a number as a label. All kinds have the same metadata.
func metadataOf(data []byte) faultList {
	var root struct {
		Metadata json.RawMessage `json:"metadata"`
	}
	if err := json.Unmarshal(data, &root); err != nil {
		return faultList{} // head could be read
	}
	var top *trail
	found := decodeGo(root.Metadata, &metav1.ObjectMeta{}, top.at("metadata"))
	found.list = slices.DeleteFunc(found.list, func(f Fault) bool { return !isWrongType(f) })
	return found
}

func isWrongType(f Fault) bool { return f.Kind == WrongType }

// duplicates finds keys that appear twice in one mapping. A key may repeat one that a merge key
// brings.
func duplicates(out *faultList, doc *yamltext.Document, node *yaml.Node, path *trail) {
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
				seen[key.Value] = doc.LineOf(key)
			} else if out.room() {
				out.add(Fault{Kind: DuplicateKey, Field: at.String(), Line: doc.LineOf(key),
					Message: fmt.Sprintf("must appear once: it is also set on line %d", first)})
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
