package rehearsal

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The draws have the mean and the variance of a binomial distribution, within what chance
// lets: 5 sigma of 4,000 draws.
func TestBinomial(t *testing.T) {
	const draws = 4000
	for _, n := range []int64{1, 7, 400, 100_000} {
		for _, p := range []float64{0, 1e-9, 0.001, 0.3, 0.5, 0.8, 0.9999, 1} {
			if float64(n)*min(p, 1-p) > 2000 {
				continue // the cost is that of the rarer side
			}
			random := rand.New(rand.NewPCG(uint64(n), math.Float64bits(p)))
			sum, squares := 0.0, 0.0
			mean, variance := float64(n)*p, float64(n)*p*(1-p)
			for range draws {
				x := binomial(random, n, p)
				require.True(t, x >= 0 && x <= n)
				sum += float64(x)
				squares += (float64(x) - mean) * (float64(x) - mean)
			}
			require.InDelta(t, mean, sum/draws, 5*math.Sqrt(variance/draws)+1e-9, "the mean of %d at %v", n, p)
			fourth := variance * (1 + (3*float64(n)-6)*p*(1-p)) // the fourth central moment
			require.InDelta(t, variance, squares/draws, 5*math.Sqrt(max(0, fourth-variance*variance)/draws)+1e-9,
				"the variance of %d at %v", n, p)
		}
	}
}

func TestSharedLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.IntRange(0, 100), 1, 9).Draw(t, "parts")
		sum := 0
		for _, x := range parts {
			sum += x
		}
		if sum == 0 {
			return
		}
		var shares []float64
		for _, x := range parts {
			shares = append(shares, float64(x)/float64(sum))
		}
		n := rapid.Int64Range(0, 10_000).Draw(t, "n")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		total := int64(0)
		for i, x := range shared(random, n, shares) {
			require.GreaterOrEqual(t, x, int64(0))
			if shares[i] == 0 && i < len(shares)-1 {
				require.Zero(t, x)
			}
			total += x
		}
		require.Equal(t, n, total)
	})
}

// What a flow draws agrees with requests that are sent one by one: calls go on after one has
// failed, a request fails once, and a failure that would have come anyway is no fault's.
func TestFlowAgreesWithRequestsOneByOne(t *testing.T) {
	a, b := place{"a", "v3"}, place{"b", "v3"}
	f := flow{entry: "v3", calls: []place{a, b, a}}
	rate := func(p place) float64 { return map[place]float64{a: 0.02, b: 0.1}[p] }
	const n, base = 200_000, 0.03

	l := load{random: rand.New(rand.NewPCG(1, 2)), base: base, cost: cost{by: map[place]int64{}}}
	w := newWindow()
	l.flow(&f, n, rate, w)

	one := rand.New(rand.NewPCG(3, 4))
	var failed, faulty int64
	bad, by := map[place]int64{}, map[place]int64{}
	for range n {
		dead := false
		for _, p := range f.calls {
			anyway, fault := one.Float64() < base, one.Float64() < rate(p)
			if !anyway && !fault {
				continue
			}
			bad[p]++
			if !anyway {
				by[p]++
			}
			if !dead && !anyway {
				faulty++
			}
			dead = true
		}
		if dead {
			failed++
		}
	}
	near := func(want, got int64, what string) {
		require.InDelta(t, want, got, 5*math.Sqrt(2*float64(want)), what)
	}
	near(failed, l.cost.failed, "failed requests")
	near(faulty, l.cost.faulty, "of these by faults")
	for _, p := range []place{a, b} {
		near(bad[p], w.calls[p].bad, "bad calls")
		near(by[p], l.cost.by[p], "of these by faults")
	}
	require.EqualValues(t, 2*n, w.calls[a].total)
	require.EqualValues(t, n, w.calls[b].total)
	require.Equal(t, counts{l.cost.failed, n}, w.entry["v3"])
}
