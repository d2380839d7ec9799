package rollout

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// where is the place of a value in a plan, as a [field.Path] that is made when a
// fault is found: a sound plan, and every event validates one, allocates none.
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
	return w.up.path().Child(strings.Clone(w.name)) // else all of w would be on the heap
}

// child returns the path of a key of w.
func (w *where) child(name string) *field.Path { return w.path().Child(name) }
