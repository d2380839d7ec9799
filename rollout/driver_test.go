package rollout_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/rollout"
)

// driver drives a random release of a plan: observations that are mostly sensible,
// approvals, moves by people, pauses, and time that now and then runs backwards.
type driver struct {
	plan     rollout.Plan
	checked  rollout.Checked // the same plan: it must give the same answers
	state    rollout.State
	evidence rollout.Evidence
	now      time.Time
	lanes    []string
	cells    []rollout.Observation // a metric and service each
	windows  []rollout.Observation // what was folded
}

func newDriver(t *rapid.T, plan rollout.Plan) *driver {
	d := &driver{plan: plan, checked: must(plan.Checked()), state: must(plan.Prepare(t0)), now: t0,
		lanes: plan.Before.Lanes()}
	d.evidence.Author = rapid.SampledFrom([]string{"", "ann", "eve"}).Draw(t, "author")
	for _, m := range plan.Metrics {
		if len(m.Services) == 0 {
			d.cells = append(d.cells, rollout.Observation{Metric: m.Name})
		}
		for _, s := range m.Services {
			d.cells = append(d.cells, rollout.Observation{Metric: m.Name, Service: s})
		}
	}
	return d
}

// step does one random thing, and fails on an unexpected error.
func (d *driver) step(t *rapid.T) {
	d.now = d.now.Add(time.Duration(rapid.SampledFrom([]int{-60, 0, 1, 30, 60, 60, 60, 600, 7200}).Draw(t,
		"seconds")) * time.Second)
	switch what := rapid.SampledFrom([]string{"observe", "observe", "observe", "observe", "approve", "move",
		"decide"}).Draw(t, "what"); what {
	case "observe":
		if len(d.cells) > 0 {
			d.observe(t)
		}
	case "approve":
		a := rollout.Approval{
			Role: rapid.SampledFrom([]string{"owner", "qa", "ops"}).Draw(t, "role"),
			By:   rapid.SampledFrom([]string{"ann", "bob", "ü", "eve"}).Draw(t, "by"),
			At:   d.now, PlanDigest: d.state.PlanDigest, Stay: d.evidence.Stay,
		}
		if e, err := d.plan.Approve(d.state, d.evidence, a); err == nil {
			d.evidence = e
		}
	case "move":
		kind := rapid.SampledFrom([]rollout.EventKind{rollout.Start, rollout.Start, rollout.Promote, rollout.Promote,
			rollout.StepBack, rollout.Pause, rollout.Resume}).Draw(t, "move")
		e := rollout.Event{Kind: kind, Revision: d.state.Revision, At: d.now, Evidence: d.evidence, Zones: zones0}
		if kind == rollout.Start || kind == rollout.Promote {
			e.By, e.Override = "ann", "random"
		}
		s, err := d.plan.Apply(d.state, e)
		same(t, s, err)(d.checked.Apply(d.state, e))
		if err == nil {
			d.state = s
		}
	case "decide":
		f := rollout.Facts{State: d.state, Evidence: d.evidence, Now: d.now, Zones: zones0}
		decision, err := d.plan.Decide(f)
		same(t, decision, err)(d.checked.Decide(f))
		if err != nil {
			t.Fatalf("decide: %v", err)
		}
		if e, ok := decision.Event(f, "bot"); ok && decision.Action != rollout.ActRollBack &&
			decision.Action != rollout.ActFinish {
			s, err := d.plan.Apply(d.state, e)
			if err != nil {
				t.Fatalf("%s is refused: %v", decision, err)
			}
			d.state = s
		}
	}
}

// same fails unless a second answer equals the first, including the error.
func same[T any](t require.TestingT, want T, failed error) func(T, error) {
	return func(got T, err error) {
		require.Equal(t, want, got)
		require.Equal(t, fmt.Sprint(failed), fmt.Sprint(err))
	}
}

// observe folds a window: mostly the next one, sometimes one that was folded, or another
// that must be refused.
func (d *driver) observe(t *rapid.T) {
	o := rapid.SampledFrom(d.cells).Draw(t, "cell")
	o.From = d.now.Add(-time.Duration(rapid.SampledFrom([]int{60, 60, 60, 30, 0, 600}).Draw(t, "ago")) * time.Second)
	o.To = o.From.Add(time.Minute)
	if len(d.windows) > 0 && rapid.IntRange(0, 4).Draw(t, "repeats") == 0 {
		o = rapid.SampledFrom(d.windows).Draw(t, "window")
	} else {
		d.fill(t, &o)
	}
	e, err := d.plan.Observe(d.state, d.evidence, o)
	same(t, e, err)(d.checked.Observe(d.state, d.evidence, o))
	switch {
	case err == nil:
		d.evidence = e
		d.windows = append(d.windows, o)
	case errors.Is(err, rollout.ErrSeen), errors.Is(err, rollout.ErrOverlap), errors.Is(err, rollout.ErrBefore):
	default:
		t.Fatalf("observe %v: %v", o, err)
	}
}

func (d *driver) fill(t *rapid.T, o *rollout.Observation) {
	switch rapid.IntRange(0, 5).Draw(t, "measured") {
	case 0:
		o.NoData = "no series"
		return
	case 1:
		o.Err = fmt.Sprint("timeout ", o.Metric)
		return
	}
	for _, m := range d.plan.Metrics {
		if m.Name != o.Metric {
			continue
		}
		for _, lane := range d.lanes {
			l := rollout.LaneCount{Lane: lane}
			if m.Kind == rollout.Counts {
				l.Total = rapid.SampledFrom([]int64{0, 1, 100, 1000, 1 << 53}).Draw(t, "total")
				l.Bad = min(l.Total, rapid.SampledFrom([]int64{0, 0, 0, 1, 10, 1 << 53}).Draw(t, "bad"))
			} else if rapid.IntRange(0, 3).Draw(t, "has value") > 0 {
				l.Value = ptr(rapid.SampledFrom([]float64{0, 0.5, 2, -1e15, 1e15, 1e-300}).Draw(t, "value"))
			}
			o.Lanes = append(o.Lanes, l)
		}
	}
}
