package protokeys

import (
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Kind is the kind of a finding.
type Kind int

const (
	// UnknownKey is a key that the message does not have.
	UnknownKey Kind = iota + 1
	// WrongType is a value that the field does not accept.
	WrongType
	// OneOf is a key beside another one, if a message allows only one of them.
	OneOf
	// Twice is a key for a field that occurs in another spelling too.
	Twice
)

// Step is one step of a path: a key, or the number of an item of a list.
type Step struct {
	// Key is a key of a mapping. OfMap says that it is a free key of a map, not the name of a
	// field.
	Key   string
	OfMap bool
	// Index is the index of an item; -1 for a key.
	Index int
}

// Finding is one key or value that a message cannot have.
type Finding struct {
	Kind Kind
	// Path leads to it, by the keys as they are written. It is valid only during the call of Found.
	Path []Step
	// Other is the other key: for a OneOf the earlier one, for a Twice the one in the JSON
	// spelling.
	Other string

	message protoreflect.Name
	want    string
	value   any
}

// Must returns the message: what must hold, then what was found.
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

// Shown describes a JSON value for a message. It shortens a long string.
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
