package sequential_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// What is enumerated here is the reason why a rate of false alarms can be promised: a
// window multiplies each alternative by a number whose mean is at most 1 for whatever
// is not to alarm.

const uncapped = sequential.Nats(math.MaxInt64)

// worseRatios are the likelihood ratios of a window: half of each is what a first
// window leaves.
func worseRatios(w sequential.Worse) (out [8]float64) {
	for i, log := range w.Logs {
		if log > -40e6 {
			out[i] = 2 * math.Exp(float64(log)/1e6)
		}
	}
	return out
}

func goodRatios(g sequential.Good) (out [4]float64) {
	for i, log := range g.Logs {
		if log > -40e6 {
			out[i] = math.Exp(float64(log) / 1e6)
		}
	}
	return out
}

// counts returns the chances of 0, 1, ... bad requests, given the rate of each, when a
// request that fails takes size-1 others along.
func counts(size int, rates ...float64) []float64 {
	out := []float64{1}
	for _, rate := range rates {
		next := make([]float64, len(out)+size)
		for bad, chance := range out {
			next[bad] += chance * (1 - rate)
			next[bad+size] += chance * rate
		}
		out = next
	}
	return out
}

func same(rate float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = rate
	}
	return out
}

// Given how many errors a window has, they are the candidate's with probability
// r n_c / (r n_c + n_s), each on its own, at the ratio r that is just allowed: then the
// mean is 1 to the last digit.
//
// It kills: q0 without the ratio.
func TestWindowIsFairGivenItsErrors(t *testing.T) {
	for _, ratio := range []float64{0.3, 1, 1.5, 4} {
		for _, n := range [][2]int64{{20, 180}, {100, 100}, {180, 20}, {12, 1000}} {
			q := ratio * float64(n[0]) / (ratio*float64(n[0]) + float64(n[1]))
			for m := range 8 {
				var worse [8]float64
				var good [4]float64
				for x, chance := range counts(1, same(q, m)...) {
					c, s := sequential.Counts{int64(x), n[0]}, sequential.Counts{int64(m - x), n[1]}
					for i, v := range worseRatios(sequential.Worse{}.Share(ratio, c, s, 1, uncapped)) {
						worse[i] += chance * v
					}
					for i, v := range goodRatios(sequential.Good{}.Share(ratio, c, s, 1)) {
						good[i] += chance * v
					}
				}
				for _, mean := range worse {
					require.InDelta(t, 1, mean, 1e-5)
				}
				for _, mean := range good {
					require.InDelta(t, 1, mean, 1e-5)
				}
			}
		}
	}
}

// mean returns the means of what a window multiplies the alternatives by, given the
// chances of the numbers of errors.
func mean(ratio float64, candidate, others []float64, clump int) (worse, good float64) {
	var w [8]float64
	var g [4]float64
	for x, a := range candidate {
		for y, b := range others {
			c, s := sequential.Counts{int64(x), int64(len(candidate) - 1)},
				sequential.Counts{int64(y), int64(len(others) - 1)}
			for i, v := range worseRatios(sequential.Worse{}.Share(ratio, c, s, clump, uncapped)) {
				w[i] += a * b * v
			}
			for i, v := range goodRatios(sequential.Good{}.Share(ratio, c, s, clump)) {
				g[i] += a * b * v
			}
		}
	}
	for _, v := range w {
		worse = max(worse, v)
	}
	for _, v := range g {
		good = max(good, v)
	}
	return worse, good
}

// Given its requests, which fail or not, each at its own rate, the mean is at most 1
// while the candidate's rate is at most ratio times the others' (for Good: at least),
// and about 1 where that is just so and errors are rare. Clumps as large as was said
// change nothing.
//
// It kills: q0 without the ratio, the mirror's sign, absolute alternatives (a ratio of
// 0.3 is below some), the clump ignored.
func TestWindowIsFairGivenItsRequests(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	highest := [2]float64{}
	for _, ratio := range []float64{0.3, 1, 1.5, 4} {
		for _, base := range []float64{0.0001, 0.01, 0.1, 0.24} {
			for _, n := range [][2]int{{1, 12}, {4, 9}, {8, 4}} {
				for _, times := range []float64{0, 0.5, 1, 2} {
					rate := min(base*ratio*times, 1)
					candidate, others := same(rate, n[0]), same(base, n[1])
					for i := range candidate[1:] { // another rate for each, and the same mean
						d := random.Float64() * min(rate, 1-rate) / 2
						candidate[i], candidate[i+1] = candidate[i]-d, candidate[i+1]+d
					}
					for clump := 1; clump <= 3; clump++ {
						for size := 1; size <= clump; size++ {
							worse, good := mean(ratio, counts(size, candidate...), counts(size, others...), clump)
							if times <= 1 {
								require.LessOrEqual(t, worse, 1+1e-6, "ratio %v, rates %v and %v, clump %d", ratio,
									rate, base, clump)
								highest[0] = max(highest[0], worse)
							}
							if times >= 1 {
								require.LessOrEqual(t, good, 1+1e-6, "ratio %v, rates %v and %v, clump %d", ratio, rate,
									base, clump)
								highest[1] = max(highest[1], good)
							}
						}
					}
				}
			}
		}
	}
	require.Greater(t, highest[0], 0.9999)
	require.Greater(t, highest[1], 0.9999)

	// Had nothing been said of the clumps, it would not hold.
	worse, _ := mean(1, counts(3, same(0.05, 4)...), counts(3, same(0.05, 9)...), 1)
	require.Greater(t, worse, 1.1)
}

// The same against a fixed rate.
//
// It kills: the mirror's sign, absolute alternatives, the clump ignored.
func TestCeilingIsFair(t *testing.T) {
	highest := [2]float64{}
	for _, rate := range []float64{0.0001, 0.01, 0.3, 0.9, 1} {
		for _, times := range []float64{0, 0.5, 1, 2, 5} {
			for clump := 1; clump <= 3; clump++ {
				for size := 1; size <= clump; size++ {
					true_ := min(rate*times, 1)
					var worse [8]float64
					var good [4]float64
					chances := counts(size, same(true_, 12)...)
					for x, chance := range chances {
						c := sequential.Counts{int64(x), int64(len(chances) - 1)}
						for i, v := range worseRatios(sequential.Worse{}.Ceiling(rate, c, clump, uncapped)) {
							worse[i] += chance * v
						}
						for i, v := range goodRatios(sequential.Good{}.Ceiling(rate, c, clump)) {
							good[i] += chance * v
						}
					}
					for _, mean := range worse {
						if times <= 1 {
							require.LessOrEqual(t, mean, 1+1e-6, "ceiling %v, rate %v, clump %d", rate, true_, clump)
							highest[0] = max(highest[0], mean)
						}
					}
					for _, mean := range good {
						if true_ >= rate {
							require.LessOrEqual(t, mean, 1+1e-6, "ceiling %v, rate %v, clump %d", rate, true_, clump)
							highest[1] = max(highest[1], mean)
						}
					}
				}
			}
		}
	}
	require.Greater(t, highest[0], 0.9999)
	require.Greater(t, highest[1], 0.9999)
}

// Over all histories of windows the mean of the evidence stays 1: of the alternatives
// the mean is taken, and the chances of the moments at which a fault begins sum to 1.
// With the cap it is at most 1.
//
// It kills: the mean replaced by the largest, a prior that is not one.
func TestEvidenceIsFairOverWindows(t *testing.T) {
	const ratio, windows = 1.5, 10
	q := ratio * 30 / (ratio*30 + 170)
	var free, capped float64
	var walk func(left int, chance float64, a, b sequential.Worse)
	walk = func(left int, chance float64, a, b sequential.Worse) {
		if left == 0 {
			free += chance * math.Exp(float64(a.Log())/1e6)
			capped += chance * math.Exp(float64(b.Log())/1e6)
			return
		}
		for x := range int64(2) {
			c, s := sequential.Counts{x, 30}, sequential.Counts{1 - x, 170}
			walk(left-1, chance*(float64(x)*q+float64(1-x)*(1-q)), a.Share(ratio, c, s, 1, uncapped),
				b.Share(ratio, c, s, 1, sequential.Limit(0.2)))
		}
	}
	for n := 1; n <= windows; n++ {
		free, capped = 0, 0
		walk(n, 1, sequential.Worse{}, sequential.Worse{})
		require.InDelta(t, 1, free, 1e-4, "after %d windows", n)
		require.LessOrEqual(t, capped, free)
	}
	require.Less(t, capped, 0.99)
}
