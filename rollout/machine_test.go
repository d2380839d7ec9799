package rollout_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/rollout"
)

// release is a release under test: what happens to it, and all that happened.
type release struct {
	plan    rollout.Plan
	digest  string // of the plan as it was at first
	text    string // the plan as it was at first
	state   rollout.State
	now     time.Time
	history []rollout.Event // what was taken
	closed  rollout.Weights // the weights at the end, once it is over
}

// TestInvariants drives random releases of random plans and checks, after every
// event, what must always hold.
func TestInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := gen.Plan(t, gen.App(t))
		r := &release{plan: plan, digest: plan.Digest(), text: string(must(json.Marshal(plan))),
			state: must(plan.Prepare(t0)), now: t0}
		actions := map[string]func(*rapid.T){"": r.check}
		for _, kind := range []rollout.EventKind{rollout.Start, rollout.Promote, rollout.StepBack, rollout.Pause,
			rollout.Resume, rollout.Finish} {
			actions[string(kind)] = func(t *rapid.T) { r.event(t, kind) }
		}
		actions["roll back"] = func(t *rapid.T) { // rarely: it ends the release
			if rapid.IntRange(0, 9).Draw(t, "really") == 9 {
				r.event(t, rollout.RollBack)
			}
		}
		actions["refused"] = r.refused
		t.Repeat(actions)
	})
}

// event sends one event and holds what it may change.
func (r *release) event(t *rapid.T, kind rollout.EventKind) {
	r.now = r.now.Add(time.Minute)
	e := rollout.Event{Kind: kind, Revision: r.state.Revision, At: r.now}
	if (kind == rollout.Promote || kind == rollout.StepBack) && rapid.IntRange(0, 3).Draw(t, "names a stage") == 3 {
		e.To = rapid.SampledFrom(r.plan.Stages).Draw(t, "to").Name
	}
	before := r.state
	next, err := r.plan.Apply(before, e)
	again, err2 := r.plan.Apply(before, e)
	require.Equal(t, next, again, "the same inputs give the same outputs")
	require.Equal(t, err == nil, err2 == nil)
	if err != nil {
		require.Equal(t, rollout.State{}, next)
		return
	}
	r.state, r.history = next, append(r.history, e)

	was, is := r.plan.Weights(before), r.plan.Weights(next)
	candidateWas, _ := was.Percent(r.plan.Candidate)
	candidateIs, _ := is.Percent(r.plan.Candidate)
	if candidateIs < candidateWas {
		require.Contains(t, []rollout.EventKind{rollout.StepBack, rollout.RollBack}, kind,
			"the candidate falls only by step back and roll back")
	}
	if kind == rollout.RollBack {
		require.Equal(t, r.plan.Rollback, is, "roll back ends at the recorded weights")
	} else if e.To == "" {
		require.LessOrEqual(t, max(next.Stage-before.Stage, before.Stage-next.Stage), 1, "no stage is jumped over")
	} else {
		require.Equal(t, e.To, r.plan.Stages[next.Stage-1].Name)
	}
	if before.Phase == rollout.Paused && kind != rollout.RollBack {
		require.Equal(t, was, is, "a pause holds the weights")
	}
	if before != next {
		require.Equal(t, before.Revision+1, next.Revision)
		require.Equal(t, r.now, next.Since)
	}
}

// refused sends what must be refused wherever the release stands.
func (r *release) refused(t *rapid.T) {
	stale := rapid.Int64().Filter(func(n int64) bool { return n != r.state.Revision }).Draw(t, "revision")
	_, err := r.plan.Apply(r.state, rollout.Event{Kind: rollout.RollBack, Revision: stale, At: r.now})
	require.ErrorIs(t, err, rollout.ErrStale)

	other := r.plan
	other.Stages = slices.Clone(other.Stages)
	other.Stages[0].Name = "another"
	_, err = other.RollBack(r.state, r.now)
	require.ErrorIs(t, err, rollout.ErrForeign)

	kind := rapid.String().Filter(func(s string) bool { return !slices.Contains(allKinds, rollout.EventKind(s)) }).Draw(
		t, "kind")
	_, err = r.plan.Apply(r.state, rollout.Event{Kind: rollout.EventKind(kind), Revision: r.state.Revision, At: r.now})
	require.NotEmpty(t, fieldtest.Of(err))
}

var allKinds = []rollout.EventKind{rollout.Start, rollout.Promote, rollout.StepBack, rollout.Pause, rollout.Resume,
	rollout.RollBack, rollout.Finish}

// check holds what is true of every reachable state.
func (r *release) check(t *rapid.T) {
	require.Equal(t, r.text, string(must(json.Marshal(r.plan))), "the plan is never changed")
	require.NoError(t, r.plan.Check(r.state))

	weights := r.plan.Weights(r.state)
	sum := 0
	for i, w := range weights {
		require.Equal(t, r.plan.Before[i].Lane, w.Lane, "same lanes, same order")
		require.GreaterOrEqual(t, w.Percent, 0)
		require.LessOrEqual(t, w.Percent, 100)
		sum += w.Percent
	}
	require.Len(t, weights, len(r.plan.Before))
	require.Equal(t, 100, sum)

	var read rollout.State
	roundTrip(t, r.state, &read)
	require.Equal(t, r.state, read)

	folded := must(r.plan.Prepare(t0))
	for _, e := range r.history {
		folded = must(r.plan.Apply(folded, e))
	}
	require.Equal(t, r.state, folded, "the state is what its events make")

	rolledBack, err := r.plan.RollBack(r.state, r.now)
	if r.state.Phase == rollout.Finished {
		require.ErrorIs(t, err, rollout.ErrFinished)
	} else {
		require.NoError(t, err, "roll back is possible from every unfinished state")
		require.Equal(t, r.plan.Rollback, r.plan.Weights(rolledBack))
	}
	if r.state.Closed() {
		if r.closed == nil {
			r.closed = weights
		}
		require.Equal(t, r.closed, weights, "what is over changes no more")
	}
}
