package rehearsal

import (
	"math"
	"math/rand/v2"
)

// binomial returns how many of n events happen, each with probability p by itself. It
// counts the gaps between those that do, so its cost is that of the rarer side.
func binomial(random *rand.Rand, n int64, p float64) int64 {
	switch {
	case n <= 0 || p <= 0:
		return 0
	case p >= 1:
		return n
	case p > 0.5:
		return n - binomial(random, n, 1-p)
	}
	scale := 1 / math.Log1p(-p)
	happened, at := int64(0), int64(0)
	for {
		gap := math.Log(1-random.Float64()) * scale // of failures before the next event
		if gap >= float64(n-at) {
			return happened
		}
		at += int64(gap) + 1
		if at > n {
			return happened
		}
		happened++
	}
}

// shared returns how n events fall on shares that sum to 1.
func shared(random *rand.Rand, n int64, shares []float64) []int64 {
	out, left := make([]int64, len(shares)), 1.0
	for i, share := range shares {
		if i == len(shares)-1 {
			out[i] = n
			break
		}
		out[i] = binomial(random, n, share/left)
		n, left = n-out[i], left-share
	}
	return out
}
