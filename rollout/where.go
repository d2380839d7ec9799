package rollout

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// where is the place of a value in a plan. It becomes a [field.Path] only when a fault is
// found: every event validates the plan, and a valid plan allocates no path
// (TestDecisionsAllocateLittle).
type where struct {
	up    *where
	name  string
	index int // of an item of up when name is empty
}

// path returns the place as a field path.
func (w *where) path() *field.Path {
	switch {
	case w.up == nil:
		return field.NewPath(strings.Clone(w.name))
	case w.name == "":
		return w.up.path().Index(w.index)
	}
	return w.up.path().Child(strings.Clone(w.name)) // without the clone all of w would be on the heap
}

// child returns the path of a key of w.
func (w *where) child(name string) *field.Path { return w.path().Child(name) }
