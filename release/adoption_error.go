package release

import (
	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/manifest"
)

// AdoptionError says why an object is in the way of an [Adoption].
type AdoptionError struct {
	// Object is what is in the way; the zero Ref when something is missing.
	Object manifest.Ref
	// File and Line say where; empty and 0 when it was not read from a file.
	File string
	Line int
	// Detail says what must hold, then what was found.
	Detail string
}

// Error returns "FILE:LINE: Kind namespace/name: DETAIL" in one line.
func (e *AdoptionError) Error() string {
	if e.Object == (manifest.Ref{}) {
		return markup.Line(e.Detail)
	}
	return markup.Line(position.Of(e.File, e.Line, e.Object) + ": " + e.Detail)
}
