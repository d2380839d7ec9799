package sequential_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// plain is the share test as the papers have it, without prior and cap: the mean of
// likelihood ratios of all windows.
type plain [8]float64

func (p *plain) fold(ratio float64, c, o sequential.Counts) (log float64) {
	q := ratio * float64(c.Total) / (ratio*float64(c.Total) + float64(o.Total))
	sum := 0.0
	for i, g := range []float64{1.5, 2, 3, 5, 8, 13, 20, 50} {
		p[i] += float64(c.Bad)*math.Log(g) - float64(c.Bad+o.Bad)*math.Log1p((g-1)*q)
		sum += math.Exp(p[i]) / 8
	}
	return math.Log(sum)
}

// A simulation of the plain test gives its known figures: the other tests compare with
// the same thing.
func TestPlainTestHasItsFigures(t *testing.T) {
	for _, c := range []struct {
		stage
		median, p90, p99 float64 // requests of the candidate
	}{
		{stage{.001, 5, .1, 200}, 1500, 3320, 5320},
		{stage{.001, 5, .5, 200}, 3400, 6500, 10600},
		{stage{.01, 5, .1, 200}, 180, 360, 560},
		{stage{.01, 5, .5, 200}, 400, 700, 1100},
		{stage{.05, 5, .1, 200}, 40, 80, 120},
		{stage{.01, 2, .1, 200}, 1680, 3320, 5160},
	} {
		random := rand.New(rand.NewPCG(17, 18))
		var drawn []int64
		for range 300 * *longer {
			p := plain{}
			drawn = append(drawn, c.until(random, func(candidate, others sequential.Counts) bool {
				return p.fold(1, candidate, others) >= math.Log(100)
			}))
		}
		window := c.share * float64(c.window)
		for part, want := range map[float64]float64{0.5: c.median, 0.9: c.p90} {
			require.InDelta(t, want, float64(quantile(drawn, part)), max(0.15*want, window*1.5), "%+v at %v", c.stage,
				part)
		}
		require.InDelta(t, c.p99, float64(quantile(drawn, 0.99)), max(0.3*c.p99, window*2), "%+v", c.stage)
	}
}

// When all errors are the candidate's, so many of them alarm, a few more with the prior
// and the cap.
func TestErrorsThatAreAllTheCandidates(t *testing.T) {
	for _, c := range []struct{ weight, plain, worse int64 }{
		{1, 2, 3}, {10, 3, 4}, {50, 9, 9}, {80, 25, 27},
	} {
		p, w, most := plain{}, sequential.Worse{}, int64(0)
		for n := int64(1); most == 0; n++ {
			candidate, others := sequential.Counts{1, 2 * c.weight}, sequential.Counts{0, 200 - 2*c.weight}
			w = w.Share(1, candidate, others, 1, sequential.Limit(0.01))
			if p.fold(1, candidate, others) >= math.Log(100) && c.plain > 0 {
				require.Equal(t, c.plain, n, "weight %d%%", c.weight)
				c.plain = 0
			}
			if w.Log() >= sequential.Threshold(0.01) {
				most = n
			}
		}
		require.Equal(t, c.worse, most, "weight %d%%", c.weight)
	}
}
