package release

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// ErrNotPrepared: there is no release under way in the directory.
var ErrNotPrepared = errors.New("no release is prepared")

// ErrNotCleanedUp: the last release is over, but its traces are still there.
var ErrNotCleanedUp = errors.New("the last release must be cleaned up first")

// Prepare adds the candidate's Deployments and lane, and the state; weights stay
// as they are. The routes must have the weights that the plan begins with. A lane
// of the candidate's that is there already is taken, when it is one for it.
func (t Tree) Prepare(now time.Time) (Outcome, error) {
	if t.Prepared() {
		if t.State.Closed() {
			return Outcome{}, fmt.Errorf("prepare: %w", ErrNotCleanedUp)
		}
		if done, ok, err := t.complete(); ok || err != nil {
			return done, err
		}
		if t.State.Phase == rollout.Prepared {
			return Outcome{State: t.State}, nil
		}
		return Outcome{}, fmt.Errorf("prepare at %s: %w", t.Place(), rollout.ErrStarted)
	}
	state, err := t.Config.Plan.Prepare(now)
	if err != nil {
		return Outcome{}, err
	}
	errs := t.missing(t.Config.Plan.Before)
	for _, b := range t.bearers() {
		errs = append(errs, t.drift(b, "the plan's before", t.Config.Plan.Before))
	}
	changes, err := t.candidate(state)
	if err := errors.Join(append(errs, err, t.checkLane(changes))...); err != nil {
		return Outcome{}, fmt.Errorf("prepare: %w", err)
	}
	marks, err := t.marks(state, t.bearers())
	if err != nil {
		return Outcome{}, err
	}
	return t.outcome(state, fmt.Sprintf("%s: prepare %s", t.Config.Name, t.Config.Plan.Candidate), append(marks, changes...)...)
}

// Apply makes one event of the release: the weights of all routes and the state,
// in one commit. An event whose goal holds already has nothing to do. A directory
// that was written half-way is completed first: then that is the outcome, with a
// note, and the event is to be asked for again.
func (t Tree) Apply(e rollout.Event) (Outcome, error) {
	if !t.Prepared() {
		return Outcome{}, fmt.Errorf("%s: %w", e.Kind.Words(), ErrNotPrepared)
	}
	if e.Revision == t.State.Revision { // a stale caller is told so
		if done, ok, err := t.complete(); ok || err != nil {
			return done, err
		}
		if t.holds(e) {
			return Outcome{State: t.State}, nil
		}
	}
	next, err := t.Config.Plan.Apply(t.State, e)
	if err != nil {
		return Outcome{}, err
	}
	t2 := t
	t2.State = next
	changes, err := t.move(next, t.bearers())
	if err != nil {
		return Outcome{}, err
	}
	message := fmt.Sprintf("%s: %s: %s", t.Config.Name, t2.Place(), spell(t.Config.Plan.Weights(next)))
	return t.outcome(next, message, changes...)
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
func (t Tree) complete() (Outcome, bool, error) {
	behind, err := t.behind()
	if err != nil {
		return Outcome{}, true, err
	}
	var changes []manifest.Change
	if len(behind) > 0 {
		if changes, err = t.move(t.State, behind); err != nil {
			return Outcome{}, true, err
		}
	}
	if !t.State.Closed() {
		missing, err := t.candidate(t.State)
		if err != nil {
			return Outcome{}, true, err
		}
		changes = append(changes, missing...)
	}
	if len(changes) == 0 {
		return Outcome{}, false, nil
	}
	out, err := t.outcome(t.State, fmt.Sprintf("%s: complete %s", t.Config.Name, t.Place()), changes...)
	out.Note = "the directory was written half-way: this completes it and does nothing else; ask again for what you wanted"
	return out, true, err
}

// move returns the changes that give bearers the weights of a state.
func (t Tree) move(next rollout.State, bearers []bearer) ([]manifest.Change, error) {
	changes, err := t.marks(next, bearers)
	if err != nil {
		return nil, err
	}
	for _, b := range bearers {
		set, err := t.set(b, next)
		if err != nil {
			return nil, err
		}
		changes = append(changes, set...)
	}
	return changes, nil
}

// marks returns the changes that write the state on the carrier, and the revision
// on the other bearers.
func (t Tree) marks(state rollout.State, bearers []bearer) ([]manifest.Change, error) {
	data, err := json.Marshal(state)
	if err != nil {
		return nil, err
	}
	revision, err := revisionOf(state)
	if err != nil {
		return nil, err
	}
	var out []manifest.Change
	for _, b := range bearers {
		mark := manifest.SetAnnotation{Object: b.ref, Key: lanes.AnnotationRevision, Value: revision}
		if b.ref == t.carrier() {
			mark.Key, mark.Value = lanes.AnnotationState, string(data)
		}
		out = append(out, mark)
	}
	return out, nil
}

// revisionOf returns what the bearers that do not carry a state bear of it.
func revisionOf(state rollout.State) (string, error) {
	data, err := json.Marshal(mark{state.PlanDigest, state.Revision})
	return string(data), err
}

// CleanUp removes what a release that is over has left. It takes two commits:
// the first takes the lanes out of the routes; when the cluster has that, the
// second removes the lanes, their Deployments and the state. Services stay. It
// wraps [ErrUnfinished] before the release is over, and [ErrFallback] when lanes
// that stay fall back to one that goes.
func (t Tree) CleanUp() (Outcome, error) {
	if !t.Prepared() {
		return Outcome{}, nil
	}
	if !t.State.Closed() {
		return Outcome{}, fmt.Errorf("clean-up at %s: %w", t.Place(), ErrUnfinished)
	}
	behind, err := t.behind()
	if err != nil {
		return Outcome{}, err
	}
	if len(behind) > 0 {
		done, _, err := t.complete()
		return done, err
	}
	retiring := t.Config.Plan.Retiring(t.State)
	if err := t.checkFallbacks(retiring); err != nil {
		return Outcome{}, fmt.Errorf("clean-up: %w", err)
	}
	var changes []manifest.Change
	for _, b := range t.bearers() {
		out, err := t.remove(b, retiring)
		if err != nil {
			return Outcome{}, err
		}
		changes = append(changes, out...)
	}
	selectors, known, err := t.retiringSelectors(retiring)
	if err != nil {
		return Outcome{}, fmt.Errorf("clean-up: %w", err)
	}
	if !known {
		data, err := json.Marshal(selectors)
		if err != nil {
			return Outcome{}, err
		}
		changes = append(changes, manifest.SetAnnotation{Object: t.carrier(), Key: lanes.AnnotationRetiring, Value: string(data)})
	}
	if len(changes) > 0 {
		out, err := t.outcome(t.State, fmt.Sprintf("%s: take %s out of the routes", t.Config.Name, list(retiring)), changes...)
		out.Note = "this is a commit of its own: when the cluster has it, clean up again to remove the lanes and Deployments"
		return out, err
	}
	message := fmt.Sprintf("%s: remove %s", t.Config.Name, list(retiring))
	changes = t.removal(retiring, selectors)
	if t.carrierHoldsOneOf(retiring) && t.elsewhere(changes) {
		out, err := t.outcome(t.State, message, changes...)
		out.Note = "clean up again to remove the state, which stands in a file with the lanes"
		return out, err
	}
	for _, b := range t.bearers() {
		var keys []string
		o, _ := t.Set.Get(b.ref)
		for _, key := range []string{lanes.AnnotationState, lanes.AnnotationRetiring, lanes.AnnotationRevision} {
			if _, there := o.Meta().GetAnnotations()[key]; there {
				keys = append(keys, key)
			}
		}
		if len(keys) > 0 && !slices.Contains(retiring, b.lane) {
			changes = append(changes, manifest.RemoveAnnotations{Object: b.ref, Keys: keys})
		}
	}
	return t.outcome(rollout.State{}, message, changes...)
}

// carrierHoldsOneOf reports whether one of the lanes stands in the carrier's file.
func (t Tree) carrierHoldsOneOf(names []string) bool {
	carrier, _ := t.Set.Get(t.carrier())
	return slices.ContainsFunc(names, func(name string) bool {
		o, found := t.Set.Get(laneRef(lanes.KindLane, name))
		return found && o.File == carrier.File
	})
}

// elsewhere reports whether one of the documents to be removed stands in another
// file than the carrier.
func (t Tree) elsewhere(changes []manifest.Change) bool {
	carrier, _ := t.Set.Get(t.carrier())
	return slices.ContainsFunc(changes, func(c manifest.Change) bool {
		gone, ok := c.(manifest.RemoveDocument)
		o, _ := t.Set.Get(gone.Object)
		return ok && o.File != carrier.File
	})
}
