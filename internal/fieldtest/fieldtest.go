// Package fieldtest compares field errors in tests: by type, field and origin,
// never by text.
package fieldtest

import (
	"testing"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Equal fails the test unless got holds the errors of want, in any order.
func Equal(t testing.TB, want, got field.ErrorList) {
	t.Helper()
	field.ErrorMatcher{}.ByType().ByField().ByOrigin().Test(t, want, got)
}

// Of returns the field errors in err. The errors of joined errors keep their order.
func Of(err error) field.ErrorList {
	switch e := err.(type) { //nolint:errorlint // walks what is wrapped and joined itself
	case *field.Error:
		return field.ErrorList{e}
	case interface{ Unwrap() error }:
		return Of(e.Unwrap())
	case interface{ Unwrap() []error }:
		var list field.ErrorList
		for _, err := range e.Unwrap() {
			list = append(list, Of(err)...)
		}
		return list
	}
	return nil
}

// The functions below name a wanted error.

// Invalid is a bad value at path.
func Invalid(path, origin string) *field.Error {
	return &field.Error{Type: field.ErrorTypeInvalid, Field: path, Origin: origin}
}

// Required is a value that is missing at path.
func Required(path string) *field.Error { return of(field.ErrorTypeRequired, path) }

// Duplicate is a value at path that occurred before.
func Duplicate(path string) *field.Error { return of(field.ErrorTypeDuplicate, path) }

// NotFound is a name at path that refers to something missing.
func NotFound(path string) *field.Error { return of(field.ErrorTypeNotFound, path) }

// Forbidden is a value that must not be at path.
func Forbidden(path string) *field.Error { return of(field.ErrorTypeForbidden, path) }

// NotSupported is a value at path that is not one of the allowed values.
func NotSupported(path string) *field.Error { return of(field.ErrorTypeNotSupported, path) }

// TooLong is a value at path that is longer than it may be.
func TooLong(path string) *field.Error { return of(field.ErrorTypeTooLong, path) }

// TooMany is too many items: in the list at path, or in what is made from it.
func TooMany(path, origin string) *field.Error {
	return &field.Error{Type: field.ErrorTypeTooMany, Field: path, Origin: origin}
}

func of(kind field.ErrorType, path string) *field.Error {
	return &field.Error{Type: kind, Field: path}
}
