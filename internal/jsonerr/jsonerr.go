// Package jsonerr says in plain words what encoding/json says in Go's.
package jsonerr

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Plain returns an error of a decoder in plain words: where the value is, what it must be, then what
// it is. It returns other errors as they are. The error that it returns wraps the decoder's.
func Plain(err error) error {
	if err == nil {
		return nil // without allocating
	}
	var value *json.UnmarshalTypeError
	var moment *time.ParseError
	switch {
	case errors.As(err, &value):
		at := strings.Trim(value.Field, ".")
		if at != "" {
			at += ": "
		}
		return plain{fmt.Sprintf("%smust be %s, not %s", at, ofType(value.Type), ofKind(value.Value)), err}
	case errors.As(err, &moment):
		return plain{fmt.Sprintf("must be a time, such as 2026-03-11T08:00:00Z, not %q", moment.Value), err}
	}
	return err
}

// plain is an error with another text.
type plain struct {
	text  string
	cause error
}

func (e plain) Error() string { return e.text }
func (e plain) Unwrap() error { return e.cause }

// ofType returns what a Go type is in JSON.
func ofType(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return ofType(t.Elem())
	case reflect.String:
		return ofKind("string")
	case reflect.Bool:
		return ofKind("bool")
	case reflect.Slice, reflect.Array:
		return ofKind("array")
	case reflect.Map, reflect.Struct:
		return ofKind("object")
	case reflect.Float32, reflect.Float64:
		return ofKind("number")
	}
	return "a whole number"
}

// ofKind returns a kind of value in plain words. Its name is encoding/json's.
func ofKind(kind string) string {
	switch kind {
	case "array":
		return "a list"
	case "object":
		return "a mapping"
	case "bool":
		return "true or false"
	}
	if digits, is := strings.CutPrefix(kind, "number "); is { // a number that does not fit the type
		return digits
	}
	return "a " + kind
}
