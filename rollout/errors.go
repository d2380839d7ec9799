package rollout

import "errors"

// A refused event wraps one of these, with what was asked and the place of the release:
// "promote from stage 4, full-promotion: it is the last stage".
var (
	// ErrStale: the event was decided on another revision than the state's.
	ErrStale = errors.New("stale revision")
	// ErrNoState: the state is the zero State; [Plan.Prepare] makes the first one.
	ErrNoState = errors.New("no release is prepared")
	// ErrForeign: the state belongs to another plan.
	ErrForeign = errors.New("it belongs to another plan")
	// ErrNotStarted: the release is only prepared.
	ErrNotStarted = errors.New("it has not started")
	// ErrStarted: the event was start, and the release has already started.
	ErrStarted = errors.New("it has started already")
	// ErrFirstStage: there is no stage to step back to; roll back instead.
	ErrFirstStage = errors.New("it is the first stage")
	// ErrLastStage: there is no stage to promote to; finish instead.
	ErrLastStage = errors.New("it is the last stage")
	// ErrNotLastStage: the event was finish, before the last stage.
	ErrNotLastStage = errors.New("it is not the last stage")
	// ErrPaused: a paused release accepts only resume and roll back.
	ErrPaused = errors.New("it is paused")
	// ErrNotPaused: the event was resume, and the release is not paused.
	ErrNotPaused = errors.New("it is not paused")
	// ErrFinished: the release is over; its last stage stays.
	ErrFinished = errors.New("the release is finished")
	// ErrRolledBack: the release is over; its rollback weights stay.
	ErrRolledBack = errors.New("the release is rolled back")
	// ErrFrozen: a freeze of the plan holds.
	ErrFrozen = errors.New("releases are frozen")
	// ErrGated: a gate is shut; the error says what is missing.
	ErrGated = errors.New("the gate is shut")
)

// A refused observation or approval wraps one of these, or one of those above.
var (
	// ErrSeen: the window is the one that was folded last; nothing is lost.
	ErrSeen = errors.New("it was folded before")
	// ErrOverlap: the window does not lie after the one that was folded last.
	ErrOverlap = errors.New("windows must not overlap")
	// ErrBefore: the window, or the approval, belongs to the place before the last move.
	ErrBefore = errors.New("it belongs to the place before the last move")
	// ErrStranger: the person who approves does not have the role.
	ErrStranger = errors.New("only people with the role may approve")
	// ErrAuthor: the person who approves is the author of the release.
	ErrAuthor = errors.New("the author of a release may not approve it")
	// ErrTwice: the person has already approved as far as this, or in another role.
	ErrTwice = errors.New("a person approves once")
)
