package sequential_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// A fault that begins late is seen about as soon as one that was there from the start:
// the prior over its beginning keeps good windows from counting for the candidate for
// ever. Without it, a thousand good windows cost ten times as many requests.
//
// It kills: the prior left out.
func TestLateFaultsAreSeen(t *testing.T) {
	const alpha = 0.01
	for _, c := range []struct {
		share  float64
		good   int
		median float64 // requests of the candidate, at most
	}{
		{0.1, 0, 250}, {0.1, 50, 450}, {0.1, 200, 580}, {0.1, 1000, 700},
		{0.5, 0, 650}, {0.5, 50, 1200}, {0.5, 200, 1400}, {0.5, 1000, 1800},
	} {
		random := rand.New(rand.NewPCG(11, 12))
		fine := stage{0.01, 1, c.share, 200}
		fault := stage{0.01, 5, c.share, 200}
		var seen []int64
		for range 50 * *longer {
			w := sequential.Worse{}
			for range c.good {
				candidate, others := fine.draw(random)
				w = w.Share(1, candidate, others, 1, sequential.Limit(alpha))
			}
			seen = append(seen, fault.until(random, func(candidate, others sequential.Counts) bool {
				w = w.Share(1, candidate, others, 1, sequential.Limit(alpha))
				return w.Log() >= sequential.Threshold(alpha)
			}))
		}
		t.Logf("weight %v, after %d good windows: %d", c.share, c.good, quantile(seen, 0.5))
		require.LessOrEqual(t, float64(quantile(seen, 0.5)), c.median, "weight %v, after %d good windows", c.share,
			c.good)
	}
}
