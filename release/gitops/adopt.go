package gitops

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/rollout"
)

// Adopt takes over weights that were edited by hand: the state becomes that of
// the place whose weights all routes have, which must be one only of before, a
// stage and rolled back. as names the place instead: "prepared", a stage by name
// or number, or "rolledback"; then the weights become those of the place.
func (t Tree) Adopt(as string, now time.Time) (Commit, error) {
	plan := t.Config.Plan
	if as == "" && t.Prepared() && t.allHold(plan.Weights(t.State)) {
		return Commit{State: t.State}, nil // nobody edited them
	}
	next, err := t.adopted(as, now)
	if err == nil {
		err = plan.Check(next)
	}
	if err != nil {
		return Commit{}, err
	}
	changes, err := t.move(next, t.holders())
	if err != nil {
		return Commit{}, err
	}
	if !next.Closed() {
		added, err := t.candidate(next)
		if err != nil {
			return Commit{}, err
		}
		changes = append(changes, added...)
	}
	return t.commit(next, fmt.Sprintf("%s: adopt %s: %s", t.Config.Name, plan.Place(next), spell(plan.Weights(next))), changes...)
}

// place is where a release can stand, as it is asked for.
type place struct {
	name  string
	state rollout.State
}

// places returns the places of the plan: prepared, the stages, rolledback.
func (t Tree) places(now time.Time) []place {
	next := rollout.State{Schema: rollout.Schema, PlanDigest: t.Config.Plan.Digest(), Revision: t.State.Revision + 1, Since: now.UTC().Truncate(time.Second)}
	at := func(phase rollout.Phase, stage int) rollout.State {
		s := next
		s.Phase, s.Stage = phase, stage
		return s
	}
	out := []place{{"prepared", at(rollout.Prepared, 0)}}
	for i, s := range t.Config.Plan.Stages {
		out = append(out, place{s.Name, at(rollout.Running, i+1)})
	}
	return append(out, place{"rolledback", at(rollout.RolledBack, t.State.Stage)})
}

// adopted returns the state of the place that is named, or, without a name, of the
// only one whose weights the holders have.
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
		return rollout.State{}, fmt.Errorf("adopt as %q: must be one of %s", as, names(all))
	case len(meant) == 0:
		return rollout.State{}, fmt.Errorf("adopt: the weights are those of no place of the plan: say which is meant, one of %s", names(all))
	case len(meant) > 1:
		return rollout.State{}, fmt.Errorf("adopt: the weights are those of several places: say which is meant, %s", names(meant))
	}
	return meant[0].state, nil
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
	return len(t.missing(weights)) == 0 && !slices.ContainsFunc(t.holders(), func(h holder) bool { return drift(h, "", weights) != nil })
}
