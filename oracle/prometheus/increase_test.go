// Package prometheus compares the library's reading of counters with Prometheus itself: its engine
// and its parser. It has only tests, in a separate module.
package prometheus

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/util/teststorage"
	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/counters"
)

var began = time.Unix(0, 0).UTC()

func plan() rollout.Plan {
	return rollout.Plan{
		Candidate: "v3",
		Before:    rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 50), rollout.W("v3", 0)},
		Metrics:   []rollout.Metric{{Name: "errors", Kind: rollout.Counts, Services: []string{"mocka"}}},
	}
}

// query evaluates an expression a minute after the beginning, and returns the values by a label.
func query(t *testing.T, storage *teststorage.TestStorage, engine *promql.Engine, expr string,
	by ...string) map[string]float64 {
	t.Helper()
	q, err := engine.NewInstantQuery(context.Background(), storage, nil, expr, began.Add(time.Minute))
	require.NoError(t, err)
	defer q.Close()
	result := q.Exec(context.Background())
	require.NoError(t, result.Err)
	vector, err := result.Vector()
	require.NoError(t, err)
	out := map[string]float64{}
	for _, s := range vector {
		var key []string
		for _, label := range by {
			key = append(key, s.Metric.Get(label))
		}
		out[strings.Join(key, "/")] = s.F
	}
	return out
}

// The candidate's first seven errors are a new series. increase is 0 for them in any range; Delta
// counts seven.
func TestIncreaseIsBlindForTheFirstErrors(t *testing.T) {
	storage := promqltest.LoadedStorage(t, `load 15s
  istio_requests_total{pod="gw",lane="v1",response_code="200"} 100 110 120 130 140
  istio_requests_total{pod="gw",lane="v3",response_code="503"} _ 7 7 7 7
`)
	engine := promqltest.NewTestEngine(t, false, 0, 1_000_000)
	for _, window := range []string{"30s", "1m", "61s", "5m"} {
		got := query(t, storage, engine, `sum(increase(istio_requests_total{response_code="503"}[`+window+`]))`)
		require.Equal(t, map[string]float64{"": 0}, got, window)
		got = query(t, storage, engine, `sum(rate(istio_requests_total{response_code="503"}[`+window+`]))`)
		require.Equal(t, map[string]float64{"": 0}, got, window)
	}
	// The ratio of a lane without errors has no value at all.
	require.Empty(t, query(t, storage, engine,
		`sum(increase(istio_requests_total{lane="v1",response_code=~"5.."}[1m])) / sum(increase(istio_requests_total{lane="v1"}[1m]))`))

	sample := func(lane, code string, v float64) counters.Sample {
		return counters.Sample{Pod: "gw", Lane: lane, Service: "mocka", Series: code, Bad: code == "503", Value: v}
	}
	observations, _, err := counters.Delta(plan(), "errors",
		counters.Scrape{At: began, Samples: []counters.Sample{sample("v1", "200", 100)}},
		counters.Scrape{At: began.Add(time.Minute),
			Samples: []counters.Sample{sample("v1", "200", 140), sample("v3", "503", 7)}})
	require.NoError(t, err)
	require.Equal(t, []rollout.LaneCount{{Lane: "v1", Total: 40}, {Lane: "v3", Bad: 7, Total: 7}},
		observations[0].Lanes)
}

// counter is the true history of a counter of a pod, which a scrape does not show.
type counter struct {
	pod, lane, code string
	value           int
	// counted is the count in the window since the last restart, lost the count before it.
	counted, lost int
	began         bool // the process restarted in the window
	// was is the value at the first moment, -1 if there was none.
	was int
}

// history is the history of a mesh of pods in one window.
type history struct {
	random   *rand.Rand
	pods     []string
	counters []*counter
	born     int
	// known are the pods at the first moment.
	known map[string]bool
}

var (
	lanes = [...]string{"v1", "v2", "v3"}
	codes = [...]string{"200", "404", "503"}
)

func (h *history) appear() {
	pod := fmt.Sprintf("gw-%d", h.born)
	h.born++
	h.pods = append(h.pods, pod)
}

// step changes one thing.
func (h *history) step() {
	i := h.random.IntN(len(h.pods))
	pod := h.pods[i]
	switch n := h.random.IntN(100); {
	case n < 90:
		lane, code := lanes[h.random.IntN(len(lanes))], codes[h.random.IntN(len(codes))]
		by := 1 + h.random.IntN(20)
		for _, c := range h.counters {
			if c.pod == pod && c.lane == lane && c.code == code {
				c.value, c.counted = c.value+by, c.counted+by
				return
			}
		}
		h.counters = append(h.counters, &counter{pod: pod, lane: lane, code: code, value: by, counted: by, was: -1})
	case n < 94: // the process restarts
		for _, c := range h.counters {
			if c.pod == pod {
				c.began, c.lost, c.counted, c.value = true, c.lost+c.counted, 0, 0
			}
		}
	case n < 97:
		h.appear()
	case len(h.pods) > 1: // the pod is deleted
		h.pods = append(h.pods[:i:i], h.pods[i+1:]...)
		for _, c := range h.counters {
			if c.pod == pod {
				c.lost, c.counted, c.value = c.lost+c.counted, 0, 0
			}
		}
	}
}

// scrape returns what a scrape shows: counters that have counted nothing are missing.
func (h *history) scrape(at time.Time) counters.Scrape {
	out := counters.Scrape{At: at, Pods: append([]string(nil), h.pods...)}
	for _, c := range h.counters {
		if c.value > 0 {
			out.Samples = append(out.Samples,
				counters.Sample{Pod: c.pod, Lane: c.lane, Service: "mocka", Series: c.code, Bad: c.code == "503",
					Value: float64(c.value)})
		}
	}
	return out
}

// begin returns the scrape at the first moment.
func (h *history) begin() counters.Scrape {
	h.known = map[string]bool{}
	for _, pod := range h.pods {
		h.known[pod] = true
	}
	for _, c := range h.counters {
		c.counted, c.lost, c.began, c.was = 0, 0, false, -1
		if c.value > 0 {
			c.was = c.value
		}
	}
	return h.scrape(began)
}

// Delta is the truth without two parts that no scrape shows: the counts before a restart, and the
// old value of a counter that has passed it again after a restart. Prometheus' increase gives the
// same for counters that exist at both moments, and nothing for new ones.
func TestDeltaIsTheTruthLessWhatFell(t *testing.T) {
	const runs = 400
	var load strings.Builder
	load.WriteString("load 60s\n")
	type figures struct{ total, fresh int }
	ours := map[string]figures{}
	hidden, fell, fresh := 0, 0, 0
	for run := range runs {
		h := &history{random: rand.New(rand.NewPCG(15, uint64(run)))}
		h.appear()
		for range h.random.IntN(60) {
			h.step()
		}
		before := h.begin()
		for range h.random.IntN(120) {
			h.step()
		}
		after := h.scrape(began.Add(time.Minute))
		observations, _, err := counters.Delta(plan(), "errors", before, after)
		require.NoError(t, err)
		got := map[string]rollout.LaneCount{}
		for _, l := range observations[0].Lanes {
			got[l.Lane] = l
		}
		for _, lane := range lanes {
			want, truth := rollout.LaneCount{Lane: lane}, int64(0)
			var f figures
			for _, c := range h.counters {
				if c.lane != lane {
					continue
				}
				truth += int64(c.counted + c.lost)
				n := c.counted
				if c.value > 0 && c.began && c.was >= 0 && c.value >= c.was {
					n -= c.was
					hidden++
				} else if c.value > 0 && c.value < c.was {
					fell++
				}
				if c.value > 0 && c.was < 0 {
					f.fresh += c.value
					fresh++
				}
				want.Total += int64(n)
				if c.code == "503" {
					want.Bad += int64(n)
				}
				f.total += n
				show := func(v int) string {
					if v <= 0 {
						return "_"
					}
					return fmt.Sprint(v)
				}
				fmt.Fprintf(&load, "  x{run=%q,pod=%q,lane=%q,code=%q} %s %s\n", fmt.Sprint(run), c.pod, c.lane, c.code,
					show(c.was), show(c.value))
			}
			if _, counted := got[lane]; !counted {
				require.Zero(t, want.Total)
				continue
			}
			require.Equal(t, want, got[lane], "run %d", run)
			require.LessOrEqual(t, got[lane].Total, truth, "never more than there were")
			ours[fmt.Sprintf("%d/%s", run, lane)] = f
		}
	}
	require.Greater(t, hidden, 20, "resets that nothing shows were tried")
	require.Greater(t, fell, 100)
	require.Greater(t, fresh, 500)

	// A range one millisecond longer than the window contains both samples, and is hardly
	// extrapolated.
	storage := promqltest.LoadedStorage(t, load.String())
	theirs := query(t, storage, promqltest.NewTestEngine(t, false, 0, 10_000_000),
		`sum by (run, lane) (increase(x[60001ms]))`, "run", "lane")
	blind := 0
	for key, f := range ours {
		require.Equal(t, f.total-f.fresh, int(math.Round(theirs[key])), key)
		if f.fresh > 0 && math.Round(theirs[key]) != float64(f.total) {
			blind++
		}
	}
	require.Greater(t, blind, 300, "increase does not know new counters")
}
