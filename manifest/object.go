package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/lanes"
)

// Ref identifies an object within a set, whatever version of its API it is
// written in.
type Ref struct {
	// Group is the API group; empty for Kubernetes' core group.
	Group string `json:"group,omitempty"`
	// Kind is the object's kind.
	Kind string `json:"kind"`
	// Namespace is the namespace of the object. A namespaced object that names none has that of the
	// set (see [Reader]). It is empty for ASM's lane kinds, which are cluster-scoped.
	Namespace string `json:"namespace,omitempty"`
	// Name is the object's name; empty for one that gets its name in the cluster.
	Name string `json:"name"`
}

// String returns "Kind namespace/name", or "Kind name" for a cluster-scoped object. It is one line,
// with control characters escaped: a file can call an object anything.
func (r Ref) String() string {
	name := r.Name
	if r.Namespace != "" {
		name = r.Namespace + "/" + name
	}
	return markup.Line(r.Kind + " " + name)
}

// Object is one object of a set, with its place in a file.
type Object struct {
	// Ref identifies the object.
	Ref Ref
	// Value is the object in the Go type of its kind, or *unstructured.Unstructured
	// for a kind that the library does not know. Read-only.
	Value runtime.Object
	// File is the slash-separated path of the object's file; empty for a built object without a
	// file.
	File string
	// Line is the line of the file, from 1, at which the object's document
	// begins; 0 for a built object.
	Line int

	source  source   // where it was read
	beside  *beside  // nil for most objects
	overlay *Overlay // the patch that is the source; nil when the source is none
}

// beside is what an object says and its typed view does not. It is apart from the object, which is
// copied often.
type beside struct {
	quoted []string // where numbers are written as strings
	lossy  bool     // the typed view lacks keys that are written
	raw    any      // what is written, when lossy
}

// isLossy reports whether the typed view lacks keys that are written.
func (o Object) isLossy() bool { return o.beside != nil && o.beside.lossy }

// NewObject returns value as an object of a file, which may be empty. A value without apiVersion
// and kind, as typed clients return it, is copied, and the copy gets those of its Go type.
// NewObject fails when value is nil or has no apiVersion, kind or name. An Argo CD hook may have a
// generateName instead of a name.
func NewObject(value runtime.Object, file string) (Object, error) {
	if value == nil || reflect.ValueOf(value).Kind() == reflect.Pointer && reflect.ValueOf(value).IsNil() {
		return Object{}, errors.New("object must not be nil")
	}
	gvk := value.GetObjectKind().GroupVersionKind()
	if gvk.Empty() {
		if gvk = goKind(value); !gvk.Empty() {
			value = value.DeepCopyObject()
			value.GetObjectKind().SetGroupVersionKind(gvk)
		}
	}
	m, err := meta.Accessor(value)
	if err != nil {
		return Object{}, fmt.Errorf("object %s: %w", gvk.Kind, err)
	}
	_, isHook := m.GetAnnotations()[hookAnnotation]
	named := m.GetName() != "" || m.GetGenerateName() != "" && isHook
	if gvk.Version == "" || gvk.Kind == "" || !named {
		return Object{}, fmt.Errorf("object %q of apiVersion %q and kind %q: must have all three", m.GetName(),
			gvk.GroupVersion(), gvk.Kind)
	}
	ref := Ref{Group: gvk.Group, Kind: gvk.Kind, Namespace: m.GetNamespace(), Name: m.GetName()}
	switch {
	case gvk.Group == lanes.GroupVersion().Group && (gvk.Kind == lanes.KindLane || gvk.Kind == lanes.KindLaneGroup):
		ref.Namespace = ""
	case typed(gvk) != nil:
		ref.Namespace = cmp.Or(ref.Namespace, lanes.DefaultNamespace)
	}
	return Object{Ref: ref, Value: value, File: file}, nil
}

// Quoted returns the fields of an object of an Istio kind that are numbers but written in quotes.
// Istio reads them as numbers, and so does the typed view; the CRDs refuse them. It leaves out
// numbers of 64 bits: typed clients write those in quotes.
func (o Object) Quoted() []string {
	if o.beside == nil {
		return nil
	}
	return slices.Clone(o.beside.quoted)
}

// Meta returns the object's metadata. Read-only.
func (o Object) Meta() metav1.Object {
	m, err := meta.Accessor(o.Value)
	if err != nil { // only for an Object that NewObject did not make
		return &metav1.ObjectMeta{}
	}
	return m
}
