package rollout_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/rollout"
)

// Decide and Apply agree. What Decide says Apply takes, whatever it is. Where a gate guards
// the next place, Apply takes the event that goes on to it exactly when Decide says so.
// Where none does, Decide leaves the event to people, and Apply may take it.
func TestDecideAndApplyAgree(t *testing.T) {
	met := map[rollout.Action]int{}
	rapid.Check(t, func(t *rapid.T) {
		plan := drawGated(t)
		d := newDriver(t, plan)
		for range rapid.IntRange(0, 25).Draw(t, "steps") {
			d.step(t)
			f := rollout.Facts{State: d.state, Evidence: d.evidence, Now: d.now, Zones: zones0}
			decision := must(plan.Decide(f))
			met[decision.Action]++
			if e, ok := decision.Event(f, "bot"); ok {
				next, err := plan.Apply(d.state, e)
				require.NoError(t, err, decision)
				if decision.To != "" {
					require.Equal(t, decision.To, plan.Stages[next.Stage-1].Name)
				}
			}
			kind, gate := onward(plan, d.state)
			e := rollout.Event{Kind: kind, Revision: d.state.Revision, At: d.now, Evidence: d.evidence, Zones: zones0}
			_, err := plan.Apply(d.state, e)
			goesOn := decision.Action == rollout.ActStart || decision.Action == rollout.ActPromote ||
				decision.Action == rollout.ActFinish
			if gate != nil {
				require.Equal(t, goesOn, err == nil, "%s, %v", decision, err)
			} else {
				require.False(t, goesOn)
			}
		}
	})
	for _, a := range []rollout.Action{rollout.ActStart, rollout.ActHold, rollout.ActRollBack} {
		require.NotZero(t, met[a], "the releases never met %s", a)
	}
}

// onward returns the event that goes on from s, and the gate in front of it.
func onward(p rollout.Plan, s rollout.State) (rollout.EventKind, *rollout.Gate) {
	switch {
	case s.Stage == 0:
		return rollout.Start, p.Stages[0].Gate
	case s.Stage == len(p.Stages):
		return rollout.Finish, p.FinishGate
	}
	return rollout.Promote, p.Stages[s.Stage].Gate
}

// Of all that is wrong with an event the first in this order is told.
func TestRefusalsAreOrdered(t *testing.T) {
	p := gated()
	p.Freezes = []rollout.Freeze{{Zone: "UTC", Days: []string{t0.Format("Mon")}}}
	good := func() (rollout.State, rollout.Event) {
		r := enter(p, 1)
		return r.state, rollout.Event{Kind: rollout.Promote, Revision: r.state.Revision, At: r.now, Zones: zones()}
	}
	// Each spoils an event more; the faults of those below are left in it.
	steps := []struct {
		want  error // nil: field errors
		spoil func(s *rollout.State, e *rollout.Event)
	}{
		{rollout.ErrGated, func(_ *rollout.State, e *rollout.Event) { e.At = t0.Add(24 * time.Hour) }},
		{rollout.ErrFrozen, func(_ *rollout.State, e *rollout.Event) { e.At = t0 }},
		{rollout.ErrLastStage, func(s *rollout.State, _ *rollout.Event) { s.Stage = 4 }},
		{nil, func(_ *rollout.State, e *rollout.Event) { e.To = "nowhere" }},
		{rollout.ErrForeign, func(s *rollout.State, _ *rollout.Event) { s.PlanDigest = seed().Digest() }},
		{rollout.ErrStale, func(_ *rollout.State, e *rollout.Event) { e.Revision++ }},
	}
	s, e := good()
	for _, step := range steps {
		step.spoil(&s, &e)
		next, err := p.Apply(s, e)
		requireZero(t, next, err)
		for _, other := range steps {
			if other.want != nil {
				require.Equal(t, step.want == other.want, errors.Is(err, other.want), "%v", err)
			}
		}
		if step.want == nil {
			fieldtest.Equal(t, field.ErrorList{fieldtest.NotFound("to")}, fieldtest.Of(err))
		}
	}
}

// Start asks the gate of the first stage, a promotion those of all stages on the way, and
// finish the plan's own.
func TestWhichGatesAreAsked(t *testing.T) {
	shut := &rollout.Gate{Dwell: rollout.Dwell{Min: 60 * minute}}
	for target := 1; target <= 5; target++ { // the only gate that is shut
		p := seed()
		for i := range p.Stages {
			p.Stages[i].Gate = &rollout.Gate{}
		}
		if target <= 4 {
			p.Stages[target-1].Gate = shut
		} else {
			p.FinishGate = shut
		}
		for from := 0; from <= 4; from++ {
			r := enter(p, from)
			for to := from + 1; to <= 4 && from > 0 || to <= 1; to++ {
				e := rollout.Event{Kind: rollout.Promote, Revision: r.state.Revision, At: r.now,
					To: p.Stages[to-1].Name}
				if from == 0 {
					e.Kind, e.To = rollout.Start, ""
				}
				_, err := p.Apply(r.state, e)
				require.Equal(t, from < target && target <= to, err != nil, "gate %d, from %d to %d", target, from, to)
				if err != nil {
					require.ErrorIs(t, err, rollout.ErrGated)
				}
			}
			if from == 4 {
				_, err := p.Finish(r.state, r.now)
				require.Equal(t, target == 5, err != nil)
			}
			for _, free := range []rollout.EventKind{rollout.StepBack, rollout.Pause, rollout.RollBack} {
				if from > 1 {
					require.NoError(t, second(p.Apply(r.state,
						rollout.Event{Kind: free, Revision: r.state.Revision, At: r.now})))
				}
			}
		}
	}
}

// What guards say keeps a release where it is, though no gate is on the way.
func TestGuardsKeepPeopleFromGoingOn(t *testing.T) {
	p := seed()
	p.Metrics, p.Guards = gated().Metrics[:1], gated().Guards
	r := enter(p, 1)
	require.NoError(t, second(p.Promote(r.state, r.now)), "nothing failed, and no gate wants that more is seen")
	for r.evidence.Schema == 0 || r.evidence.Tallies[guardA].Failed == 0 {
		r.see(window("mocka", r.now, 30, 100, 1, 900))
	}
	e := rollout.Event{Kind: rollout.Promote, Revision: r.state.Revision, At: r.now, Evidence: r.evidence}
	_, err := p.Apply(r.state, e)
	require.ErrorIs(t, err, rollout.ErrGated)
	require.ErrorContains(t, err, "errors at mocka: 90 of 93 bad requests were the candidate's")
	for _, kind := range []rollout.EventKind{rollout.Pause, rollout.RollBack} {
		e.Kind = kind
		require.NoError(t, second(p.Apply(r.state, e)))
	}
}

// A step that is larger than the rails let is refused, though each stage keeps to them.
func TestLargestStepOfAPromotion(t *testing.T) {
	p := seed()
	p.Rails = &rollout.Rails{LargestStep: 50}
	r := enter(p, 1)
	e := rollout.Event{Kind: rollout.Promote, Revision: r.state.Revision, At: r.now}
	require.NoError(t, second(p.Apply(r.state, e)))
	e.To = "c"
	_, err := p.Apply(r.state, e)
	require.ErrorIs(t, err, rollout.ErrGated)
	require.EqualError(t, err,
		"promote from stage 1 of 4, a: the gate is shut: the candidate may rise by 50% at once, not by 70%")
	e.By, e.Override = "ann", "v2 is on fire"
	require.NoError(t, second(p.Apply(r.state, e)))
}

func TestOverridesLiftFreezesAndGatesAlone(t *testing.T) {
	p := gated()
	p.Freezes = []rollout.Freeze{{Zone: "UTC", Days: []string{t0.Format("Mon")}}}
	r := enter(p, 1)
	e := rollout.Event{Kind: rollout.Promote, Revision: r.state.Revision, At: r.now, Override: "v2 is on fire",
		Reason: "hold"}
	fieldtest.Equal(t, field.ErrorList{fieldtest.Required("by")}, fieldtest.Of(second(p.Apply(r.state, e))))
	e.By = "ann"
	next := must(p.Apply(r.state, e))
	require.Equal(t, 2, next.Stage)

	h := p.Record(rollout.History{}, next, e)
	require.Equal(t, []rollout.Move{{Kind: rollout.Promote, To: "b", Revision: next.Revision, At: next.Since, By: "ann",
		Reason: "v2 is on fire", Override: true}}, h.Moves)
	require.Equal(t, "2026-03-11T08:01:00Z promote to b by ann, gates overridden: v2 is on fire\n", h.Text())

	for _, kind := range []rollout.EventKind{rollout.StepBack, rollout.Pause, rollout.Resume, rollout.RollBack} {
		e := rollout.Event{Kind: kind, Revision: next.Revision, At: r.now, By: "ann", Override: "x"}
		fieldtest.Equal(t, field.ErrorList{fieldtest.Forbidden("override")}, fieldtest.Of(second(p.Apply(next, e))))
	}
	e.Override, e.By = strings.Repeat("x", 257), long
	fieldtest.Equal(t, field.ErrorList{fieldtest.TooLong("override"), fieldtest.TooLong("by")},
		fieldtest.Of(second(p.Apply(r.state, e))))
	e.Override, e.By = "x", "ann"
	e.Revision--
	require.ErrorIs(t, second(p.Apply(r.state, e)), rollout.ErrStale)
	last := enter(p, 4)
	require.ErrorIs(t, second(p.Apply(last.state,
		rollout.Event{Kind: rollout.Promote, Revision: last.state.Revision, At: t0, By: "ann", Override: "x"})),
		rollout.ErrLastStage)
}

// Next is the table: it asks no gate.
func TestNextIgnoresGates(t *testing.T) {
	free, shut := seed(), gated()
	shut.Freezes = []rollout.Freeze{{Zone: "UTC", First: "2000-01-01", Last: "2100-01-01"}}
	for stage := range 5 {
		require.Equal(t, free.Next(enter(free, stage).state), shut.Next(enter(shut, stage).state))
	}
}
