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
			m.Kind, guard, check = rollout.Value, rollout.Check{Metric: name, Ceiling: ptr(1.0)}, rollout.Check{Metric: name, Ceiling: ptr(0.9)}
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

func BenchmarkDecide(b *testing.B) {
	r := sixChecks()
	f := rollout.Facts{State: r.state, Evidence: r.evidence, Now: r.now}
	b.ReportAllocs()
	for b.Loop() {
		if d, err := r.plan.Decide(f); err != nil || d.Action != rollout.ActPromote {
			b.Fatal(d, err)
		}
	}
}

func BenchmarkApplyGated(b *testing.B) {
	r := sixChecks()
	e := rollout.Event{Kind: rollout.Promote, Revision: r.state.Revision, At: r.now, Evidence: r.evidence}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.plan.Apply(r.state, e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkObserve(b *testing.B) {
	r := sixChecks()
	o := window("", r.now, 1, 100, 1, 900)
	o.Lanes = append(o.Lanes, rollout.LaneCount{Lane: "v2", Total: 10})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.plan.Observe(r.state, r.evidence, o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/3, "ns/counter")
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
}
