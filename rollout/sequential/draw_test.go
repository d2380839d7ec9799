package sequential_test

import (
	"flag"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// longer multiplies the number of simulated histories: 1 takes seconds, 20 a minute or
// two.
var longer = flag.Int("longer", 1, "simulate so many times as many histories")

// failed draws how many of n requests fail at one rate: the gaps between failures are
// geometric.
func failed(random *rand.Rand, n int64, rate float64) (bad int64) {
	if rate <= 0 {
		return 0
	}
	for at := int64(0); ; at++ {
		at += int64(math.Log(1-random.Float64()) / math.Log1p(-rate))
		if at >= n || at < 0 {
			return bad
		}
		bad++
	}
}

// stage is a candidate beside other lanes, at steady rates.
type stage struct {
	base, times, share float64
	window             int64
}

// draw draws the requests of a window one by one to the lanes, and which of them fail.
func (s stage) draw(random *rand.Rand) (candidate, others sequential.Counts) {
	candidate.Total = failed(random, s.window, s.share)
	others.Total = s.window - candidate.Total
	candidate.Bad = failed(random, candidate.Total, s.base*s.times)
	others.Bad = failed(random, others.Total, s.base)
	return candidate, others
}

// quantile returns the value that a part of the sorted ones does not exceed.
func quantile(values []int64, part float64) int64 {
	slices.Sort(values)
	return values[int(math.Ceil(part*float64(len(values))))-1]
}

// until returns after how many requests of the candidate a history fires, at most a
// million windows.
func (s stage) until(random *rand.Rand, fold func(candidate, others sequential.Counts) bool) (requests int64) {
	for range 1000000 {
		c, o := s.draw(random)
		requests += c.Total
		if fold(c, o) {
			break
		}
	}
	return requests
}
