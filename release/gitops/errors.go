package gitops

import (
	"errors"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// Why a command is refused, beside the sentinels of rollout and release. Errors
// wrap one of these.
var (
	// ErrNotCleanedUp: the last release is over, but its traces are still there.
	ErrNotCleanedUp = errors.New("the last release must be cleaned up first")
	// ErrOver: the plan's release is finished and cleaned up.
	ErrOver = errors.New("this plan's release is over: write a new plan")
	// ErrUneditable: a holder cannot be edited safely, or not to the weights.
	ErrUneditable = errors.New("must be editable in its text")
	// ErrNoPlace: a place was named that the plan has not.
	ErrNoPlace = errors.New("no such place")
	// ErrShared: a service is found to be of several plans, and must be listed by one.
	ErrShared = errors.New("must be listed by the plan that releases it")
	// ErrKustomize: kustomize builds the directory, and what is edited would not be
	// what is deployed.
	ErrKustomize = errors.New("kustomize must build what is edited")
	// ErrLocked: another command writes the directory.
	ErrLocked = errors.New("another command is writing the directory")
	// ErrNoLock: the directory cannot be locked, so nothing is written.
	ErrNoLock = errors.New("the directory cannot be locked")
	// ErrApart: of several directories one is another, or lies in it.
	ErrApart = errors.New("each directory must be named once, and lie in no other")
	// ErrNoFile: the directory is not there, or nothing in it can be read.
	ErrNoFile = errors.New("the directory cannot be read")
)

// holderError returns the error about an object that is there.
func holderError(kind error, o manifest.Object, detail string) error {
	return &release.HolderError{Object: o.Ref, File: o.File, Line: o.Line, Kind: kind, Detail: detail}
}
