package gitops

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

// Prepare adds the candidate's Deployments and lane, and the state. Weights stay as they are.
// The routes must have the weights that the plan begins with. An existing lane is used if it
// fits the candidate. If the candidate is prepared already, Prepare sets the images that differ
// from the plan.
//
// On Istio without ASM the lane is a subset in each DestinationRule. If routes between services
// keep calls in lanes, the candidate's routes are a second commit (see [Commit.Again]). Ask for
// it when the cluster has the subsets.
//
// Prepare is refused if a later command of the release would be.
func (t Tree) Prepare(now time.Time) (Commit, error) {
	if err := cmp.Or(t.kustomize.fit(), t.Sound()); err != nil {
		return Commit{}, fmt.Errorf("prepare: %w", err)
	}
	if t.Prepared() {
		return t.prepareAgain()
	}
	plan := t.Config.Plan
	state, err := plan.Prepare(now)
	if err != nil {
		return Commit{}, err
	}
	if t.over() {
		return Commit{}, fmt.Errorf("prepare: %w", ErrOver)
	}
	errs := append(t.missing(plan.Before), t.overlap())
	for _, h := range t.live.Holders {
		errs = append(errs, h.Drift("the plan's before", plan.Before))
	}
	added, err := t.candidate(state)
	if err := errors.Join(append(errs, err, t.checkLane(added))...); err != nil {
		return Commit{}, fmt.Errorf("prepare: %w", err)
	}
	changes, err := t.live.Marks(state, t.live.Holders)
	if err != nil {
		return Commit{}, err
	}
	if t.Author != "" && plan.Gated() {
		evidence, err := plan.Evidence(state, t.Author)
		if err != nil {
			return Commit{}, fmt.Errorf("prepare: %w", err)
		}
		keep, err := t.live.KeepEvidence(evidence)
		if err != nil {
			return Commit{}, err
		}
		changes = append(changes, keep)
	}
	changes = slices.Concat(changes, added, t.kustomize.images.entries)
	out, err := t.commit("", state, fmt.Sprintf("%s: prepare %s", t.Config.Name, plan.Candidate), changes...)
	if err != nil {
		return Commit{}, err
	}
	notes, err := t.rehearse(out, now)
	if err != nil {
		return Commit{}, fmt.Errorf("prepare: %w", err)
	}
	after := t.After(out)
	out.Notes = slices.Concat(t.readsOutside(), out.Notes, after.otherImages(), after.sharedClaims(), notes)
	out.Notes = append(append(out.Notes, t.unmoved()...), t.rendered()...)
	if out.Again = len(after.routesLeft()) > 0; out.Again {
		out.Notes = append(out.Notes,
			"this is a commit of its own: when the cluster has it, prepare again to add the routes that keep the "+
				"calls of "+plan.Candidate+" in its lane")
	}
	return out, nil
}

// routesLeft returns the changes that add the candidate's routes between services, if nothing
// else is missing.
func (t Tree) routesLeft() []manifest.Change {
	changes, err := t.candidate(t.State)
	if err != nil || !t.onlyRoutesLeft(changes) {
		return nil
	}
	return changes
}

// onlyRoutesLeft reports whether the changes that complete a prepared release only add routes
// between services. They are its second commit.
func (t Tree) onlyRoutesLeft(changes []manifest.Change) bool {
	if len(changes) == 0 || t.State.Phase != rollout.Prepared {
		return false
	}
	added, ok := changes[0].(manifest.CopyItem) // candidate adds them alone
	return ok && added.Object.Kind == "VirtualService"
}

// prepareAgain completes a half-written directory, or sets images that differ.
func (t Tree) prepareAgain() (Commit, error) {
	if t.State.Closed() {
		return Commit{}, fmt.Errorf("prepare: %w", ErrNotCleanedUp)
	}
	if routes, err := t.unwritten(); err == nil && t.onlyRoutesLeft(routes) {
		return t.commit("", t.State, fmt.Sprintf("%s: keep the calls of %s in its lane", t.Config.Name,
			t.Config.Plan.Candidate), routes...)
	}
	if done, ok, err := t.complete(); err != nil {
		return Commit{}, fmt.Errorf("prepare: %w", err)
	} else if ok {
		return done, nil
	}
	if t.State.Phase != rollout.Prepared {
		return Commit{}, fmt.Errorf("prepare at %s: %w", t.Place(), rollout.ErrStarted)
	}
	changes := t.setImages()
	if len(changes) == 0 {
		return t.nothing(), nil
	}
	return t.commit("", t.State, fmt.Sprintf("%s: set the images of %s", t.Config.Name, t.Config.Plan.Candidate),
		changes...)
}

// Apply makes one event of the release: the weights of all routes and the state, in one commit.
// If the goal of the event holds already, there is nothing to do. A half-written directory is
// completed first, and the commit does that alone (see [Commit.Completes]): ask for the event
// again. A roll back always goes through.
//
// The gates of the plan judge the evidence of the directory, unless the event has its own
// evidence. The event needs the Zones of the plan's freezes. If the plan has gates, the history
// gets the move.
func (t Tree) Apply(e rollout.Event) (Commit, error) {
	if e.Kind == rollout.RollBack {
		return t.rollBack(e)
	}
	built := t.kustomize.err
	if e.Kind == rollout.Start || e.Kind == rollout.Promote {
		built = t.kustomize.fit()
	}
	if err := cmp.Or(built, t.Sound()); err != nil {
		return Commit{}, fmt.Errorf("%s: %w", e.Kind.Words(), err)
	}
	if !t.Prepared() {
		if t.over() {
			return Commit{}, fmt.Errorf("%s: %w", e.Kind.Words(), ErrOver)
		}
		return Commit{}, fmt.Errorf("%s: %w", e.Kind.Words(), rollout.ErrNoState)
	}
	if e.Revision == t.State.Revision { // Plan.Apply refuses a stale caller
		if done, ok, err := t.complete(); err != nil {
			return Commit{}, fmt.Errorf("%s at %s: %w", e.Kind.Words(), t.Place(), err)
		} else if ok {
			return done, nil
		}
		if t.holds(e) {
			return t.nothing(), nil
		}
	}
	known, err := t.live.Known()
	if err != nil {
		return Commit{}, fmt.Errorf("%s: %w", e.Kind.Words(), err)
	}
	if e.Evidence.Schema == 0 {
		e.Evidence = known.Evidence
	}
	next, err := t.Config.Plan.Apply(t.State, e)
	if err != nil {
		return Commit{}, err
	}
	if scaled, ok, err := t.raised(e, next); err != nil || ok {
		return scaled, err
	}
	changes, err := t.live.Move(next, t.live.Holders, false)
	if err != nil {
		return Commit{}, err
	}
	changes = append(changes, t.live.Follow(next, e, known)...)
	out, err := t.commit(validate.NoPods, next, t.subject(next), changes...) // unready names the lanes without pods
	if err != nil {
		return Commit{}, err
	}
	out.Reason, out.Notes = e.Override, append(out.Notes, t.kustomizeNote()...)
	if e.Override != "" {
		out.Details = append(out.Details, "gates overridden by: "+e.By)
	}
	if next.Stage != t.State.Stage {
		out.Notes = append(out.Notes, t.overloads(next)...)
		out.Notes = append(out.Notes, t.unready(t.Config.Plan.Weights(next))...)
		out.Notes = append(out.Notes, t.otherImages()...)
		out.Notes = append(out.Notes, t.rendered()...)
	}
	return out, nil
}

// subject returns the first line of the message of a commit that moves the release.
func (t Tree) subject(next rollout.State) string {
	plan := t.Config.Plan
	return fmt.Sprintf("%s: %s: %s", t.Config.Name, plan.Place(next), plan.Weights(next).ByLane())
}

// nothing returns the outcome of a command if its goal holds already.
func (t Tree) nothing() Commit { return Commit{State: t.State, After: t.Set} }

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
	case rollout.Finish:
		return s.Phase == rollout.Finished
	default: // roll back: Apply leaves what is rolled back as it is
		return false
	}
}

// over reports whether the plan's release has ended and is cleaned up. No object bears its
// marks, all holders have the weights of the last stage and not those before the release, and
// the candidate's lane exists.
func (t Tree) over() bool {
	plan := t.Config.Plan
	if t.live.Bears || len(plan.Stages) == 0 || len(t.live.Holders) == 0 {
		return false
	}
	_, there := t.live.Selector(plan.Candidate)
	return (there || t.listsValue(plan.Candidate)) && t.allHold(plan.Stages[len(plan.Stages)-1].Weights) &&
		!t.allHold(plan.Before)
}

// complete finishes a half-written directory, and reports whether it was half-written.
func (t Tree) complete() (Commit, bool, error) {
	changes, err := t.unwritten()
	if err != nil || len(changes) == 0 {
		return Commit{}, false, err
	}
	out, err := t.commit(validate.NoPods, t.State, fmt.Sprintf("%s: complete %s", t.Config.Name, t.Place()), changes...)
	out.Completes = true
	what := "the directory was written half-way"
	if t.onlyRoutesLeft(changes) {
		what = "prepare has a second commit, which adds the candidate's routes"
	}
	out.Notes = append(out.Notes, fmt.Sprintf("%s: this completes %s, and does nothing else; commit it, and ask "+
		"again if you want to go on from there", what, t.Place()))
	return out, true, err
}

// unwritten returns the changes that complete a half-written directory: the weights of holders
// that are behind the carrier, and what the candidate lacks.
func (t Tree) unwritten() ([]manifest.Change, error) {
	behind, err := t.behind()
	if err != nil {
		return nil, err
	}
	changes, err := t.live.Move(t.State, behind, false)
	if err != nil || t.State.Closed() {
		return changes, err
	}
	added, err := t.candidate(t.State)
	if _, lane := t.live.Selector(t.Config.Plan.Candidate); err != nil && lane &&
		len(t.live.Workloads(t.Config.Candidate.Version)) > 0 {
		return changes, nil // it is complete: what it was derived from may have gone
	}
	return append(changes, added...), err
}
