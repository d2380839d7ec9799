package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// EditError says why a change cannot be made. [Set.Edit] joins one for each fault: errors.As finds
// the first, [EditErrors] finds all, and errors.Is tells whether any is of a kind.
type EditError struct {
	// Ref is the object; zero for a fault of a file.
	Ref Ref
	// Field is the path of the field, as in [Object.LineOf]. Empty means the object.
	Field string
	// Kind is [ErrNotFound], [ErrExists], [ErrTemplate], [ErrAnchor], [ErrSum],
	// [ErrValue], [ErrWrongKind] or [ErrUnsafe].
	Kind error
	// File and Line say where it is in the set before the edit, the line from 1. For a field that
	// is not written it is the line of the nearest one around it. Without such a line it is 0, and
	// without a file File is empty.
	File string
	Line int
	// Err says what must hold, and what was found.
	Err error
}

var (
	// ErrNotFound: what a change needs must be there, such as an object, a route, a lane of a
	// route, a container.
	ErrNotFound = errors.New("must be there")
	// ErrExists: what a change adds must not be there already.
	ErrExists = errors.New("must not be there already")
	// ErrTemplate: a document with {{ must not be edited. Edit the source from which it is made.
	ErrTemplate = errors.New("must not be a template")
	// ErrAnchor: what changes must be written out in its place, once: not by an anchor, an alias, a
	// merge key, a tag or a repeated key.
	ErrAnchor = errors.New("must be written out in its place, once")
	// ErrSum: the weights of a route, or of the lanes of a group, must sum to 100 after all
	// changes.
	ErrSum = errors.New("must sum to 100")
	// ErrValue: a new value must be one that can be written.
	ErrValue = errors.New("must be a value that can be written")
	// ErrWrongKind: the object must be of the kind that the change is for, and readable.
	ErrWrongKind = errors.New("must be of the kind that the change is for")
	// ErrUnsafe: the change must have no other effect, in the text or in what it means to a
	// cluster.
	ErrUnsafe = errors.New("must have an effect on nothing else")
)

// Error returns "KIND NAME at FILE:LINE: what must hold", without unknown parts.
func (e *EditError) Error() string {
	var where []string
	if e.Ref != (Ref{}) {
		where = append(where, e.Ref.String())
	}
	if at := position.At(e.File, e.Line); at != "" {
		where = append(where, at)
	}
	what := cmp.Or(e.Err, e.Kind, errors.New("must be such that it can be edited"))
	if len(where) == 0 {
		return what.Error()
	}
	return fmt.Sprintf("%s: %v", strings.Join(where, " at "), what)
}

// Unwrap returns the kind and the cause.
func (e *EditError) Unwrap() []error {
	var out []error
	for _, err := range []error{e.Kind, e.Err} {
		if err != nil {
			out = append(out, err)
		}
	}
	return out
}

// EditErrors returns all the edit errors that err joins or wraps, in their order.
func EditErrors(err error) []*EditError {
	switch e := err.(type) { //nolint:errorlint // walks what is wrapped and joined itself
	case *EditError:
		return []*EditError{e}
	case interface{ Unwrap() error }:
		return EditErrors(e.Unwrap())
	case interface{ Unwrap() []error }:
		var out []*EditError
		for _, err := range e.Unwrap() {
			out = append(out, EditErrors(err)...)
		}
		return out
	}
	return nil
}

// refuse returns the error for a change of a field of an object.
func (o Object) refuse(kind error, field, format string, args ...any) *EditError {
	return &EditError{Ref: o.Ref, Field: field, Kind: kind, File: o.File, Line: o.LineOf(field),
		Err: fmt.Errorf(format, args...)}
}

// at returns err as the error of a field, at the line of its node, or at the nearer line that a
// [yamltext.Error] knows.
func (o Object) at(field string, node *yaml.Node, err error) error {
	e := &EditError{Ref: o.Ref, Field: field, Kind: ErrUnsafe, File: o.File, Line: o.source.doc.LineOf(node), Err: err}
	if at := new(yamltext.Error); errors.As(err, &at) {
		e.Line = at.Line
	}
	return e
}

// plain refuses nodes that are not written out in their place. The error has the line of the first
// of them.
func (o Object) plain(field string, nodes ...*yaml.Node) error {
	for _, node := range nodes {
		if err := yamltext.Plain(node); err != nil {
			what := field
			if what == "" {
				what = "the object"
			}
			return &EditError{Ref: o.Ref, Field: field, Kind: ErrAnchor, File: o.File, Line: o.source.doc.LineOf(node),
				Err: fmt.Errorf("%s %w", what, err)}
		}
	}
	return nil
}
