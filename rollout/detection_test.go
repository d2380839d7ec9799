package rollout_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/rollout"
)

// watched is the seed's plan with a guard of both tests, and gates of ten minutes each, but for
// the last, which asks a person.
func watched() rollout.Plan {
	p := seed()
	p.Metrics = []rollout.Metric{{Name: "errors", Kind: rollout.Counts}}
	p.Guards = []rollout.Check{{Metric: "errors", Worse: &rollout.Worse{Ratio: ptr(1.5), Ceiling: ptr(0.03)}}}
	for i := range p.Stages {
		p.Stages[i].Gate = &rollout.Gate{Dwell: rollout.Dwell{Min: 10 * minute}}
	}
	p.Approvers = map[string][]string{"owner": {"ann"}}
	p.FinishGate = &rollout.Gate{Approvals: []rollout.Approvals{{Role: "owner"}}}
	return p
}

var usual = rollout.Expected{Rate: 20, Errors: 0.01}

func TestDetectionsAreShown(t *testing.T) {
	p := watched()
	golden.Equal(t, "detections.txt", p.DetectionsText(usual, p.Detections(usual)))
	golden.Equal(t, "detections.md", p.DetectionsMarkdown(usual, p.Detections(usual)))
	data, err := json.MarshalIndent(p.Detections(usual), "", "  ")
	require.NoError(t, err)
	golden.Equal(t, "detections.json", string(data)+"\n")
}

func TestNothingToDetect(t *testing.T) {
	bad := watched()
	bad.Candidate = ""
	values := watched()
	values.Metrics[0].Kind, values.Guards[0].Worse, values.Guards[0].Ceiling = rollout.Value, nil, ptr(1.0)
	for name, test := range map[string]struct {
		plan rollout.Plan
		x    rollout.Expected
	}{
		"no guard":        {seed(), usual},
		"no counts":       {values, usual},
		"not valid":       {bad, usual},
		"negative rate":   {watched(), rollout.Expected{Rate: -1, Errors: 0.01}},
		"too many":        {crowded(65), usual},
		"no errors":       {watched(), rollout.Expected{Rate: 20}},
		"only errors":     {watched(), rollout.Expected{Rate: 20, Errors: 1}},
		"endless":         {watched(), rollout.Expected{Rate: math.Inf(1), Errors: 0.01}},
		"no number":       {watched(), rollout.Expected{Rate: math.NaN(), Errors: math.NaN()}},
		"negative errors": {watched(), rollout.Expected{Rate: 20, Errors: -1}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Nil(t, test.plan.Detections(test.x))
			require.Empty(t, test.plan.DetectionsText(test.x, test.plan.Detections(test.x)))
			require.Empty(t, test.plan.DetectionsMarkdown(test.x, test.plan.Detections(test.x)))
		})
	}
}

// A gate that only waits is early when it may open before a guard sees anything; one that
// asks for more is not.
func TestEarlyGates(t *testing.T) {
	early := func(change func(p *rollout.Plan)) (out []bool) {
		p := watched()
		change(&p)
		require.Empty(t, p.Validate())
		for _, d := range p.Detections(usual) {
			out = append(out, d.Early)
		}
		return out
	}
	require.Equal(t, []bool{false, false, false, false}, early(func(*rollout.Plan) {}))
	require.Equal(t, []bool{true, true, true, false}, early(func(p *rollout.Plan) {
		for i := range p.Stages {
			p.Stages[i].Gate.Dwell.Min = rollout.Duration(time.Second)
		}
	}))
	require.Equal(t, []bool{false, true, true, false}, early(func(p *rollout.Plan) {
		for i := range p.Stages {
			p.Stages[i].Gate.Dwell.Min = rollout.Duration(time.Second)
		}
		p.Stages[1].Gate.Approvals = []rollout.Approvals{{Role: "owner"}}
	}))
	require.Equal(t, []bool{false, false, true, false},
		early(func(p *rollout.Plan) { p.Guards[0].Worse.Ceiling = nil }), "at 80% a comparison sees nothing")
	require.Equal(t, []bool{false, false, false, false}, early(func(p *rollout.Plan) {
		p.Guards[0].Worse.Ceiling, p.Stages[3].Gate = nil, nil // where no gate is a person must look
	}))
}

// A check keeps a gate shut for a fault when it asks for the fault's own metric, at its services,
// and a candidate with the fault is not what it asks for.
func TestChecksThatKeepAGateShut(t *testing.T) {
	counts := func(name string, services ...string) rollout.Metric {
		return rollout.Metric{Name: name, Kind: rollout.Counts, Services: services}
	}
	good := func(metric string, ratio, ceiling float64) rollout.Check {
		c := rollout.Check{Metric: metric, Good: &rollout.Good{Ratio: &ratio}}
		if ceiling > 0 {
			c.Good = &rollout.Good{Ceiling: &ceiling}
		}
		return c
	}
	memory := rollout.Check{Metric: "memory", Ceiling: ptr(100.0)}
	for name, test := range map[string]struct {
		checks []rollout.Check
		blind  bool // no guard sees the fault
		early  bool
	}{
		"none":                         {nil, false, true},
		"the fault's metric":           {[]rollout.Check{good("errors", 2, 0)}, false, false},
		"below the fault":              {[]rollout.Check{good("errors", 0, 0.05)}, false, false},
		"above the fault":              {[]rollout.Check{good("errors", 0, 0.051)}, false, true},
		"as bad as the fault":          {[]rollout.Check{good("errors", 5, 0)}, false, false},
		"good, though with the fault":  {[]rollout.Check{good("errors", 8, 0)}, false, true},
		"one of two":                   {[]rollout.Check{memory, good("errors", 2, 0)}, false, false},
		"a value":                      {[]rollout.Check{memory}, false, true},
		"the same at another service":  {[]rollout.Check{good("errors-mockb", 2, 0)}, false, true},
		"latency":                      {[]rollout.Check{good("slow", 2, 0)}, false, true},
		"blind":                        {nil, true, true},
		"blind, and one metric of two": {[]rollout.Check{good("errors", 2, 0)}, true, true},
		"blind, and both metrics": {[]rollout.Check{good("errors", 2, 0), good("errors-mockb", 2, 0)}, true,
			false},
		"blind, and a metric of no guard": {[]rollout.Check{good("slow", 2, 0)}, true, true},
		"blind, and good with the fault": {
			[]rollout.Check{good("errors", 0, 0.3), good("errors-mockb", 0, 0.3)}, true, true},
	} {
		p := watched()
		p.Metrics = []rollout.Metric{counts("errors"), counts("errors-mockb", "mockb"),
			{Name: "slow", Kind: rollout.Counts, Over: ptr(0.5)}, {Name: "memory", Kind: rollout.Value}}
		if test.blind {
			p.Guards[0].Worse = &rollout.Worse{Ceiling: ptr(0.2)}
			p.Guards = append(p.Guards, p.Guards[0])
			p.Guards[1].Metric = "errors-mockb"
		}
		for _, m := range p.Metrics[1:] { // each metric must be that of a check
			p.FinishGate.Checks = append(p.FinishGate.Checks, good(m.Name, 0, 0.3))
		}
		p.FinishGate.Checks[2] = memory
		p.Stages[1].Gate = &rollout.Gate{Dwell: rollout.Dwell{Min: minute}, Checks: test.checks}
		require.Empty(t, p.Validate(), name)
		d := p.Detections(usual)[0]
		require.Equal(t, test.blind, d.Guard < 0, name)
		require.Equal(t, test.early, d.Early, name)
	}
}

// A request that fails is not slow: a guard of latency does not see it, however low its bound.
func TestLatencySeesNoFailures(t *testing.T) {
	p := watched()
	p.Metrics = append(p.Metrics, rollout.Metric{Name: "slow", Kind: rollout.Counts, Over: ptr(0.5)})
	p.Guards = append([]rollout.Check{{Metric: "slow", Worse: &rollout.Worse{Ceiling: ptr(0.0001)}}}, p.Guards...)
	require.Empty(t, p.Validate())
	for _, d := range p.Detections(usual) {
		require.Equal(t, 1, d.Guard)
	}
	p.Metrics, p.Guards = p.Metrics[1:], p.Guards[:1]
	require.Empty(t, p.Validate())
	require.Nil(t, p.Detections(usual))
}

// No guard fires on one window, however bad: what is said of a stage is three windows at least,
// of whatever length, and decisions take as many.
func TestNothingIsSeenInOneWindow(t *testing.T) {
	for _, window := range []time.Duration{time.Minute, 15 * time.Second} {
		for _, rate := range []float64{0, 10, 1000, 100_000} {
			x := rollout.Expected{Rate: rate, Errors: 0.02, Times: 50, Window: rollout.Duration(window)}
			for i, d := range watched().Detections(x) {
				requests := 200.0
				if rate > 0 {
					requests = rate * window.Seconds()
					require.GreaterOrEqual(t, time.Duration(d.Takes), 3*window, "%v at %s", x, d.Stage)
				}
				require.GreaterOrEqual(t, float64(d.Median), 3*requests*float64(d.Percent)/100-1, "%v at %s", x,
					d.Stage)
				if i == 0 && rate > 10 {
					require.Equal(t, 3*window, time.Duration(d.TakesP99))
				}
			}
		}
	}
	p := watched()
	p.Stages[0].Gate = nil
	s := must(p.Start(must(p.Prepare(t0)), t0))
	var e rollout.Evidence
	for i := range 3 { // all of the candidate's fail
		from := t0.Add(time.Duration(i) * time.Minute)
		lanes := []rollout.LaneCount{{Lane: "v1", Total: 100_000}, {Lane: "v2", Total: 100_000},
			{Lane: "v3", Total: 20_000, Bad: 20_000}}
		seen := rollout.Observation{Metric: "errors", From: from, To: from.Add(time.Minute), Lanes: lanes}
		e = must(p.Observe(s, e, seen))
		d := must(p.Decide(rollout.Facts{State: s, Evidence: e, Now: from.Add(time.Minute)}))
		require.Equal(t, i == 2, d.Action == rollout.ActRollBack, "window %d", i+1)
	}
}

// crowded has one stage, and that many guards that differ, of both tests.
func crowded(guards int) rollout.Plan {
	p := watched()
	p.Stages = p.Stages[:1]
	check := p.Guards[0]
	p.Guards = nil
	for i := range guards {
		check.Clump = i + 1
		p.Guards = append(p.Guards, check)
	}
	return p
}

// The figures of a plan are bounded in number, however many guards and stages it has;
// equal questions count once.
func TestFiguresOfAPlanAreBounded(t *testing.T) {
	p := watched()
	p.Guards = p.Guards[:1]
	p.Guards[0].Worse = &rollout.Worse{Ratio: ptr(1.5), Ceiling: ptr(0.3)}
	stages := func(n, step int) {
		p.Stages = nil
		for i := range n {
			p.Stages = append(p.Stages, rollout.Stage{Name: fmt.Sprintf("s%d", i),
				Weights: rollout.Weights{rollout.W("v1", 99-i*step), rollout.W("v2", 0), rollout.W("v3", 1+i*step)}})
		}
	}
	stages(66, 1)
	require.Empty(t, p.Validate())
	require.Nil(t, p.Detections(usual), "132 figures")
	stages(66, 0)
	require.Len(t, p.Detections(usual), 66, "2 figures")
}

// A ratio that is near to how bad the candidate is sees it late or never, as docs/planning.md
// says.
func TestRatiosNearToTheFault(t *testing.T) {
	p := watched()
	p.Guards[0].Worse = &rollout.Worse{Ratio: ptr(4.0)}
	d := p.Detections(usual)[0]
	require.EqualValues(t, 11760, d.Median)
	require.Equal(t, "1h38m", d.Takes.String())
	require.True(t, d.Early)
	p.Guards[0].Worse.Ratio = ptr(2.0)
	x := usual
	x.Times = 2.4
	require.Equal(t, -1, p.Detections(x)[0].Guard)
	x.Times = 2.6
	require.Equal(t, 0, p.Detections(x)[0].Guard)
}

// Requests that fail anyway do not count as the fault's: no more fail because of it than
// are left, and none because of a candidate that is better than the others.
func TestFailedIsBecauseOfTheFault(t *testing.T) {
	p := watched()
	for _, test := range []struct{ errors, times, more float64 }{{0.01, 5, 0.04}, {0.5, 5, 0.5}, {0.9, 5, 0.1},
		{0.9, 0.5, 0}} {
		d := p.Detections(rollout.Expected{Rate: 20, Errors: test.errors, Times: test.times})[0]
		require.Positive(t, d.Median, "the ceiling is at 3 percent")
		require.InDelta(t, test.more*float64(d.Median), d.Failed, 1, "%v", test)
	}
}

// Without a rate the figures are of requests, in windows of 200.
func TestDetectionsWithoutARate(t *testing.T) {
	p, unknown := watched(), rollout.Expected{Errors: 0.01}
	golden.Equal(t, "detections-no-rate.txt", p.DetectionsText(unknown, p.Detections(unknown)))
	known := p.Detections(rollout.Expected{Rate: 10, Errors: 0.01, Window: rollout.Duration(20 * time.Second)})
	for i, d := range p.Detections(unknown) {
		require.Zero(t, d.Takes+d.TakesP99)
		require.False(t, d.Early)
		d.Takes, d.TakesP99 = known[i].Takes, known[i].TakesP99
		require.Equal(t, known[i], d)
	}
	p.Guards[0].Worse.Ceiling = nil
	require.True(t, p.Detections(unknown)[2].Early, "no guard ever sees it, whatever the rate is")
}
