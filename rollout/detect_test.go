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

// The figures before a release are those of its guards: requests are drawn one by one,
// and counted until the decision is to roll back.
func TestFiguresBeforeAReleaseAreThoseOfDecisions(t *testing.T) {
	const runs, window, ratio, alpha = 3000, 200, 1.5, 0.01
	for name, rates := range map[string]sequential.Rates{
		"little weight":  {Base: 0.01, Times: 5, Share: 0.1, Window: window},
		"half":           {Base: 0.05, Times: 5, Share: 0.5, Window: window},
		"many are wrong": {Base: 0.05, Times: 8, Share: 0.1, Window: window},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			percent := int(rates.Share * 100)
			p, err := rollout.PlanFromPercents(rollout.Weights{rollout.W("v1", 100)}, "v2", percent)
			require.NoError(t, err)
			p.Alpha = alpha
			p.Metrics = []rollout.Metric{{Name: "errors", Kind: rollout.Counts}}
			p.Guards = []rollout.Check{{Metric: "errors", Worse: &rollout.Worse{Ratio: ptr(ratio)}}}
			s := must(p.Start(must(p.Prepare(t0)), t0))

			draw := rand.New(rand.NewPCG(1, 2))
			seen := make([]int64, runs)
			for i := range seen {
				seen[i] = untilRollBack(t, p, s, rates, draw)
			}
			slices.Sort(seen)
			median, p99, ok := rates.Detect(ratio, alpha, 1)
			require.True(t, ok)
			for _, figure := range []struct{ said, seen int64 }{{median, seen[runs/2]}, {p99, seen[runs*99/100]}} {
				bound := max(0.05*float64(figure.said), rates.Share*window)
				require.InDelta(t, figure.said, figure.seen, bound+1)
			}
		})
	}
}

// untilRollBack returns how many requests the candidate had when the decision was to roll
// back.
func untilRollBack(t *testing.T, p rollout.Plan, s rollout.State, rates sequential.Rates,
	draw *rand.Rand) (requests int64) {
	var e rollout.Evidence
	for at := t0; ; at = at.Add(time.Minute) {
		stable, candidate := rollout.LaneCount{Lane: "v1"}, rollout.LaneCount{Lane: "v2"}
		for range rates.Window {
			lane, rate := &stable, rates.Base
			if draw.Float64() < rates.Share {
				lane, rate = &candidate, rates.Base*rates.Times
			}
			lane.Total++
			if draw.Float64() < rate {
				lane.Bad++
			}
		}
		requests += candidate.Total
		end := at.Add(time.Minute)
		next, err := p.Observe(s, e, rollout.Observation{Metric: "errors", From: at, To: end,
			Lanes: []rollout.LaneCount{stable, candidate}})
		require.NoError(t, err)
		e = next
		d, err := p.Decide(rollout.Facts{State: s, Evidence: e, Now: end})
		require.NoError(t, err)
		if d.Action == rollout.ActRollBack {
			return requests
		}
	}
}
