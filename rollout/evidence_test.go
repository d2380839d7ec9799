package rollout_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// The tallies of the gated plan, in its order.
const (
	guardA = iota // errors at mocka
	guardB
	gateMemory
	gateRatioA
	gateRatioB
	gateCeilingA
	gateCeilingB
	tallies
)

// counted is what a window of errors at mocka was counted for.
type counted struct {
	guardRatio, guardCeiling, gateRatio, gateCeiling, data bool
}

func countedOf(e rollout.Evidence) counted {
	return counted{
		guardRatio:   e.Tallies[guardA].Ratio.Windows == 1,
		guardCeiling: e.Tallies[guardA].Ceiling.Windows == 1,
		gateRatio:    e.Tallies[gateRatioA].Good != sequential.Good{},
		gateCeiling:  e.Tallies[gateCeilingA].Good != sequential.Good{},
		data:         e.Windows[0].Data != 0,
	}
}

func TestWhatAWindowIsCountedFor(t *testing.T) {
	all := counted{true, true, true, true, true}
	alone := counted{guardCeiling: true, gateCeiling: true, data: true} // nothing to compare with
	guards := counted{guardRatio: true, guardCeiling: true, data: true}
	settle := func(p *rollout.Plan) { p.Settle = 5 * minute }
	for name, test := range map[string]struct {
		plan   func(p *rollout.Plan)
		stage  int
		before func(r *entered)
		window func(o *rollout.Observation)
		want   counted
	}{
		"all": {stage: 1, want: all},
		"no request": {stage: 1,
			window: func(o *rollout.Observation) { o.Lanes[1] = rollout.LaneCount{Lane: "v3"} }},
		"no candidate": {stage: 1, window: func(o *rollout.Observation) { o.Lanes = o.Lanes[:1] }},
		"no other request": {stage: 1,
			window: func(o *rollout.Observation) { o.Lanes[0] = rollout.LaneCount{Lane: "v1"} }, want: alone},
		"no other lane": {stage: 1, window: func(o *rollout.Observation) { o.Lanes = o.Lanes[1:] },
			want: alone},
		"no data": {stage: 1,
			window: func(o *rollout.Observation) { o.Lanes, o.NoData = nil, "no series" }},
		"error":                {stage: 1, window: func(o *rollout.Observation) { o.Lanes, o.Err = nil, "timeout" }},
		"nothing said":         {stage: 1, window: func(o *rollout.Observation) { o.Lanes = nil }},
		"30%":                  {stage: 2, want: all},
		"80%":                  {stage: 3, want: alone},
		"100%":                 {stage: 4, want: alone},
		"prepared, no request": {stage: 0, window: func(o *rollout.Observation) { o.Lanes = o.Lanes[:1] }},
		"prepared, mirrored":   {stage: 0, want: all},
		"while it settles":     {plan: settle, stage: 1, window: shift(5*time.Minute - time.Second), want: alone},
		"settled":              {plan: settle, stage: 1, window: shift(5 * time.Minute), want: all},
		"while paused":         {stage: 1, before: pause, want: guards},
		"late, while paused":   {stage: 1, before: pause, window: shift(-10 * time.Minute), want: guards},
		"over the resume":      {stage: 1, before: resume, window: shift(-time.Second), want: guards},
		"from the resume on":   {stage: 1, before: resume, want: all},
		"settled by the stay":  {plan: settle, stage: 1, before: resume, want: all}, // a pause does not move requests
		"a fraction of seconds": {stage: 1,
			window: func(o *rollout.Observation) { o.From = o.From.Add(time.Second - 1) }, want: all},
	} {
		t.Run(name, func(t *testing.T) {
			p := gated()
			if test.plan != nil {
				test.plan(&p)
			}
			r := enter(p, test.stage)
			o := window("mocka", r.now, 2, 100, 3, 900)
			r.see(window("mockb", r.now, 0, 1, 0, 1)) // so that the evidence knows the stay
			r.now = o.From
			if test.before != nil {
				test.before(&r)
				o = window("mocka", r.state.Since, 2, 100, 3, 900)
			}
			if test.window != nil {
				test.window(&o)
			}
			r.see(o)
			require.Equal(t, test.want, countedOf(r.evidence))
			require.Len(t, r.evidence.Tallies, tallies)
			w := r.evidence.Windows[0]
			require.Equal(t, []int64{o.From.Unix(), o.To.Unix()}, []int64{w.From, w.To})
			require.Equal(t, test.want.data, w.Missing == 0)
			require.Equal(t, test.want.data, w.Data == w.To)
			if test.want.data {
				require.Equal(t, sequential.Counts{Bad: 2, Total: 100}, r.evidence.Tallies[guardA].All)
			}
			if test.want.guardRatio {
				g := r.evidence.Tallies[guardA]
				require.Equal(t, sequential.Counts{Bad: 2, Total: 100}, g.Compared)
				require.Equal(t, sequential.Counts{Bad: 3, Total: 900}, g.Others)
				require.Equal(t, int64(5*1000*2*100/(2*100+900)), g.Expected)
			}
			require.Equal(t, rollout.Tally{}, r.evidence.Tallies[gateMemory], "another metric")
		})
	}
}

func shift(by time.Duration) func(o *rollout.Observation) {
	return func(o *rollout.Observation) { o.From, o.To = o.From.Add(by), o.To.Add(by) }
}

// pause and resume let the evidence see that they happened.
func pause(r *entered) { r.move(rollout.Pause, 10*time.Minute); r.again() }

func resume(r *entered) { pause(r); r.move(rollout.Resume, 10*time.Minute); r.again() }

// The tests are those of package sequential, at the plan's risks and with its clumps.
func TestWindowsAreFoldedAsThePlanSays(t *testing.T) {
	p := gated()
	p.Guards[0].Clump, p.Stages[2].Gate.Checks[0].Clump, p.FinishGate.Checks[0].Clump = 2, 3, 4
	p.Alpha = 0.04 // shared by two services and two tests
	r := enter(p, 1)
	var ratio, ceiling sequential.Worse
	var good, below sequential.Good
	limit := sequential.Limit(0.01)
	for i := range int64(20) {
		mine, others := sequential.Counts{Bad: i % 4 / 3, Total: 40}, sequential.Counts{Bad: i % 2, Total: 360}
		r.see(window("mocka", r.now, mine.Bad, mine.Total, others.Bad, others.Total))
		ratio, ceiling = ratio.Share(2, mine, others, 2, limit), ceiling.Ceiling(0.05, mine, 2, limit)
		good, below = good.Share(3, mine, others, 3), below.Ceiling(0.1, mine, 4)
	}
	require.Zero(t, r.evidence.Tallies[guardA].Failed)
	require.Equal(t, ratio, r.evidence.Tallies[guardA].Ratio)
	require.Equal(t, ceiling, r.evidence.Tallies[guardA].Ceiling)
	require.Equal(t, good, r.evidence.Tallies[gateRatioA].Good)
	require.Equal(t, below, r.evidence.Tallies[gateCeilingA].Good)
	require.Equal(t, rollout.Tally{}, r.evidence.Tallies[guardB], "another service")
}

// The candidate is compared with all other lanes.
func TestOtherLanesAreSummed(t *testing.T) {
	r := enter(gated(), 1)
	o := window("mocka", r.now, 1, 10, 2, 20)
	o.Lanes = append(o.Lanes, rollout.LaneCount{Lane: "v2", Bad: 3, Total: 30})
	r.see(o)
	require.Equal(t, sequential.Counts{Bad: 5, Total: 50}, r.evidence.Tallies[guardA].Others)
}

// A guard fails when its evidence reaches the threshold of its part of alpha, and it
// stays failed: later windows do not undo it.
func TestGuardsFailForGood(t *testing.T) {
	r := enter(gated(), 1)
	threshold := sequential.Threshold(0.01 / 4)
	for range 200 {
		r.see(window("mocka", r.now, 5, 100, 1, 900))
		g := r.evidence.Tallies[guardA]
		require.Equal(t, g.Ratio.Log() >= threshold || g.Ceiling.Log() >= threshold, g.Failed != 0)
		if g.Failed != 0 {
			break
		}
	}
	g := r.evidence.Tallies[guardA]
	require.Equal(t, r.evidence.Stay, g.Failed)
	for range 50 {
		r.see(window("mocka", r.now, 0, 1000, 9, 9000))
	}
	require.Equal(t, g, r.evidence.Tallies[guardA])
	require.Equal(t, rollout.ActRollBack, r.decide().Action)
}

// A gate that was shown good stays so for the stay.
func TestGoodIsShownForTheStay(t *testing.T) {
	r := enter(gated(), 2)
	for r.evidence.Schema == 0 || r.evidence.Tallies[gateRatioA].Passes == 0 {
		r.see(window("mocka", r.now, 1, 300, 10, 700))
		g := r.evidence.Tallies[gateRatioA]
		require.Equal(t, g.Good.Log() >= sequential.Threshold(0.05), g.Passes == 1)
	}
	r.see(window("mocka", r.now, 30, 300, 10, 700))
	require.Equal(t, 1, r.evidence.Tallies[gateRatioA].Passes)
}

func TestWhatAValueIsJudgedBy(t *testing.T) {
	for name, test := range map[string]struct {
		check            rollout.Check
		value            float64
		others           []float64 // of v1 and v2
		passes, failures int
	}{
		"at the ceiling":      {rollout.Check{Ceiling: ptr(0.8)}, 0.8, nil, 1, 0},
		"above the ceiling":   {rollout.Check{Ceiling: ptr(0.8)}, 0.81, nil, 0, 1},
		"at the floor":        {rollout.Check{Floor: ptr(-0.8)}, -0.8, nil, 1, 0},
		"below the floor":     {rollout.Check{Floor: ptr(0.0)}, -0.1, nil, 0, 1},
		"between":             {rollout.Check{Floor: ptr(0.0), Ceiling: ptr(1.0)}, 0.5, nil, 1, 0},
		"at the ratio":        {rollout.Check{Ratio: ptr(2.0)}, 4, []float64{1, 2}, 1, 0},
		"above the ratio":     {rollout.Check{Ratio: ptr(2.0)}, 4.1, []float64{2, 1}, 0, 1},
		"at the difference":   {rollout.Check{Difference: ptr(2.0)}, 4, []float64{1, 2}, 1, 0},
		"above a difference":  {rollout.Check{Difference: ptr(2.0)}, 4.1, []float64{1, 2}, 0, 1},
		"one of two":          {rollout.Check{Ceiling: ptr(9.0), Ratio: ptr(1.0)}, 4.1, []float64{1, 2}, 0, 1},
		"nothing to compare":  {rollout.Check{Ratio: ptr(2.0)}, 4, nil, 0, 0},
		"nothing to compare2": {rollout.Check{Difference: ptr(2.0), Ceiling: ptr(1.0)}, 4, nil, 0, 0},
		"zero":                {rollout.Check{Ratio: ptr(2.0)}, 0, []float64{0, 0}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := gated()
			test.check.Metric = "memory"
			p.Stages[1].Gate.Checks[0] = test.check
			require.Empty(t, p.Validate())
			r := enter(p, 1)
			o := rollout.Observation{Metric: "memory", From: r.now, To: r.now.Add(time.Minute),
				Lanes: []rollout.LaneCount{{Lane: "v3", Value: &test.value}}}
			for i, x := range test.others {
				o.Lanes = append(o.Lanes, rollout.LaneCount{Lane: []string{"v1", "v2"}[i], Value: &x})
			}
			r.see(o)
			g := r.evidence.Tallies[gateMemory]
			require.Equal(t, []int{test.passes, test.failures}, []int{g.Passes, g.Failures})
			require.Equal(t, test.value, *g.Value)
			require.Equal(t, len(test.others) > 0, g.Other != nil)
			require.Equal(t, test.failures > 0, g.Failed == r.evidence.Stay,
				"no failure is tolerated when the plan says nothing")
		})
	}
}

// Lanes without weight are not compared with: an idle lane's value says nothing.
func TestIdleLanesAreNotComparedWith(t *testing.T) {
	p := gated()
	p.Stages[0].Weights = rollout.Weights{rollout.W("v1", 90), rollout.W("v2", 0), rollout.W("v3", 10)}
	p.Stages[1].Gate.Checks[0] = rollout.Check{Metric: "memory", Ratio: ptr(1.0)}
	r := enter(p, 1)
	o := memory(r.now, 3, 2)
	o.Lanes = append(o.Lanes, rollout.LaneCount{Lane: "v2", Value: ptr(9.0)})
	r.see(o)
	require.Equal(t, 2.0, *r.evidence.Tallies[gateMemory].Other)
	require.Equal(t, 1, r.evidence.Tallies[gateMemory].Failures)
}

func TestPassesAreInARowAndFailuresAreNot(t *testing.T) {
	p := gated()
	p.Stages[1].Gate.Checks[0].Failures = 2
	r := enter(p, 1)
	for _, test := range []struct {
		value            float64
		passes, failures int
		failed           bool
	}{{0.1, 1, 0, false}, {0.9, 0, 1, false}, {0.1, 1, 1, false}, {0.1, 2, 1, false}, {0.9, 0, 2, false},
		{0.1, 1, 2, false}, {0.9, 0, 3, true}, {0.1, 1, 3, true}} {
		r.see(memory(r.now, test.value, 0))
		g := r.evidence.Tallies[gateMemory]
		require.Equal(t, test, struct {
			value            float64
			passes, failures int
			failed           bool
		}{*g.Value, g.Passes, g.Failures, g.Failed != 0})
	}
}
