package release

import (
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/manifest"
)

// Object is an object of any kind, with its metadata. client.Object of controller-runtime is
// the same interface.
type Object interface {
	metav1.Object
	runtime.Object
}

// Read returns the release of objects that a cluster returned. It needs the VirtualServices
// that the plan lists, or its lane group. It needs the lanes of the plan and their groups too,
// which tell the route header of permissive lanes. Deployments and other objects may be among
// them. Objects are typed or unstructured, with or without TypeMeta. Read does not change them;
// the Live keeps them.
//
// The error names every value that is not an object or appears twice. Faults of the release are
// no error: see [Live].
func Read(config Config, objects ...runtime.Object) (Live, error) {
	var errs []error
	var all []manifest.Object
	given := map[manifest.Ref]runtime.Object{}
	for i, value := range objects {
		o, err := objectOf(value)
		if _, twice := given[o.Ref]; err == nil && twice {
			err = holderError(ErrTwice, o, "must be given once")
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("object %d: %w", i, err))
			continue
		}
		given[o.Ref] = value
		all = append(all, o)
	}
	if err := errors.Join(errs...); err != nil {
		return Live{}, err
	}
	l := Live{Config: config, Set: manifest.NewSet(all...), given: given}
	l.read()
	return l, nil
}

// objectOf returns an object of a set. If the library knows the kind of an unstructured object,
// the Value is typed.
func objectOf(value runtime.Object) (manifest.Object, error) {
	u, is := value.(*unstructured.Unstructured)
	if !is || u == nil {
		return manifest.NewObject(value, "")
	}
	return manifest.NewTyped(u)
}
