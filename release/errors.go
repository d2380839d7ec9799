package release

import (
	"cmp"
	"errors"

	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/manifest"
)

// Errors about the objects of a release wrap one of these.
var (
	// ErrState: the state of the release is unreadable, on the wrong object, or missing
	// although holders are marked; or its plan is missing.
	ErrState = errors.New("the state of the release must be readable")
	// ErrMissing: a holder of weights does not exist.
	ErrMissing = errors.New("must be there")
	// ErrUnreadable: an object exists, but cannot be read as a holder of weights.
	ErrUnreadable = errors.New("must be readable as what holds weights")
	// ErrTwice: a holder, or a lane or group of the release, is defined twice.
	ErrTwice = errors.New("must be defined once")
	// ErrUnlisted: an object bears the mark of a release, but the release's plan does not list
	// it.
	ErrUnlisted = errors.New("must be in the plan")
	// ErrHalfWritten: some holders are at the revision before the state's.
	ErrHalfWritten = errors.New("the last change must be written to all holders")
)

// HolderError says what is wrong with an object that the release needs.
type HolderError struct {
	// Object is the route, lane or group.
	Object manifest.Ref
	// File and Line say where it is; empty and 0 when it is missing or was not read from
	// a file.
	File string
	Line int
	// Kind is what is wrong: ErrMissing, ErrUnreadable, ErrTwice, ErrUnlisted, or one
	// of package gitops.
	Kind error
	// Detail says what must hold, then what was found.
	Detail string
}

// Error returns "FILE:LINE: Kind namespace/name: DETAIL" in one line.
func (e *HolderError) Error() string {
	detail := e.Detail
	if detail == "" && e.Kind != nil {
		detail = e.Kind.Error()
	}
	return position.Clauses(position.Of(e.File, e.Line, e.Object), cmp.Or(detail, "must be as the release needs it"))
}

// Unwrap returns the kind.
func (e *HolderError) Unwrap() error { return e.Kind }

// where returns the position of an object.
func where(o manifest.Object) string { return position.Of(o.File, o.Line, o.Ref) }

// holderError returns the error about an existing object.
func holderError(kind error, o manifest.Object, detail string) *HolderError {
	return &HolderError{Object: o.Ref, File: o.File, Line: o.Line, Kind: kind, Detail: detail}
}
