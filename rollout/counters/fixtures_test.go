package counters_test

import (
	"time"

	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/counters"
)

// t0 is when windows of the tests begin, t1 when they end.
var (
	t0 = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)
	t1 = t0.Add(time.Minute)
)

func ptr[T any](v T) *T { return &v }

// plan returns a plan of lanes v1 to v3 with metrics of every sort.
func plan() rollout.Plan {
	return rollout.Plan{
		Candidate: "v3",
		Before:    rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 50), rollout.W("v3", 0)},
		Metrics: []rollout.Metric{
			{Name: "errors", Kind: rollout.Counts, Services: []string{"mocka", "mockb"}},
			{Name: "slow", Kind: rollout.Counts, Over: ptr(0.25), Services: []string{"mocka"}},
			{Name: "all", Kind: rollout.Counts},
			{Name: "memory", Kind: rollout.Value},
		},
	}
}

func scrape(at time.Time, samples ...counters.Sample) counters.Scrape {
	return counters.Scrape{At: at, Samples: samples}
}

// ok and bad are counters of a lane of mocka, bucket one of its histograms.
func ok(pod, lane string, v float64) counters.Sample {
	return counters.Sample{Pod: pod, Lane: lane, Service: "mocka", Series: `response_code="200"`, Value: v}
}

func bad(pod, lane string, v float64) counters.Sample {
	return counters.Sample{Pod: pod, Lane: lane, Service: "mocka", Series: `response_code="503"`, Bad: true, Value: v}
}

func bucket(pod, lane string, bound, v float64) counters.Sample {
	return counters.Sample{Pod: pod, Lane: lane, Service: "mocka", Bound: bound, Value: v}
}

func count(lane string, bad, total int64) rollout.LaneCount {
	return rollout.LaneCount{Lane: lane, Bad: bad, Total: total}
}
