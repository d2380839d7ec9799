package rollout_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/sequential"
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
	golden.Equal(t, "detections.txt", p.DetectionsText(usual))
	golden.Equal(t, "detections.md", p.DetectionsMarkdown(usual))
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
		"no rate":         {watched(), rollout.Expected{Errors: 0.01}},
		"no errors":       {watched(), rollout.Expected{Rate: 20}},
		"only errors":     {watched(), rollout.Expected{Rate: 20, Errors: 1}},
		"endless":         {watched(), rollout.Expected{Rate: math.Inf(1), Errors: 0.01}},
		"no number":       {watched(), rollout.Expected{Rate: math.NaN(), Errors: math.NaN()}},
		"negative errors": {watched(), rollout.Expected{Rate: 20, Errors: -1}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Nil(t, test.plan.Detections(test.x))
			require.Empty(t, test.plan.DetectionsText(test.x))
			require.Empty(t, test.plan.DetectionsMarkdown(test.x))
		})
	}
}

// A gate that time alone opens is early when it may open before a guard sees anything; one that
// asks for more than time is not.
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
	require.Equal(t, []bool{false, false, true, false}, early(func(p *rollout.Plan) { p.Guards[0].Worse.Ceiling = nil }), "at 80% a comparison sees nothing")
	require.Equal(t, []bool{false, false, false, false}, early(func(p *rollout.Plan) {
		p.Guards[0].Worse.Ceiling, p.Stages[3].Gate = nil, nil // where no gate is a person must look
	}))
}

// What is said of each stage is what the guards then do: requests are drawn one by one, and
// counted until the decision is to roll back.
func TestDetectionsAreThoseOfDecisions(t *testing.T) {
	const runs = 2000
	p := watched()
	for i, d := range p.Detections(usual) {
		t.Run(d.Stage, func(t *testing.T) {
			t.Parallel()
			alone := rollout.Plan{
				Candidate: "v2", Before: rollout.Weights{rollout.W("v1", 100), rollout.W("v2", 0)}, Rollback: rollout.Weights{rollout.W("v1", 100), rollout.W("v2", 0)},
				Stages:  []rollout.Stage{{Name: "only", Weights: rollout.Weights{rollout.W("v1", 100-d.Percent), rollout.W("v2", d.Percent)}}},
				Metrics: p.Metrics, Guards: p.Guards,
			}
			s := must(alone.Start(must(alone.Prepare(t0)), t0))
			rates := sequential.Rates{Base: usual.Errors, Times: 5, Share: float64(d.Percent) / 100, Window: int64(usual.Rate * 60)}
			draw := rand.New(rand.NewPCG(uint64(i), 3))
			seen := make([]int64, runs)
			for j := range seen {
				seen[j] = untilRollBack(t, alone, s, rates, draw)
			}
			slices.Sort(seen)
			// Either test may be the one that sees it: together they are never later than the
			// better one, and at the median not much earlier.
			window := rates.Share * float64(rates.Window)
			require.LessOrEqual(t, float64(seen[runs/2]), float64(d.Median)*1.05+window+1)
			require.GreaterOrEqual(t, float64(seen[runs/2]), float64(d.Median)*0.75-window-1)
			require.LessOrEqual(t, float64(seen[runs*99/100]), float64(d.P99)*1.05+window+1)
			require.Equal(t, i, slices.IndexFunc(p.Stages, func(s rollout.Stage) bool { return s.Name == d.Stage }))
		})
	}
}
