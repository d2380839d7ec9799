package protokeys

import (
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Kind is a sort of finding.
type Kind int

const (
	// UnknownKey is a key that the message has not.
	UnknownKey Kind = iota + 1
	// WrongType is a value that the field does not take.
	WrongType
	// OneOf is a key beside another one, of which a message takes one.
	OneOf
	// Twice is a key for a field that stands there in another spelling.
	Twice
)

// Step is one step of a path: a key, or the number of an item of a list.
type Step struct {
	// Key of a mapping. OfMap says that it is one of a map, which are free, and not
	// the name of a field.
	Key   string
	OfMap bool
	// Index of an item; -1 for a key.
	Index int
}

// Finding is one thing that a message does not have.
type Finding struct {
	Kind Kind
	// Path leads to it, in the keys that are written. It is valid during the call
	// of Found only.
	Path []Step
	// Other is the key that was there before, of a OneOf; that in the JSON spelling,
	// of a Twice.
	Other string

	message protoreflect.Name
	want    string
	value   any
}

// Must says what must hold, then what was found.
func (f Finding) Must() string {
	switch f.Kind {
	case UnknownKey:
		return "must be a key of Istio's " + string(f.message)
	case OneOf:
		return "must not be set beside " + f.Other + ": only one of them may be set"
	case Twice:
		return "must appear once: " + f.Other + " is the same"
	default: // WrongType
		return "must be " + f.want + ", not " + Shown(f.value)
	}
}

// Shown names a JSON value in a message, a long string by its beginning.
func Shown(v any) string {
	switch v := v.(type) {
	case map[string]any:
		return "a mapping"
	case []any:
		return "a list"
	case string:
		return fmt.Sprintf("the string %.40q", v)
	case json.Number:
		return "the number " + v.String()
	case bool:
		return fmt.Sprint(v)
	}
	return "null"
}
