package gitops

import (
	"errors"
	"fmt"
	"slices"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// rollBack gives every holder the rollback weights of the plan in the directory, in one commit,
// whatever is there. It is refused only without a release, for a finished release, for a stale
// event, or if a holder cannot get the weights.
func (t Tree) rollBack(e rollout.Event) (Commit, error) {
	if e.Revision != t.Revision() {
		return Commit{}, fmt.Errorf("roll back: %w: the directory is at revision %d, not %d", rollout.ErrStale,
			t.Revision(), e.Revision)
	}
	next, err := t.rolledBack(e)
	if err != nil {
		return Commit{}, err
	}
	plan := t.Config.Plan
	fail := func(err error) (Commit, error) {
		return Commit{},
			fmt.Errorf("roll back: %w\nby hand: mend that and roll back again, or give every route the weights %s "+
				"and commit", err, plan.Rollback.ByLane())
	}
	if t.kustomize.err != nil {
		return fail(fmt.Errorf("%w: %w", ErrUneditable, t.kustomize.err))
	}
	if err := errors.Join(slices.Concat(t.faults, t.missing(plan.Rollback),
		t.unknownLanes(plan.Rollback))...); err != nil {
		return fail(err)
	}
	holders := t.live.Holders
	if next == t.State {
		holders = slices.DeleteFunc(slices.Clone(holders), t.isRolledBack)
	}
	changes, err := t.live.Move(next, holders, true)
	if err != nil {
		return fail(err)
	}
	if len(changes) == 0 {
		return t.nothing(), nil
	}
	if known, err := t.live.Known(); err == nil || len(known.History.Moves) > 0 { // an unreadable history stays
		changes = append(changes, t.live.Follow(next, e, known)...)
	}
	out, err := t.write(next, t.subject(next), changes...)
	if err != nil {
		return fail(fmt.Errorf("%w: %w", ErrUneditable, err))
	}
	after := t.After(out)
	if errs := after.driftFrom(plan.Rollback); after.live.Written != next || len(errs) > 0 {
		if len(errs) == 0 {
			errs = append(errs, fmt.Errorf("%s would not bear the state that is written", t.live.Carrier()))
		}
		return fail(fmt.Errorf("%w: %w", ErrUneditable, errors.Join(errs...)))
	}
	out.Notes = slices.Concat(t.kustomizeNote(), t.found(), t.overloads(next), after.unready(plan.Rollback), out.Notes)
	return out, nil
}

// isRolledBack reports whether a holder is as the roll back left it. A clean-up may have taken
// its mark.
func (t Tree) isRolledBack(h release.Holder) bool {
	marked := h.Ref == t.live.Carrier() || h.Mark == release.Mark{} || h.Mark == release.MarkFor(t.State)
	return h.MarkErr == nil && marked && h.Drift("", t.Config.Plan.Rollback) == nil
}

// rolledBack returns the state after a roll back. If the state is one of the plan, the event
// leads to it; otherwise it is a new state.
func (t Tree) rolledBack(e rollout.Event) (rollout.State, error) {
	s := t.live
	switch {
	case !s.Bears && len(t.faults) == 0: // otherwise the faults are reported
		return rollout.State{}, fmt.Errorf("roll back: %w", rollout.ErrNoState)
	case !t.Prepared() && t.otherPlan() != "":
		return rollout.State{}, fmt.Errorf("roll back: %w: the release is that of plan %s: name it with -plan",
			rollout.ErrForeign, t.otherPlan())
	case s.Written.Phase == rollout.Finished:
		return rollout.State{}, fmt.Errorf("roll back: %w: until it is cleaned up, adopt -as rolledback gives the "+
			"routes the rollback weights", rollout.ErrFinished)
	}
	next := t.live.At(rollout.RolledBack, s.Written.Stage, e.At)
	if t.Prepared() {
		e.Revision = t.State.Revision
		after, err := t.Config.Plan.Apply(t.State, e)
		if err != nil {
			return rollout.State{}, err
		}
		if after == t.State && s.Highest <= after.Revision {
			return after, nil // it is rolled back already
		}
		next.Since = after.Since
	}
	return next, t.Config.Plan.Check(next)
}

// unknownLanes returns an error for every lane that must get weight from a holder, but is not
// named there and does not exist.
func (t Tree) unknownLanes(weights rollout.Weights) []error {
	if t.Config.LaneGroup != "" || t.Config.Values != nil {
		return nil // missing finds lanes of a group; lanes of values are not known here
	}
	var errs []error
	for _, h := range t.live.Holders {
		for _, w := range weights {
			_, named := h.Weights.Percent(w.Lane)
			if _, there := t.live.Selector(w.Lane); w.Percent > 0 && !named && !there {
				errs = append(errs, fmt.Errorf("%s: %w: lane %s of the plan's rollback has no destination here, and "+
					"there is no such lane", where(h.Object), routing.ErrNoLane, w.Lane))
			}
		}
	}
	return errs
}

// driftFrom returns the differences of the holders from weights.
func (t Tree) driftFrom(weights rollout.Weights) []error {
	errs := t.missing(weights)
	for _, h := range t.live.Holders {
		if err := h.Drift(t.Place(), weights); err != nil {
			errs = append(errs, err)
		}
	}
	for _, h := range t.live.Strays() {
		errs = append(errs, fmt.Errorf("%s: must have no weight: the plan does not know the lane", h.Ref))
	}
	return errs
}

// found says what a roll back found that no command of the release left.
func (t Tree) found() []string {
	var out []string
	for _, f := range t.live.Faults {
		out = append(out, fmt.Sprintf("found: %s: %v", where(f.Object), f.Err))
	}
	if t.Prepared() {
		weights := t.Config.Plan.Weights(t.State)
		for _, h := range t.live.Holders {
			written, err := t.live.IsWritten(h)
			switch {
			case err != nil:
				out = append(out, fmt.Sprintf("found: %s: %v", where(h.Object), err))
			case !written:
				out = append(out, fmt.Sprintf("found: %s was written half-way: it was behind revision %d", h.Ref,
					t.State.Revision))
			default:
				if err := h.Drift(t.Place(), weights); err != nil {
					out = append(out, "found: "+err.Error())
				}
			}
		}
		if !t.State.Closed() {
			for _, what := range t.lacks() {
				out = append(out, fmt.Sprintf("found: %s of the candidate is gone", what))
			}
		}
	}
	for _, err := range t.twice {
		out = append(out, "found: "+err.Error())
	}
	return out
}
