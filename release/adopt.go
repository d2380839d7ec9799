package release

import (
	"fmt"
	"slices"
	"time"

	"github.com/swimlane-go/swimlane/rollout"
)

// Adopt takes over weights that were edited by hand: the state becomes that of
// the place whose weights all routes have, which must be one only of before, a
// stage and rolled back. as names the place instead: "prepared", a stage by name
// or number, or "rolledback"; then the weights become those of the place.
func (t Tree) Adopt(as string, now time.Time) (Outcome, error) {
	var candidates []rollout.State
	var names []string // of the candidates, as they are asked for
	plan := t.Config.Plan
	for i, name := range t.places() {
		s := rollout.State{Schema: rollout.Schema, PlanDigest: plan.Digest(), Revision: t.State.Revision + 1, Phase: rollout.Running, Stage: i, Since: now.UTC().Truncate(time.Second)}
		switch i {
		case 0:
			s.Phase = rollout.Prepared
		case len(plan.Stages) + 1:
			s.Phase, s.Stage = rollout.RolledBack, t.State.Stage
		}
		number, _ := plan.StageNumber(as)
		if as == name || number == i && number > 0 || as == "" && t.stand(plan.Weights(s)) {
			candidates, names = append(candidates, s), append(names, name)
		}
	}
	switch {
	case len(candidates) == 0 && as != "":
		return Outcome{}, fmt.Errorf("adopt as %q: must be one of %s", as, list(t.places()))
	case len(candidates) == 0:
		return Outcome{}, fmt.Errorf("adopt: the weights are those of no place of the plan: say which is meant, one of %s", list(t.places()))
	case t.Prepared() && as == "" && slices.ContainsFunc(candidates, func(s rollout.State) bool { return equal(plan.Weights(s), plan.Weights(t.State)) }):
		return Outcome{State: t.State}, nil // nobody edited them
	case len(candidates) > 1:
		return Outcome{}, fmt.Errorf("adopt: the weights are those of several places: say which is meant, %s", list(names))
	}
	next := candidates[0]
	if err := plan.Check(next); err != nil {
		return Outcome{}, err
	}
	changes, err := t.move(next, t.bearers())
	if err != nil {
		return Outcome{}, err
	}
	t2 := t
	t2.State = next
	if !next.Closed() {
		missing, err := t2.candidate(next)
		if err != nil {
			return Outcome{}, err
		}
		changes = append(changes, missing...)
	}
	return t.outcome(next, fmt.Sprintf("%s: adopt %s: %s", t.Config.Name, t2.Place(), spell(plan.Weights(next))), changes...)
}

// places names the places of the plan: prepared, the stages, rolledback.
func (t Tree) places() []string {
	out := []string{"prepared"}
	for _, s := range t.Config.Plan.Stages {
		out = append(out, s.Name)
	}
	return append(out, "rolledback")
}

// stand reports whether all routes, or all lanes, have the weights.
func (t Tree) stand(weights rollout.Weights) bool {
	return len(t.missing(weights)) == 0 && !slices.ContainsFunc(t.bearers(), func(b bearer) bool { return t.drift(b, "", weights) != nil })
}
