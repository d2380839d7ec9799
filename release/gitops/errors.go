package gitops

import (
	"errors"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/manifest"
)

// Why a command is refused, beside the sentinels of rollout and release. Errors
// wrap one of these.
var (
	// ErrNotCleanedUp: the last release is over, but its traces are still there.
	ErrNotCleanedUp = errors.New("the last release must be cleaned up first")
	// ErrOver: the plan's release is finished and cleaned up.
	ErrOver = errors.New("this plan's release is over: write a new plan")
	// ErrState: what stands as the state of the release is missing or cannot be
	// read, although holders are marked; or its plan is missing.
	ErrState = errors.New("the state of the release must be readable")
	// ErrMissing: a holder of weights is not in the directory.
	ErrMissing = errors.New("must be in the directory")
	// ErrUnreadable: a holder is there, and does not mean what a holder must.
	ErrUnreadable = errors.New("must be readable as what holds weights")
	// ErrUnlisted: an object bears the mark of a release whose plan does not list it.
	ErrUnlisted = errors.New("must be in the plan")
	// ErrTwice: a holder, or a lane or group of the release, is defined twice.
	ErrTwice = errors.New("must be defined once")
	// ErrUneditable: a holder cannot be edited safely, or not to the weights.
	ErrUneditable = errors.New("must be editable in its text")
	// ErrNoLane: the plan gives weight to a lane that does not exist.
	ErrNoLane = errors.New("must name lanes that exist")
	// ErrNoPlace: a place was named that the plan has not.
	ErrNoPlace = errors.New("no such place")
	// ErrKustomize: kustomize builds the directory, and what is edited would not be
	// what is deployed.
	ErrKustomize = errors.New("must not be built otherwise than it is edited")
	// ErrLocked: another command writes the directory.
	ErrLocked = errors.New("another command is writing the directory")
	// ErrNoLock: the directory cannot be locked, so nothing is written.
	ErrNoLock = errors.New("the directory cannot be locked")
	// ErrNoFile: the directory is not there, or nothing in it can be read.
	ErrNoFile = errors.New("the directory cannot be read")
)

// HolderError says what is wrong with an object that the release needs.
type HolderError struct {
	// Object is the route, lane or group.
	Object manifest.Ref
	// File and Line say where it stands; empty and 0 when it is missing.
	File string
	Line int
	// Kind is ErrMissing, ErrUnreadable, ErrTwice, ErrUnlisted or ErrUneditable.
	Kind error
	// Detail says what must hold, then what was found.
	Detail string
}

func (e *HolderError) Error() string {
	return markup.Line(position.Of(e.File, e.Line, e.Object) + ": " + e.Detail)
}

func (e *HolderError) Unwrap() error { return e.Kind }

// holderError returns a HolderError of an object that is there.
func holderError(kind error, o manifest.Object, detail string) error {
	return &HolderError{Object: o.Ref, File: o.File, Line: o.Line, Kind: kind, Detail: detail}
}
