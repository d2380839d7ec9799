package gitops

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

// Adopt takes over weights that were edited by hand. All routes must have the weights of exactly
// one place: before, a stage, or rolled back. The state becomes that place. as names the place
// instead: "prepared", a stage by name or number, or "rolledback". The weights then become those
// of the place.
//
// A state that is missing or cannot be read is replaced. For a state of another plan use
// Replan, or "rolledback" here.
func (t Tree) Adopt(as string, now time.Time) (Commit, error) {
	if err := t.kustomize.fit(); err != nil {
		return Commit{}, fmt.Errorf("adopt: %w", err)
	}
	foreign := errors.Is(t.stateErr, rollout.ErrForeign)
	if foreign && as != rolledBack {
		return Commit{}, fmt.Errorf("adopt: %w", t.stateErr)
	}
	if as == "" && t.Prepared() && t.allHold(t.Config.Plan.Weights(t.State)) {
		if !t.drifted() {
			return t.nothing(), nil // nobody edited the weights
		}
		return t.take("adopt", t.live.At(t.State.Phase, t.State.Stage, now)) // the marks are of other commits
	}
	next, err := t.adopted(as, now)
	if err != nil {
		return Commit{}, fmt.Errorf("adopt: %w", err)
	}
	return t.take("adopt", next)
}

// Replan takes over a plan that was edited during a release. All routes must have the weights of
// a place of the new plan. The state becomes that place; of several, it is the place that the
// release was at. as names the place instead, as in Adopt. A pause stays. The revision goes on.
func (t Tree) Replan(as string, now time.Time) (Commit, error) {
	old := t.live.Written
	switch {
	case t.kustomize.err != nil:
		return Commit{}, fmt.Errorf("replan: %w", t.kustomize.err)
	case !t.live.Bears:
		return Commit{}, fmt.Errorf("replan: %w", rollout.ErrNoState)
	case old == rollout.State{}:
		return Commit{}, fmt.Errorf("replan: %w", t.stateErr)
	case t.Prepared() && (as != "" || t.live.Highest > t.State.Revision || t.editedSince()):
		return Commit{},
			errors.New("replan: the release follows this plan already: adopt -as PLACE sets the place of the release")
	}
	next := t.State
	if !t.Prepared() {
		var err error
		if next, err = t.adopted(as, now); err != nil {
			return Commit{}, fmt.Errorf("replan: %w", err)
		}
		last := next.Stage == len(t.Config.Plan.Stages)
		if next.Phase == rollout.Running &&
			(old.Phase == rollout.Paused || old.Phase == rollout.Finished && last && as == "") {
			next.Phase = old.Phase
		}
	}
	out, err := t.take("replan", next)
	if err == nil && !out.Nothing() && old.PlanDigest != next.PlanDigest {
		out.Notes = append(out.Notes, fmt.Sprintf("before: %s, revision %d, of plan %s; now: %s, of plan %s",
			rollout.Plan{}.Place(old), old.Revision, short(old.PlanDigest), t.Config.Plan.Place(next),
			short(next.PlanDigest)))
	}
	return out, err
}

// editedSince reports whether a holder at the plan's own revision has other weights than the
// state. A holder with the mark of the plan before was not written yet.
func (t Tree) editedSince() bool {
	return slices.ContainsFunc(t.live.Holders, func(h release.Holder) bool {
		before := h.MarkErr == nil && h.Mark != release.Mark{} && h.Mark.PlanDigest != t.State.PlanDigest
		return !before && h.Drift("", t.Config.Plan.Weights(t.State)) != nil
	})
}

// short returns the beginning of a plan's digest, which is enough to tell plans apart.
func short(digest string) string {
	hex := strings.TrimPrefix(digest, "sha256:")
	return hex[:min(12, len(hex))]
}

// take moves the release to a state: to its weights, and with what the candidate lacks.
func (t Tree) take(word string, next rollout.State) (Commit, error) {
	plan := t.Config.Plan
	err := errors.Join(append(append(slices.Clone(t.faults), t.twice...), plan.Check(next))...)
	if err != nil {
		return Commit{}, fmt.Errorf("%s: %w", word, err)
	}
	changes, err := t.live.Move(next, t.live.Holders, true)
	if err != nil {
		return Commit{}, fmt.Errorf("%s: %w", word, err)
	}
	changes = append(changes, t.relearn(next)...)
	if !next.Closed() {
		added, err := t.candidate(next)
		if err != nil && t.over() {
			err = ErrOver // it is cleaned up
		}
		if err != nil {
			return Commit{}, fmt.Errorf("%s: %w", word, err)
		}
		changes = append(changes, added...)
	}
	out, err := t.commit(validate.NoPods, next,
		fmt.Sprintf("%s: %s: %s: %s", t.Config.Name, word, plan.Place(next), plan.Weights(next).ByLane()), changes...)
	if err != nil {
		return Commit{}, fmt.Errorf("%s: %w", word, err)
	}
	out.Notes = append(out.Notes, t.kustomizeNote()...)
	out.Notes = append(out.Notes, t.After(out).unready(plan.Weights(next))...)
	return out, nil
}

// rolledBack names the place of a rolled-back release.
const rolledBack = "rolledback"

// place is a place of a release, with the name by which the caller asks for it.
type place struct {
	name  string
	state rollout.State
}

// places returns the places of the plan: prepared, the stages, rolledback.
func (t Tree) places(now time.Time) []place {
	out := []place{{"prepared", t.live.At(rollout.Prepared, 0, now)}}
	for i, s := range t.Config.Plan.Stages {
		out = append(out, place{s.Name, t.live.At(rollout.Running, i+1, now)})
	}
	return append(out, place{rolledBack, t.live.At(rollout.RolledBack, t.live.Written.Stage, now)})
}

// adopted returns the state of the named place, or, without a name, of the only place with the
// weights of the holders.
func (t Tree) adopted(as string, now time.Time) (rollout.State, error) {
	all := t.places(now)
	if number, found := t.Config.Plan.StageNumber(as); found {
		return all[number].state, nil
	}
	var meant []place
	for _, p := range all {
		if as == p.name || as == "" && t.allHold(t.Config.Plan.Weights(p.state)) {
			meant = append(meant, p)
		}
	}
	switch {
	case len(meant) == 0 && as != "":
		return rollout.State{}, fmt.Errorf("%w: %q is not one of %s", ErrNoPlace, as, names(all))
	case len(meant) == 0:
		return rollout.State{}, fmt.Errorf("the weights are those of no place of the plan: -as PLACE sets those of "+
			"the place that is meant, one of %s; found\n%s", names(all), t.spellFound())
	case len(meant) > 1:
		if i := slices.IndexFunc(meant, func(p place) bool { return t.isAt(p.state) }); i >= 0 {
			return meant[i].state, nil
		}
		return rollout.State{}, fmt.Errorf("the weights are those of several places: say with -as which is meant, %s",
			names(meant))
	}
	return meant[0].state, nil
}

// isAt reports whether a release with an edited plan was at this place, by its old state.
func (t Tree) isAt(s rollout.State) bool {
	old := t.live.Written
	running := old.Phase == rollout.Running || old.Phase == rollout.Paused || old.Phase == rollout.Finished
	return !t.Prepared() && old.Stage == s.Stage && (old.Phase == s.Phase || running && s.Phase == rollout.Running)
}

func names(places []place) string {
	var out []string
	for _, p := range places {
		out = append(out, p.name)
	}
	return strings.Join(out, ", ")
}

// allHold reports whether all routes, or all lanes, have the weights.
func (t Tree) allHold(weights rollout.Weights) bool {
	return len(t.missing(weights)) == 0 &&
		!slices.ContainsFunc(t.live.Holders, func(h release.Holder) bool { return h.Drift("", weights) != nil })
}
