package rollout

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// Prepare returns the first state of a release: revision 1, weights Before,
// made at now. It fails, with a field error per fault, when the plan is not
// valid.
func (p Plan) Prepare(now time.Time) (State, error) {
	if err := fielderr.Join("plan", p.Validate()); err != nil {
		return State{}, err
	}
	if err := fielderr.Join("prepare", validateTime("now", now)); err != nil {
		return State{}, err
	}
	return State{Schema: Schema, PlanDigest: p.Digest(), Revision: 1, Phase: Prepared, Since: normal(now)}, nil
}

// Apply returns the state that event e leads to from s, by the table of the package page.
// It changes no argument and not the plan; the same arguments give the same answer.
//
// When it refuses the event, the state is the zero State and the error says why. It wraps
// [ErrNoState] when s is the zero State, and [ErrStale] when e names another revision
// than that of s (both checked before anything else); [ErrForeign] when s belongs to
// another plan, the table's sentinel when the transition is not allowed, field errors
// when the plan, the state or the event is malformed, [ErrFrozen] when a freeze of the
// plan holds, and [ErrGated] when a gate on the way is shut. Only start, promote and
// finish can be frozen or gated.
func (p Plan) Apply(s State, e Event) (State, error) { return p.applyEvent(s, e, nil) }

// applyEvent is Apply of a plan. A c that is not nil knows the plan as valid.
func (p *Plan) applyEvent(s State, e Event, c *Checked) (State, error) {
	if s == (State{}) {
		return State{}, fmt.Errorf("%s: %w", e.Kind.Words(), ErrNoState)
	}
	if e.Revision != s.Revision {
		return State{}, fmt.Errorf("%s from %s: %w: the event names revision %d, the state is at %d", e.Kind.Words(),
			p.Place(s), ErrStale, e.Revision, s.Revision)
	}
	if err := p.check(s, c); err != nil {
		return State{}, fmt.Errorf("%s: %w", e.Kind.Words(), err)
	}
	if err := fielderr.Join("event", e.validate(*p)); err != nil {
		return State{}, err
	}
	phase, stage, err := p.move(s, e)
	if err != nil {
		return State{}, fmt.Errorf("%s from %s: %w", e.Kind.Words(), p.Place(s), err)
	}
	if phase == s.Phase && stage == s.Stage {
		return s, nil
	}
	if err := p.permit(s, e, stage, c); err != nil {
		return State{}, fmt.Errorf("%s from %s: %w", e.Kind.Words(), p.Place(s), err)
	}
	next := s
	next.Revision++
	next.Phase, next.Stage, next.Since = phase, stage, normal(e.At)
	return next, nil
}

// move returns where e leads from s, by the table. An answer equal to the place of s
// means "unchanged".
func (p Plan) move(s State, e Event) (Phase, int, error) {
	switch {
	case s.Phase == Finished:
		return "", 0, ErrFinished
	case e.Kind == RollBack:
		return RolledBack, s.Stage, nil
	case s.Phase == RolledBack:
		return "", 0, ErrRolledBack
	case s.Phase == Prepared && e.Kind == Start:
		return Running, 1, nil
	case s.Phase == Paused && e.Kind == Resume:
		return Running, s.Stage, nil
	case e.Kind == Start:
		return "", 0, ErrStarted
	case e.Kind == Resume:
		return "", 0, ErrNotPaused
	case s.Phase == Prepared:
		return "", 0, ErrNotStarted
	case s.Phase == Paused:
		return "", 0, ErrPaused
	}
	// The release is at a stage, and is asked to leave it or to hold.
	last := len(p.Stages)
	switch e.Kind {
	case Promote:
		return p.moveTo(e.To, s.Stage, s.Stage+1, last, ErrLastStage)
	case StepBack:
		return p.moveTo(e.To, s.Stage, 1, s.Stage-1, ErrFirstStage)
	case Pause:
		return Paused, s.Stage, nil
	default: // Finish, the only kind left
		if s.Stage != last {
			return "", 0, ErrNotLastStage
		}
		return Finished, last, nil
	}
}

// moveTo goes from stage at to the stage named to, which must be one of lowest..highest;
// an empty to means the nearest of those. It returns end when there is no such stage.
func (p Plan) moveTo(to string, at, lowest, highest int, end error) (Phase, int, error) {
	if lowest > highest {
		return "", 0, end
	}
	target := lowest
	if highest < at {
		target = highest
	}
	if to != "" {
		target = p.named(to)
	}
	if target < lowest || target > highest {
		return "", 0, field.Invalid(field.NewPath("to"), to,
			fmt.Sprintf("must be one of the stages from %q to %q", p.Stages[lowest-1].Name, p.Stages[highest-1].Name))
	}
	return Running, target, nil
}

// normal drops what JSON would lose, so that a state equals its round trip.
func normal(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// The methods below are Apply with an event that names s's own revision. Each is for a
// caller that decides on the state it has just read; a caller that decided earlier builds
// the Event itself.

// Start takes a prepared release to stage 1.
func (p Plan) Start(s State, now time.Time) (State, error) { return p.apply(s, Start, now) }

// Promote goes up one stage.
func (p Plan) Promote(s State, now time.Time) (State, error) { return p.apply(s, Promote, now) }

// StepBack goes down one stage.
func (p Plan) StepBack(s State, now time.Time) (State, error) { return p.apply(s, StepBack, now) }

// Pause holds the release where it is.
func (p Plan) Pause(s State, now time.Time) (State, error) { return p.apply(s, Pause, now) }

// Resume ends a pause.
func (p Plan) Resume(s State, now time.Time) (State, error) { return p.apply(s, Resume, now) }

// RollBack ends the release at the plan's Rollback weights.
func (p Plan) RollBack(s State, now time.Time) (State, error) { return p.apply(s, RollBack, now) }

// Finish ends the release at the last stage.
func (p Plan) Finish(s State, now time.Time) (State, error) { return p.apply(s, Finish, now) }

func (p Plan) apply(s State, kind EventKind, now time.Time) (State, error) {
	return p.Apply(s, Event{Kind: kind, Revision: s.Revision, At: now})
}
