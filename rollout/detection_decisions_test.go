package rollout_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// The figures of each stage are those of its guards: requests are drawn one by one, and
// counted until the decision is to roll back.
func TestDetectionsAreThoseOfDecisions(t *testing.T) {
	for name, test := range map[string]struct {
		change func(p *rollout.Plan)
		both   bool
	}{
		"ratio":   {change: func(p *rollout.Plan) { p.Guards[0].Worse.Ceiling = nil }},
		"ceiling": {change: func(p *rollout.Plan) { p.Guards[0].Worse.Ratio = nil }},
		"settled": {change: func(p *rollout.Plan) {
			p.Guards[0].Worse.Ceiling, p.Settle = nil, rollout.Duration(150*time.Second)
		}},
		// Either test may see the fault first: together they are never later than the
		// better one, and at the median not much earlier.
		"both": {change: func(*rollout.Plan) {}, both: true},
	} {
		p := watched()
		test.change(&p)
		for i, d := range p.Detections(usual) {
			if d.Guard < 0 {
				require.True(t, p.Guards[0].Worse.Ceiling == nil && d.Percent >= 80)
				continue
			}
			t.Run(name+" at "+d.Stage, func(t *testing.T) {
				t.Parallel()
				median, p99 := seenAfter(t, p, d.Percent, uint64(i))
				window := usual.Rate * 60 * float64(d.Percent) / 100
				require.LessOrEqual(t, median, float64(d.Median)+max(0.05*float64(d.Median), window)+1)
				require.LessOrEqual(t, p99, float64(d.P99)+max(0.05*float64(d.P99), window)+1)
				if test.both {
					require.GreaterOrEqual(t, median, float64(d.Median)*0.75-window-1)
					return
				}
				require.GreaterOrEqual(t, median, float64(d.Median)-max(0.05*float64(d.Median), window)-1)
				require.GreaterOrEqual(t, p99, float64(d.P99)-max(0.05*float64(d.P99), window)-1)
			})
		}
	}
}

// seenAfter returns after how many requests of the candidate the guards of p see a fault, at a
// stage with that percent: in half of the runs, and in 99 of 100.
func seenAfter(t *testing.T, p rollout.Plan, percent int, seed uint64) (median, p99 float64) {
	const runs = 2000
	idle := rollout.Weights{rollout.W("v1", 100), rollout.W("v2", 0)}
	alone := rollout.Plan{
		Candidate: "v2", Before: idle, Rollback: idle,
		Stages: []rollout.Stage{{Name: "only",
			Weights: rollout.Weights{rollout.W("v1", 100-percent), rollout.W("v2", percent)}}},
		Metrics: p.Metrics, Guards: p.Guards, Settle: p.Settle,
	}
	s := must(alone.Start(must(alone.Prepare(t0)), t0))
	rates := sequential.Rates{Base: usual.Errors, Times: 5, Share: float64(percent) / 100,
		Window: int64(usual.Rate * 60)}
	draw := rand.New(rand.NewPCG(seed, 3))
	seen := make([]int64, runs)
	for i := range seen {
		seen[i] = untilRollBack(t, alone, s, rates, draw)
	}
	slices.Sort(seen)
	return float64(seen[runs/2]), float64(seen[runs*99/100])
}

// docs/planning.md says this of a first stage that is too small.
func TestSmallStagesSeeLate(t *testing.T) {
	p := watched()
	p.Guards[0].Worse.Ceiling = nil
	for i, percent := range []int{1, 10} {
		w := &p.Stages[i].Weights
		*w = rollout.Weights{rollout.W((*w)[0].Lane, 100-percent), rollout.W((*w)[1].Lane, 0),
			rollout.W((*w)[2].Lane, percent)}
	}
	var got []string
	for _, d := range p.Detections(rollout.Expected{Rate: 60, Errors: 0.002})[:2] {
		got = append(got, d.Takes.String()+" "+d.TakesP99.String())
	}
	require.Equal(t, []string{"34m 1h49m", "6m 14m"}, got)
}
