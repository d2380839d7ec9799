package counters_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/counters"
)

func TestDelta(t *testing.T) {
	inf := math.Inf(1)
	mockb := func(s counters.Sample) counters.Sample { s.Service = "mockb"; return s }
	about := func(s counters.Sample, service string) counters.Sample { s.Service = service; return s }
	type samples = []counters.Sample
	for name, c := range map[string]struct {
		metric        string // default "errors"
		before, after samples
		lanes         []rollout.LaneCount // of the first service
		noData        string
		notes         []string
	}{
		"differences": {
			before: samples{ok("gw", "v1", 100), bad("gw", "v1", 3), ok("gw", "v3", 5)},
			after:  samples{bad("gw", "v1", 4), ok("gw", "v3", 15), ok("gw", "v1", 150)},
			lanes:  []rollout.LaneCount{count("v1", 1, 51), count("v3", 0, 10)},
		},
		"of several pods": {
			before: samples{ok("a", "v1", 100), ok("b", "v1", 7)},
			after:  samples{ok("a", "v1", 110), ok("b", "v1", 9)},
			lanes:  []rollout.LaneCount{count("v1", 0, 12)},
		},
		"nothing happened": {
			before: samples{ok("gw", "v1", 100)},
			after:  samples{ok("gw", "v1", 100)},
			lanes:  []rollout.LaneCount{count("v1", 0, 0)},
		},
		"the first errors of a series": {
			before: samples{ok("gw", "v1", 100)},
			after:  samples{ok("gw", "v1", 100), bad("gw", "v3", 7)},
			lanes:  []rollout.LaneCount{count("v1", 0, 0), count("v3", 7, 7)},
		},
		"a reset": {
			before: samples{ok("gw", "v1", 100), bad("gw", "v1", 3)},
			after:  samples{ok("gw", "v1", 20), bad("gw", "v1", 5)},
			lanes:  []rollout.LaneCount{count("v1", 2, 22)},
			notes:  []string{"reset: counters of pod gw; their requests in the window before the reset are not known"},
		},
		"a new pod": {
			before: samples{ok("a", "v1", 100)},
			after:  samples{ok("a", "v1", 110), ok("b", "v1", 4), bad("b", "v1", 1)},
			lanes:  []rollout.LaneCount{count("v1", 1, 15)},
			notes:  []string{"new: pod b; counted from zero"},
		},
		"a pod that is gone": {
			before: samples{ok("a", "v1", 100), ok("b", "v1", 100)},
			after:  samples{ok("a", "v1", 110)},
			lanes:  []rollout.LaneCount{count("v1", 0, 10)},
			notes:  []string{"gone: pod b; their requests in the window are not known"},
		},
		"a counter that is gone": {
			before: samples{ok("a", "v1", 100), bad("a", "v1", 3)},
			after:  samples{ok("a", "v1", 110)},
			lanes:  []rollout.LaneCount{count("v1", 0, 10)},
			notes:  []string{"gone: counters of pod a; their requests in the window are not known"},
		},
		"no series": {
			before: samples{mockb(ok("a", "v1", 100))},
			after:  samples{mockb(ok("a", "v1", 100))},
			noData: "no series",
		},
		"no samples": {before: samples{ok("a", "v1", 1)}, noData: "no series",
			notes: []string{"gone: pod a; their requests in the window are not known"}},
		"nobody answered at first": {
			after:  samples{ok("a", "v1", 100)},
			noData: "no pod answered at the first moment",
		},
		"requests of no lane": {
			before: samples{ok("a", "v1", 100), ok("a", "unknown", 3)},
			after:  samples{ok("a", "v1", 110), ok("a", "unknown", 5), bad("a", "", 1)},
			noData: "3 requests belong to no known lane",
		},
		"requests of no lane, of which there were none": {
			before: samples{ok("a", "v1", 100), ok("a", "unknown", 3)},
			after:  samples{ok("a", "v1", 110), ok("a", "unknown", 3)},
			lanes:  []rollout.LaneCount{count("v1", 0, 10)},
		},
		"requests of no service": {
			before: samples{ok("a", "v1", 100)},
			after:  samples{ok("a", "v1", 110), about(ok("a", "v1", 1), "unknown"), about(ok("a", "unknown", 1), "")},
			noData: "2 requests belong to no known service",
		},
		"requests of another service": {
			before: samples{ok("a", "v1", 100), about(ok("z", "v1", 100), "other")},
			after:  samples{ok("a", "v1", 110), about(ok("a", "unknown", 100), "other")},
			lanes:  []rollout.LaneCount{count("v1", 0, 10)},
		},
		"requests of a lane that is none of the plan's": {
			before: samples{ok("a", "v1", 100)},
			after:  samples{ok("a", "v1", 110), ok("a", "v0", 3)},
			lanes:  []rollout.LaneCount{count("v1", 0, 10)},
			notes:  []string{`left out: 3 requests of lane "v0", which the plan does not have`},
		},
		"a metric without services": {
			metric: "all",
			before: samples{ok("a", "v1", 100), mockb(ok("a", "v1", 100)), about(ok("a", "v2", 1), "")},
			after:  samples{ok("a", "v1", 110), mockb(ok("a", "v1", 101)), about(ok("a", "v2", 2), "")},
			lanes:  []rollout.LaneCount{count("v1", 0, 11), count("v2", 0, 1)},
		},
		"buckets": {
			metric: "slow",
			before: samples{bucket("a", "v1", 0.1, 50), bucket("a", "v1", 0.25, 90), bucket("a", "v1", inf, 100)},
			after:  samples{bucket("a", "v1", 0.1, 60), bucket("a", "v1", 0.25, 95), bucket("a", "v1", inf, 120)},
			lanes:  []rollout.LaneCount{count("v1", 15, 20)},
		},
		"buckets that began anew, of which one has passed its old value": {
			metric: "slow",
			before: samples{bucket("a", "v1", 0.25, 10), bucket("a", "v1", inf, 100)},
			after:  samples{bucket("a", "v1", 0.25, 40), bucket("a", "v1", inf, 42)},
			lanes:  []rollout.LaneCount{count("v1", 2, 42)},
			notes:  []string{"reset: counters of pod a; their requests in the window before the reset are not known"},
		},
		"buckets that began anew, of which the good ones fell": {
			metric: "slow",
			before: samples{bucket("a", "v1", 0.25, 90), bucket("a", "v1", inf, 100)},
			after:  samples{bucket("a", "v1", 0.25, 40), bucket("a", "v1", inf, 110)},
			lanes:  []rollout.LaneCount{count("v1", 70, 110)},
			notes:  []string{"reset: counters of pod a; their requests in the window before the reset are not known"},
		},
		"buckets that began anew, which their sum shows": {
			metric: "slow",
			before: samples{bucket("a", "v1", 0.25, 10), bucket("a", "v1", inf, 100)},
			after:  samples{bucket("a", "v1", 0.25, 100), bucket("a", "v1", inf, 101)},
			lanes:  []rollout.LaneCount{count("v1", 1, 101)},
			notes:  []string{"reset: counters of pod a; their requests in the window before the reset are not known"},
		},
		"new buckets, whose bound is off by a rounding": {
			metric: "slow",
			before: samples{bucket("a", "v2", math.Nextafter(0.25, 1), 0), bucket("a", "v2", inf, 0)},
			after: samples{bucket("a", "v1", math.Nextafter(0.25, 1), 9), bucket("a", "v1", inf, 10),
				bucket("a", "v2", math.Nextafter(0.25, 1), 0), bucket("a", "v2", inf, 0)},
			lanes: []rollout.LaneCount{count("v1", 1, 10), count("v2", 0, 0)},
		},
		"no histogram any more": {
			metric: "slow",
			before: samples{bucket("a", "v2", 0.25, 0), bucket("a", "v2", inf, 0)},
			noData: "no series",
			notes:  []string{"gone: pod a; their requests in the window are not known"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c.metric == "" {
				c.metric = "errors"
			}
			got, notes, err := counters.Delta(plan(), c.metric, scrape(t0, c.before...),
				scrape(t1.Add(time.Millisecond), c.after...))
			require.NoError(t, err)
			want := rollout.Observation{Metric: c.metric, From: t0, To: t1, Lanes: c.lanes, NoData: c.noData}
			if c.metric != "all" {
				want.Service = "mocka"
			}
			require.Equal(t, want, got[0])
			require.Equal(t, c.notes, notes)
		})
	}
}

// A pod that answered and had counted nothing is not new.
func TestPodThatHadCountedNothing(t *testing.T) {
	got, notes, err := counters.Delta(plan(), "errors", counters.Scrape{At: t0, Pods: []string{"gw"}},
		scrape(t1, bad("gw", "v3", 7)))
	require.NoError(t, err)
	require.Empty(t, notes)
	require.Equal(t, []rollout.LaneCount{count("v3", 7, 7)}, got[0].Lanes)
	require.Equal(t, "mockb", got[1].Service)
	require.Equal(t, "no series", got[1].NoData)
}

// A reset that has passed the old value is invisible: too few requests are counted, never
// too many.
func TestResetThatHasPassedTheOldValue(t *testing.T) {
	got, notes, err := counters.Delta(plan(), "errors", scrape(t0, ok("gw", "v1", 100)),
		scrape(t1, ok("gw", "v1", 130)))
	require.NoError(t, err)
	require.Empty(t, notes)
	require.Equal(t, []rollout.LaneCount{count("v1", 0, 30)}, got[0].Lanes, "130 there were at least")
}

// The order of samples and pods changes nothing, and no argument is changed.
func TestOrderDoesNotMatter(t *testing.T) {
	before, after := many(300)
	want, notes, err := counters.Delta(plan(), "errors", before, after)
	require.NoError(t, err)
	require.NotEmpty(t, notes)
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		b, a := slices.Clone(before.Samples), slices.Clone(after.Samples)
		random.Shuffle(len(b), func(i, j int) { b[i], b[j] = b[j], b[i] })
		random.Shuffle(len(a), func(i, j int) { a[i], a[j] = a[j], a[i] })
		asked := slices.Clone(a)
		got, told, err := counters.Delta(plan(), "errors", scrape(t0, b...), scrape(t1, a...))
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, notes, told)
		require.Equal(t, asked, a)
	}
}

// A plan accepts what Delta makes.
func TestObservationsAreOnesOfThePlan(t *testing.T) {
	p := plan()
	p.Stages = []rollout.Stage{{Name: "all",
		Weights: rollout.Weights{rollout.W("v1", 0), rollout.W("v2", 0), rollout.W("v3", 100)}}}
	p.Rollback = p.Before
	p.Metrics = p.Metrics[:1]
	p.Guards = []rollout.Check{{Metric: "errors", Worse: &rollout.Worse{Ratio: ptr(2.0)}}}
	s, err := p.Prepare(t0)
	require.NoError(t, err)
	before, after := many(100)
	observations, _, err := counters.Delta(p, "errors", before, after)
	require.NoError(t, err)
	var evidence rollout.Evidence
	for _, o := range observations {
		evidence, err = p.Observe(s, evidence, o)
		require.NoError(t, err)
	}
}

// many returns scrapes of n counters on ten pods, with resets and what is gone or new.
func many(n int) (before, after counters.Scrape) {
	before.At, after.At = t0, t1
	for i := range n {
		s := counters.Sample{
			Pod:     fmt.Sprintf("istio-ingressgateway-%02d", i%10),
			Lane:    fmt.Sprintf("v%d", 1+i%3),
			Service: []string{"mocka", "mockb"}[i/3%2],
			Series: fmt.Sprintf(
				`connection_security_policy="mutual_tls",destination_app="mocka",response_code="%d",response_flags="-"`,
				i),
			Bad:   i%5 == 0,
			Value: float64(100 * i),
		}
		if i%17 != 0 {
			before.Samples = append(before.Samples, s)
		}
		if s.Value += 7; i%29 == 1 {
			s.Value = 3
		}
		if i%23 != 0 {
			after.Samples = append(after.Samples, s)
		}
	}
	return before, after
}

func BenchmarkDelta(b *testing.B) {
	const n = 10_000
	before, after := many(n)
	p := plan()
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := counters.Delta(p, "errors", before, after); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/counter")
}
