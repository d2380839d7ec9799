package gitops

import (
	"errors"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// Errors of a refused command wrap one of these, or a sentinel of rollout or release.
var (
	// ErrNotCleanedUp: the last release is over, but not cleaned up.
	ErrNotCleanedUp = errors.New("the last release must be cleaned up first")
	// ErrOver: the plan's release is finished and cleaned up.
	ErrOver = errors.New("this plan's release is over: write a new plan")
	// ErrUneditable: a holder cannot be edited safely, or not to the weights.
	ErrUneditable = errors.New("must be editable in its text")
	// ErrNoPlace: the plan lacks the place that was named.
	ErrNoPlace = errors.New("no such place")
	// ErrShared: a service was found for several plans, and one must list it.
	ErrShared = errors.New("must be listed by the plan that releases it")
	// ErrKustomize: kustomize builds the directory, and would not deploy what is edited.
	ErrKustomize = errors.New("kustomize must build what is edited")
	// ErrLocked: another command writes the directory.
	ErrLocked = errors.New("another command is writing the directory")
	// ErrNoLock: the directory cannot be locked, so nothing is written.
	ErrNoLock = errors.New("the directory cannot be locked")
	// ErrApart: one of several directories is another, or lies in it.
	ErrApart = errors.New("each directory must be named once, and lie in no other")
	// ErrNoFile: the directory does not exist, or nothing in it can be read.
	ErrNoFile = errors.New("the directory cannot be read")
)

// holderError returns the error about an existing object.
func holderError(kind error, o manifest.Object, detail string) error {
	return &release.HolderError{Object: o.Ref, File: o.File, Line: o.Line, Kind: kind, Detail: detail}
}
