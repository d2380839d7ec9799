package rollout_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout"
)

// sixChecks returns a release of which much was seen: three guards and three checks of the
// next gate, each at one service, all open.
func sixChecks() entered {
	p := seed()
	gate := &rollout.Gate{Dwell: rollout.Dwell{Min: minute}}
	for i, name := range []string{"errors", "slow", "memory"} {
		m := rollout.Metric{Name: name, Kind: rollout.Counts}
		guard := rollout.Check{Metric: name, Worse: &rollout.Worse{Ratio: ptr(2.0), Ceiling: ptr(0.05)}}
		check := rollout.Check{Metric: name, Good: &rollout.Good{Ceiling: ptr(0.1)}}
		if i == 2 {
			m.Kind, guard, check = rollout.Value, rollout.Check{Metric: name, Ceiling: ptr(1.0)},
				rollout.Check{Metric: name, Ceiling: ptr(0.9)}
		}
		p.Metrics, p.Guards, gate.Checks = append(p.Metrics, m), append(p.Guards, guard), append(gate.Checks, check)
	}
	p.Stages[1].Gate = gate
	r := enter(p, 1)
	for range 30 {
		o := window("", r.now, 0, 100, 1, 900)
		slow := o
		slow.Metric = "slow"
		r.see(o, slow, memory(o.From, 0.5, 0.5))
	}
	return r
}

func TestTheBenchmarksPlanIsOpen(t *testing.T) {
	r := sixChecks()
	require.Empty(t, r.plan.Validate())
	require.Equal(t, rollout.ActPromote, r.decide().Action)
}

// core is what a Plan and a Checked plan have in common.
type core interface {
	Check(s rollout.State) error
	Decide(f rollout.Facts) (rollout.Decision, error)
	Apply(s rollout.State, e rollout.Event) (rollout.State, error)
	Observe(s rollout.State, e rollout.Evidence, o rollout.Observation) (rollout.Evidence, error)
}

// both runs a benchmark on a plan, and on the same plan checked before.
func both(b *testing.B, p rollout.Plan, run func(b *testing.B, c core)) {
	c, err := p.Checked()
	require.NoError(b, err)
	b.Run("plan", func(b *testing.B) { b.ReportAllocs(); run(b, p) })
	b.Run("checked", func(b *testing.B) { b.ReportAllocs(); run(b, c) })
}

func BenchmarkDecide(b *testing.B) {
	r := sixChecks()
	f := rollout.Facts{State: r.state, Evidence: r.evidence, Now: r.now}
	both(b, r.plan, func(b *testing.B, c core) {
		for b.Loop() {
			if d, err := c.Decide(f); err != nil || d.Action != rollout.ActPromote {
				b.Fatal(d, err)
			}
		}
	})
}

func BenchmarkApplyGated(b *testing.B) {
	r := sixChecks()
	e := rollout.Event{Kind: rollout.Promote, Revision: r.state.Revision, At: r.now, Evidence: r.evidence}
	both(b, r.plan, func(b *testing.B, c core) {
		for b.Loop() {
			if _, err := c.Apply(r.state, e); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkObserve folds one window of three lanes: six counters, a total and a bad one
// of each.
func BenchmarkObserve(b *testing.B) {
	r := sixChecks()
	o := window("", r.now, 1, 100, 1, 900)
	o.Lanes = append(o.Lanes, rollout.LaneCount{Lane: "v2", Total: 10})
	both(b, r.plan, func(b *testing.B, c core) {
		for b.Loop() {
			if _, err := c.Observe(r.state, r.evidence, o); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/6, "ns/counter")
	})
}

func BenchmarkValidate(b *testing.B) {
	r := sixChecks()
	b.ReportAllocs()
	for b.Loop() {
		if errs := r.plan.Validate(); len(errs) > 0 {
			b.Fatal(errs)
		}
	}
}

func BenchmarkDigest(b *testing.B) {
	r := sixChecks()
	b.ReportAllocs()
	for b.Loop() {
		if r.plan.Digest() == "" {
			b.Fatal()
		}
	}
}

// What an event or a decision costs is bounded by allocations, which are the same on every
// machine: none for an event that is allowed, and few for what a decision says.
func TestDecisionsAllocateLittle(t *testing.T) {
	r := sixChecks()
	f := rollout.Facts{State: r.state, Evidence: r.evidence, Now: r.now}
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = r.plan.Decide(f) }), 4.0)
	e := rollout.Event{Kind: rollout.Promote, Revision: r.state.Revision, At: r.now, Evidence: r.evidence}
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = r.plan.Apply(r.state, e) }))
	require.Zero(t, testing.AllocsPerRun(100, func() { r.plan.Validate() }))
	c := must(r.plan.Checked())
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = c.Decide(f) }), 4.0)
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = c.Apply(r.state, e) }))
}
