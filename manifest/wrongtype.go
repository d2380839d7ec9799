package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// wrongType returns the fault of a value that cannot be decoded. Only Go's own
// JSON reader says which value it is: by a path without indices and map keys, and
// by the offset in the text.
func wrongType(data []byte, value any, prefix string, err error) *Fault {
	fault := &Fault{Kind: WrongType, Field: prefix, Message: err.Error()}
	var typeError *json.UnmarshalTypeError
	if errors.As(json.Unmarshal(data, value), &typeError) {
		fault.Field = prefix + typeError.Field
		if at, found := pathAt(data, typeError.Offset); found && refines(at, typeError.Field) {
			fault.Field = prefix + at
		}
		fault.Message = fmt.Sprintf("must be of type %s, not %s", typeError.Type, typeError.Value)
	}
	fault.Field = strings.TrimSuffix(fault.Field, ".")
	return fault
}

// pathAt returns the path of the JSON value that a reader is in when it has read
// offset bytes.
func pathAt(data []byte, offset int64) (path string, found bool) {
	d := json.NewDecoder(bytes.NewReader(data))
	var value func(path string) (string, bool)
	value = func(path string) (string, bool) {
		token, err := d.Token()
		if err != nil || d.InputOffset() >= offset {
			return path, err == nil
		}
		if token != json.Delim('{') && token != json.Delim('[') {
			return "", false
		}
		for i := 0; d.More(); i++ {
			at := fmt.Sprintf("%s[%d]", path, i)
			if token == json.Delim('{') {
				key, _ := d.Token() // a value follows, which says what is wrong
				at = join(path, fmt.Sprint(key))
			}
			if at, found := value(at); found {
				return at, true
			}
		}
		_, err = d.Token() // what closes it
		return "", err != nil
	}
	return value("")
}

// refines reports whether a path holds the keys of a coarser one, in order. It
// does not where the offset was one within a value that reads itself.
func refines(path, coarse string) bool {
	split := func(path string) []string {
		return strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(".[]", r) })
	}
	keys := split(coarse)
	for _, key := range split(path) {
		if len(keys) > 0 && keys[0] == key {
			keys = keys[1:]
		}
	}
	return len(keys) == 0
}
