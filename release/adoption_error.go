package release

import (
	"cmp"

	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/manifest"
)

// AdoptionError says why an object is in the way of an [Adoption].
type AdoptionError struct {
	// Object is the object in the way; the zero Ref when something is missing.
	Object manifest.Ref
	// File and Line say where it is; empty and 0 when it was not read from a file.
	File string
	Line int
	// Detail says what must hold, then what was found.
	Detail string
}

// Error returns "FILE:LINE: Kind namespace/name: DETAIL" in one line.
func (e *AdoptionError) Error() string {
	return position.Clauses(position.Of(e.File, e.Line, e.Object), cmp.Or(e.Detail, "must not be in the way of lanes"))
}
