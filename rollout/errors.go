package rollout

import "errors"

// A refused event wraps one of these, with what was asked and where the release
// stands: "promote from stage 4, full-promotion: it is the last stage".
var (
	// ErrStale: the event was decided on another revision than the state's.
	ErrStale = errors.New("stale revision")
	// ErrNoState: the state is the zero State; [Plan.Prepare] makes the first one.
	ErrNoState = errors.New("no release is prepared")
	// ErrForeign: the state belongs to another plan.
	ErrForeign = errors.New("it belongs to another plan")
	// ErrNotStarted: the release is prepared only.
	ErrNotStarted = errors.New("it has not started")
	// ErrStarted: start was asked of a release that has started.
	ErrStarted = errors.New("it has started already")
	// ErrFirstStage: there is no stage to step back to; roll back instead.
	ErrFirstStage = errors.New("it is the first stage")
	// ErrLastStage: there is no stage to promote to; finish instead.
	ErrLastStage = errors.New("it is the last stage")
	// ErrNotLastStage: finish was asked before the last stage.
	ErrNotLastStage = errors.New("it is not the last stage")
	// ErrPaused: a paused release takes resume and roll back only.
	ErrPaused = errors.New("it is paused")
	// ErrNotPaused: resume was asked of a release that is not paused.
	ErrNotPaused = errors.New("it is not paused")
	// ErrFinished: the release is over; its last stage stays.
	ErrFinished = errors.New("the release is finished")
	// ErrRolledBack: the release is over; its rollback weights stay.
	ErrRolledBack = errors.New("the release is rolled back")
)
