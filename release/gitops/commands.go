package gitops

import (
	"errors"
	"fmt"
	"time"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// ErrNotPrepared: there is no release under way in the directory.
var ErrNotPrepared = errors.New("no release is prepared")

// ErrNotCleanedUp: the last release is over, but its traces are still there.
var ErrNotCleanedUp = errors.New("the last release must be cleaned up first")

// Prepare adds the candidate's Deployments and lane, and the state; weights stay
// as they are. The routes must have the weights that the plan begins with. An
// existing lane is used if it fits the candidate.
func (t Tree) Prepare(now time.Time) (Commit, error) {
	if t.Prepared() {
		return t.prepareAgain()
	}
	plan := t.Config.Plan
	state, err := plan.Prepare(now)
	if err != nil {
		return Commit{}, err
	}
	errs := t.missing(plan.Before)
	for _, h := range t.holders() {
		errs = append(errs, drift(h, "the plan's before", plan.Before))
	}
	added, err := t.candidate(state)
	if err := errors.Join(append(errs, err, t.checkLane(added))...); err != nil {
		return Commit{}, fmt.Errorf("prepare: %w", err)
	}
	changes, err := t.marks(state, t.holders())
	if err != nil {
		return Commit{}, err
	}
	return t.commit(state, fmt.Sprintf("%s: prepare %s", t.Config.Name, plan.Candidate), append(changes, added...)...)
}

// prepareAgain has nothing to do but to complete what was written half-way.
func (t Tree) prepareAgain() (Commit, error) {
	if t.State.Closed() {
		return Commit{}, fmt.Errorf("prepare: %w", ErrNotCleanedUp)
	}
	if done, ok, err := t.complete(); ok || err != nil {
		return done, err
	}
	if t.State.Phase != rollout.Prepared {
		return Commit{}, fmt.Errorf("prepare at %s: %w", t.Place(), rollout.ErrStarted)
	}
	return Commit{State: t.State}, nil
}

// Apply makes one event of the release: the weights of all routes and the state,
// in one commit. An event whose goal holds already has nothing to do. A directory
// that was written half-way is completed first: then that is the outcome, with a
// note, and the event is to be asked for again.
func (t Tree) Apply(e rollout.Event) (Commit, error) {
	if !t.Prepared() {
		return Commit{}, fmt.Errorf("%s: %w", e.Kind.Words(), ErrNotPrepared)
	}
	if e.Revision == t.State.Revision { // a stale caller is told so
		if done, ok, err := t.complete(); ok || err != nil {
			return done, err
		}
		if t.holds(e) {
			return Commit{State: t.State}, nil
		}
	}
	plan := t.Config.Plan
	next, err := plan.Apply(t.State, e)
	if err != nil {
		return Commit{}, err
	}
	changes, err := t.move(next, t.holders())
	if err != nil {
		return Commit{}, err
	}
	return t.commit(next, fmt.Sprintf("%s: %s: %s", t.Config.Name, plan.Place(next), spell(plan.Weights(next))), changes...)
}

// holds reports whether the goal of an event holds already.
func (t Tree) holds(e rollout.Event) bool {
	s := t.State
	running := s.Phase == rollout.Running
	switch e.Kind {
	case rollout.Start:
		return running && s.Stage == 1
	case rollout.Promote, rollout.StepBack:
		stages := t.Config.Plan.Stages
		return running && e.To != "" && s.Stage >= 1 && s.Stage <= len(stages) && stages[s.Stage-1].Name == e.To
	case rollout.Pause:
		return s.Phase == rollout.Paused
	case rollout.Resume:
		return running
	case rollout.RollBack:
		return s.Phase == rollout.RolledBack
	case rollout.Finish:
		return s.Phase == rollout.Finished
	}
	return false
}

// complete finishes what was written half-way, and reports whether there was
// anything of the kind.
func (t Tree) complete() (Commit, bool, error) {
	changes, err := t.unwritten()
	if err != nil || len(changes) == 0 {
		return Commit{}, false, err
	}
	out, err := t.commit(t.State, fmt.Sprintf("%s: complete %s", t.Config.Name, t.Place()), changes...)
	out.Note = "the directory was written half-way: this completes it and does nothing else; ask again for what you wanted"
	return out, true, err
}

// unwritten returns the changes that complete what was written half-way: the
// weights of holders that are behind the carrier, and what the candidate lacks.
func (t Tree) unwritten() ([]manifest.Change, error) {
	behind, err := t.behind()
	if err != nil {
		return nil, err
	}
	changes, err := t.move(t.State, behind)
	if err != nil || t.State.Closed() {
		return changes, err
	}
	added, err := t.candidate(t.State)
	return append(changes, added...), err
}

// move returns the changes that give holders the weights of a state.
func (t Tree) move(next rollout.State, holders []holder) ([]manifest.Change, error) {
	changes, err := t.marks(next, holders)
	if err != nil {
		return nil, err
	}
	for _, h := range holders {
		set, err := h.set(next)
		if err != nil {
			return nil, err
		}
		changes = append(changes, set...)
	}
	return changes, nil
}
