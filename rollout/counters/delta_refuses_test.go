package counters_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout/counters"
)

func TestDeltaRefuses(t *testing.T) {
	inf := math.Inf(1)
	one := func(s counters.Sample) []counters.Sample { return []counters.Sample{s} }
	for name, c := range map[string]struct {
		metric  string // default "errors"
		samples []counters.Sample
		is      error
		text    string
	}{
		"unknown metric": {metric: "nope", is: counters.ErrMetric, text: `no metric of counts of the plan: "nope"`},
		"a value":        {metric: "memory", is: counters.ErrMetric},
		"no bucket of the bound": {metric: "slow",
			samples: []counters.Sample{bucket("a", "v1", 0.1, 1), bucket("a", "v1", 0.5, 1), bucket("a", "v1", inf, 1)},
			is:      counters.ErrBound,
			text:    `no bucket has the metric's bound: metric "slow" is over 0.25 seconds, bounds are 0.1, 0.5, +Inf`},
		"a fraction": {samples: one(ok("a", "v1", 1.5)),
			text: `after: samples[0] of pod "a", response_code="200": must be a whole number between 0 and 2^53, found 1.5`},
		"negative":  {samples: one(ok("a", "v1", -1)), text: "found -1"},
		"no number": {samples: one(ok("a", "v1", math.NaN())), text: "found NaN"},
		"endless":   {samples: one(ok("a", "v1", inf)), text: "found +Inf"},
		"too large": {samples: one(ok("a", "v1", 1<<53+2)), text: "found 9.007199254740994e+15"},
		"no pod":    {samples: one(ok("", "v1", 1)), text: "must name the pod"},
		"twice": {samples: []counters.Sample{ok("a", "v1", 1), ok("a", "v1", 2)},
			text: "after: samples[1] of pod \"a\", response_code=\"200\": must appear once"},
		"negative bound": {metric: "slow", samples: one(bucket("a", "v1", -1, 1)),
			text: "must have a bound above 0, found -1"},
		"no bound": {metric: "slow", samples: one(bucket("a", "v1", math.NaN(), 1)),
			text: "must have a bound above 0, found NaN"},
		"a counter": {metric: "slow", samples: one(ok("a", "v1", 1)), text: "must be a bucket"},
		"a bucket":  {samples: one(bucket("a", "v1", 1, 1)), text: "must be a plain counter"},
		"one without bound": {metric: "slow",
			samples: []counters.Sample{bucket("a", "v1", 0.25, 1), bucket("a", "v1", inf, 1),
				bucket("a", "v2", inf, 1)},
			text: "samples[2] of pod \"a\": must have a bucket of 0.25 seconds beside it"},
		"one without all": {metric: "slow",
			samples: []counters.Sample{bucket("a", "v1", 0.25, 1), bucket("a", "v1", inf, 1),
				bucket("a", "v2", 0.25, 1)}, text: "samples[2] of pod \"a\": must have a bucket of +Inf beside it"},
		"more good than all": {metric: "slow",
			samples: []counters.Sample{bucket("a", "v1", 0.25, 2), bucket("a", "v1", inf, 1)},
			text:    "must be at least the bucket of 0.25 seconds, 2, found 1"},
		"sum too large": {samples: []counters.Sample{ok("a", "v1", 1<<53), ok("b", "v1", 1)},
			text: "samples[1] of pod \"b\", response_code=\"200\": must add up to at most 2^53"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.metric == "" {
				c.metric = "errors"
			}
			before := counters.Scrape{At: t0, Pods: []string{"a", "b"}}
			got, notes, err := counters.Delta(plan(), c.metric, before, scrape(t1, c.samples...))
			require.Nil(t, got)
			require.Nil(t, notes)
			require.ErrorContains(t, err, c.text)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
				return
			}
			var fault *counters.SampleError
			require.True(t, errors.As(err, &fault))
			require.Equal(t, "after", fault.Moment)
			require.Equal(t, c.samples[fault.Index].Pod, fault.Sample.Pod)
		})
	}
	_, _, err := counters.Delta(plan(), "errors", scrape(t0), scrape(t0.Add(999*time.Millisecond)))
	require.ErrorIs(t, err, counters.ErrWindow)
}

// All faults are reported at once; the error shows the first ones, and counts a thousand
// more.
func TestFaultsAreBounded(t *testing.T) {
	var samples []counters.Sample
	for i := range 1000 {
		samples = append(samples, ok(fmt.Sprintf("%d%s", i, strings.Repeat("x", 1<<10)), "v1", -1))
	}
	_, _, err := counters.Delta(plan(), "errors", scrape(t0), scrape(t1, samples...))
	require.ErrorContains(t, err, "and 980 more faults")
	require.Less(t, len(err.Error()), 20_000)
}

// Notes about a thousand pods name the first few.
func TestNotesAreBounded(t *testing.T) {
	before := scrape(t0)
	for i := range 1000 {
		before.Samples = append(before.Samples, ok(fmt.Sprintf("p%03d", i), "v1", 1))
	}
	_, notes, err := counters.Delta(plan(), "errors", before, scrape(t1))
	require.NoError(t, err)
	require.Len(t, notes, 1)
	require.True(t, strings.HasPrefix(notes[0], "gone: pod p000, pod p001, "), notes[0])
	require.Contains(t, notes[0], "pod p019 and 980 more;")
}
