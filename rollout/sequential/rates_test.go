package sequential_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// The figures before a release are those of windows with requests that are drawn one by
// one and folded by Worse.
func TestDetectAgreesWithHistories(t *testing.T) {
	for i, c := range []struct {
		stage
		ratio float64
		clump int
	}{
		{stage{.001, 5, .1, 200}, 1, 1},
		{stage{.001, 5, .1, 1000}, 1.5, 1},
		{stage{.01, 5, .5, 200}, 1, 1},
		{stage{.01, 5, .5, 200}, 1, 2},
		{stage{.01, 5, .1, 200}, 1.5, 1},
		{stage{.05, 5, .1, 200}, 1, 1},
		{stage{.01, 2, .1, 2000}, 1, 1},
		{stage{.01, 5, .1, 20}, 1, 1},
		{stage{.01, 20, .02, 30}, 1.5, 1},
		{stage{.05, 3, .3, 1000}, 1.5, 1},
		{stage{.1, 3, .1, 2000}, 1.5, 3},
	} {
		if underRace && i%5 != 0 { // nothing here runs at once
			continue
		}
		random := rand.New(rand.NewPCG(7, 8))
		const alpha = 0.01
		var share, ceiling []int64
		for range 600 * *longer {
			w := sequential.Worse{}
			share = append(share, c.until(random, func(candidate, others sequential.Counts) bool {
				w = w.Share(c.ratio, candidate, others, c.clump, sequential.Limit(alpha))
				return w.Log() >= sequential.Threshold(alpha)
			}))
		}
		for range 600 * *longer {
			w := sequential.Worse{}
			ceiling = append(ceiling, c.until(random, func(candidate, _ sequential.Counts) bool {
				w = w.Ceiling(c.base*c.ratio, candidate, c.clump, sequential.Limit(alpha))
				return w.Log() >= sequential.Threshold(alpha)
			}))
		}
		rates := sequential.Rates{Base: c.base, Times: c.times, Share: c.share, Window: c.window}
		near := func(test string, drawn []int64, median, p99 int64, ok bool) {
			t.Helper()
			require.True(t, ok)
			window := c.share * float64(c.window)
			for part, told := range map[float64]int64{0.5: median, 0.99: p99} {
				want := float64(quantile(drawn, part))
				close := 0.05 + 0.1*part/math.Sqrt(float64(*longer)) // the histories are drawn too
				require.InDelta(t, want, float64(told), max(close*want, window, 1), "%s %+v at %v", test, c, part)
			}
		}
		median, p99, ok := rates.Detect(c.ratio, alpha, c.clump)
		near("share", share, median, p99, ok)
		median, p99, ok = rates.DetectCeiling(c.base*c.ratio, alpha, c.clump)
		near("ceiling", ceiling, median, p99, ok)
	}
}

// Detect is false for a candidate that is not worse, and for impossible rates, and takes
// no longer then.
func TestDetectSaysWhenItCannotTell(t *testing.T) {
	good := sequential.Rates{Base: 0.01, Times: 5, Share: 0.1, Window: 200}
	for _, c := range []struct {
		change       func(r *sequential.Rates)
		ratio, alpha float64
	}{
		{func(r *sequential.Rates) { r.Times = 1 }, 1, 0.01},
		{func(r *sequential.Rates) { r.Times = 0 }, 1, 0.01},
		{func(r *sequential.Rates) { r.Times = -1 }, 1, 0.01},
		{func(r *sequential.Rates) { r.Base = 0 }, 1, 0.01},
		{func(r *sequential.Rates) { r.Base = 2 }, 1, 0.01},
		{func(r *sequential.Rates) { r.Share = 0 }, 1, 0.01},
		{func(r *sequential.Rates) { r.Share = 1 }, 1, 0.01},
		{func(r *sequential.Rates) { r.Share = 1e-12 }, 1, 0.01},
		{func(r *sequential.Rates) { r.Window = 0 }, 1, 0.01},
		{func(r *sequential.Rates) { r.Window = 1 }, 1, 0.01}, // never both sides in a window
		{func(r *sequential.Rates) {}, 0, 0.01},
		{func(r *sequential.Rates) {}, 1, 0},
		{func(r *sequential.Rates) {}, 1, 1},
		{func(r *sequential.Rates) {}, 5, 0.01},
		{func(r *sequential.Rates) { r.Times = 1.15 }, 1, 0.01},
		{func(r *sequential.Rates) { r.Base = 1e-18 }, 1, 0.01}, // less than the last bit of a chance
	} {
		r := good
		c.change(&r)
		median, p99, ok := r.Detect(c.ratio, c.alpha, 1)
		require.False(t, ok, "%+v", r)
		require.Zero(t, median+p99)
	}
	_, _, ok := good.DetectCeiling(0.05, 0.01, 1)
	require.False(t, ok)
	_, _, ok = good.DetectCeiling(0, 0.01, 1)
	require.False(t, ok)
	good.Share = 1
	_, _, ok = good.DetectCeiling(0.01, 0.01, 1)
	require.True(t, ok)
	good.Window = 1 << 50
	median, p99, ok := good.DetectCeiling(0.01, 0.01, 1)
	require.True(t, ok)
	require.Equal(t, median, p99) // rich windows: the cap alone decides
	require.Equal(t, int64(3<<50), p99)
	good.Times = 1000 // all fail
	_, _, ok = good.DetectCeiling(0.01, 0.01, 1)
	require.True(t, ok)
}

// The same at each call, on every processor.
func TestDetectIsDeterministic(t *testing.T) {
	median, p99, ok := sequential.Rates{Base: 0.01, Times: 5, Share: 0.13, Window: 170}.Detect(1.5, 0.003, 2)
	require.True(t, ok)
	require.Equal(t, [2]int64{796, 1746}, [2]int64{median, p99})
	median, p99, ok = sequential.Rates{Base: 0.01, Times: 5, Share: 0.13, Window: 70}.DetectCeiling(0.015, 0.003, 1)
	require.True(t, ok)
	require.Equal(t, [2]int64{291, 855}, [2]int64{median, p99})
}

func BenchmarkDetect(b *testing.B) {
	for name, r := range map[string]sequential.Rates{
		"slow": {Base: 0.01, Times: 2, Share: 0.1, Window: 200},
		"fast": {Base: 0.01, Times: 5, Share: 0.1, Window: 200},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, _, ok := r.Detect(1, 0.01, 1); !ok {
					b.Fatal("is not detected")
				}
			}
		})
	}
}
