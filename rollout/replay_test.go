package rollout_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/rollout"
)

// kept is what a caller persists.
type kept struct {
	State    rollout.State
	Evidence rollout.Evidence
	History  rollout.History
}

// A caller may crash between any two of his writes, and then repeats what he did last. What
// he has after that is what he would have had.
func TestWhoCrashedMayRepeatHimself(t *testing.T) {
	p := gated()
	p.Stages[1].Gate.Approvals[0].Count = 2
	r := enter(p, 1)
	r.evidence = must(p.Evidence(r.state, "cid"))
	k := kept{State: r.state, Evidence: r.evidence}
	text := func() string { return string(must(json.Marshal(k))) }
	observe := func(o rollout.Observation) {
		k.Evidence = must(p.Observe(k.State, k.Evidence, o))
		once := text()
		e, err := p.Observe(k.State, k.Evidence, o)
		requireNoEvidence(t, e, err)
		require.ErrorIs(t, err, rollout.ErrSeen)
		require.Equal(t, once, text())
	}
	approve := func(by string) {
		e := k.Evidence
		a := rollout.Approval{Role: "owner", By: by, At: r.now, PlanDigest: k.State.PlanDigest, Stay: e.Stay}
		k.Evidence = must(p.Approve(k.State, e, a))
		once := text()
		e, err := p.Approve(k.State, k.Evidence, a)
		requireNoEvidence(t, e, err)
		require.ErrorIs(t, err, rollout.ErrTwice)
		require.Equal(t, once, text())
	}
	apply := func(e rollout.Event) {
		before := k
		k.State = must(p.Apply(k.State, e))
		// The state alone was written: the same event is stale, and the same record is made.
		s, err := p.Apply(k.State, e)
		requireZero(t, s, err)
		require.ErrorIs(t, err, rollout.ErrStale)
		k.History = p.Record(k.History, k.State, e)
		once := text()
		k.History = p.Record(k.History, k.State, e)
		require.Equal(t, once, text())
		// Nothing was written: all of it again comes to the same.
		k = before
		k.State = must(p.Apply(k.State, e))
		k.History = p.Record(k.History, k.State, e)
		require.Equal(t, once, text())
	}
	from := k.State.Since
	for i := range 12 {
		at := from.Add(time.Duration(i) * time.Minute)
		observe(window("mocka", at, 0, 100, 1, 900))
		observe(window("mockb", at, 0, 100, 1, 900))
		observe(memory(at, 0.1, 0.1))
	}
	approve("ann")
	r.now = from.Add(12 * time.Minute)
	apply(rollout.Event{Kind: rollout.Pause, Revision: k.State.Revision, At: r.now})
	observe(memory(r.now, 0.1, 0.1))
	approve("bob")
	apply(rollout.Event{Kind: rollout.Resume, Revision: k.State.Revision, At: r.now.Add(time.Minute)})
	f := rollout.Facts{State: k.State, Evidence: k.Evidence, Now: r.now.Add(2 * time.Minute)}
	d := must(p.Decide(f))
	require.Equal(t, d, must(p.Decide(f)))
	require.Equal(t, rollout.ActPromote, d.Action, d)
	e, ok := d.Event(f, "bot")
	require.True(t, ok)
	apply(e)
	require.Equal(t, 2, k.State.Stage)
	require.Equal(t, "the gate of stage b is open", k.History.Moves[2].Reason)
}

// Evidence that was not written when the state was finds out by itself: bringing it up to
// date first makes no difference.
func TestEvidenceMayLagBehindTheState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := drawGated(t)
		d := newDriver(t, plan)
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			d.step(t)
			now := must(plan.Now(d.state, d.evidence))
			require.Equal(t, now, must(plan.Now(d.state, now)))
			f := rollout.Facts{State: d.state, Evidence: d.evidence, Now: d.now, Zones: zones0}
			lagging := must(plan.Decide(f))
			f.Evidence = now
			require.Equal(t, must(plan.Decide(f)), lagging)
			if len(d.cells) > 0 {
				o := rapid.SampledFrom(d.cells).Draw(t, "cell of lagging evidence")
				o.From, o.To, o.NoData = d.now, d.now.Add(time.Minute), "no series"
				a, err := plan.Observe(d.state, d.evidence, o)
				b, err2 := plan.Observe(d.state, now, o)
				require.Equal(t, a, b)
				require.Equal(t, err, err2)
			}
		}
	})
}
