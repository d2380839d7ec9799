package release

import (
	"errors"
	"fmt"
	"time"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// StateFault is a fault of a state on an object.
type StateFault struct {
	// Object bears the state, or should.
	Object manifest.Object
	// Err wraps [ErrState], or rollout.ErrForeign for a state of another plan.
	Err error
}

// readState reads the state and the highest revision. ambiguous says why the state may be
// another plan's.
func (l *Live) readState(ambiguous error) {
	fault := func(o manifest.Object, format string, args ...any) {
		l.Faults = append(l.Faults, StateFault{o, fmt.Errorf("%w: "+format, append([]any{ErrState}, args...)...)})
	}
	holders := map[manifest.Ref]bool{}
	for _, h := range l.Holders {
		holders[h.Ref] = true
	}
	own, alone := false, len(PlanObjects(l.Set)) < 2
	for _, o := range l.Set.All() {
		annotations := o.Meta().GetAnnotations()
		text, found := annotations[l.keys.State]
		if v := l.Config.Values; v != nil && o.Ref == v.Ref() {
			text, found = l.valuesState(o)
			o.Line = o.LineOf(v.StatePath())
		}
		_, marked := annotations[l.keys.Revision]
		if !alone && !holders[o.Ref] {
			continue // it may be another release's
		}
		l.Bears = l.Bears || found || marked && holders[o.Ref]
		switch {
		case !found:
		case o.Ref != l.Carrier():
			fault(o, "must not be here, but on %s: remove it", l.Carrier())
		default:
			state, err := l.checkState(text)
			if ambiguous != nil {
				fault(o, "%w", ambiguous)
			}
			if l.Written, own = state, err == nil && ambiguous == nil; err != nil {
				l.Faults = append(l.Faults, StateFault{o, err})
			}
		}
	}
	l.Highest = l.Written.Revision
	for _, h := range l.Holders {
		if h.MarkErr == nil && h.Mark.Revision < maxRevision {
			l.Highest = max(l.Highest, h.Mark.Revision)
		}
	}
	if carrier, there := l.Set.Get(l.Carrier()); there && l.Bears && l.Written == (rollout.State{}) &&
		len(l.Faults) == 0 {
		fault(carrier, "it is missing, and the release is marked at revision %d", l.Highest)
	}
	if own {
		l.State = l.Written
	}
}

// At returns a new state of the plan, at a phase and a stage. Its revision is above all
// revisions on holders. It is for a release with a state that cannot be read or is another
// plan's: With(l.At(rollout.RolledBack, 0, now)) ends that. A stage above the last is the last.
func (l Live) At(phase rollout.Phase, stage int, now time.Time) rollout.State {
	return rollout.State{Schema: rollout.Schema, PlanDigest: l.Config.Plan.Digest(), Revision: l.Highest + 1,
		Phase: phase, Stage: min(stage, len(l.Config.Plan.Stages)), Since: now.UTC().Truncate(time.Second)}
}

// checkState reads the text of a state. The error is nil for a state of the plan.
func (l Live) checkState(text string) (rollout.State, error) {
	state, err := decodeState(text)
	if err != nil {
		return rollout.State{}, err
	}
	err = l.Config.Plan.Check(state)
	if errors.Is(err, rollout.ErrForeign) {
		return state, fmt.Errorf("state at revision %d: %w: the plan was edited since the release began",
			state.Revision, rollout.ErrForeign)
	}
	if err != nil {
		return rollout.State{}, fmt.Errorf("%w: %w", ErrState, err)
	}
	return state, nil
}
