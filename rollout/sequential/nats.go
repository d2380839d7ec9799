package sequential

import "math"

// Nats is a natural logarithm in millionths, rounded down: -4605171 is the logarithm of
// 0.01. Whole numbers have the same bytes in JSON on every processor, and are never
// infinite.
type Nats int64

const (
	unit       = 1e6            // one natural logarithm in Nats
	highest    = 40 * Nats(1e6) // logarithms that are kept lie between nothing and highest
	nothing    = -highest       // at or below: means the logarithm of 0
	negligible = Nats(14e6)     // a number smaller by this much adds less than one of Nats to a sum
	furthest   = 2 * highest    // a step beyond it leads from any kept logarithm past its bounds
)

// Threshold is the value that [Worse.Log] and [Good.Log] must reach in a test that may be
// wrong with probability alpha: the logarithm of 1/alpha, rounded up. For an alpha that
// is not between 0 and 1 no evidence reaches it.
func Threshold(alpha float64) Nats {
	if !(alpha > 0 && alpha < 1) {
		return math.MaxInt64
	}
	return -down(ln(alpha), -ln(alpha))
}

// Limit is how much one window may add to the logarithm of each alternative of
// [Worse]: half of the logarithm of 1/alpha, so that no single window raises an
// alarm. It is 0 for an alpha that is not between 0 and 1: then nothing does.
func Limit(alpha float64) Nats {
	if !(alpha > 0 && alpha < 1) {
		return 0
	}
	half := float64(-0.5 * ln(alpha))
	return down(half, half)
}

// down rounds a logarithm down to Nats, within furthest of 0. size is the sum of the
// absolute values that v was computed from: it bounds the error of v, and down subtracts
// that first.
func down(v, size float64) Nats {
	v = float64((v - float64(size*0x1p-48)) * unit)
	switch {
	case v >= float64(furthest):
		return furthest
	case !(v > -float64(furthest)):
		return -furthest
	}
	n := Nats(v) // cuts off
	if float64(n) > v {
		n--
	}
	return n
}

// kept brings a logarithm within the bounds of kept ones.
func kept(n Nats) Nats { return max(nothing, min(n, highest)) }

// plus is the logarithm of the sum of two numbers, given theirs.
func plus(a, b Nats) Nats {
	if a < b {
		a, b = b, a
	}
	if b <= nothing || a-b > negligible {
		return a
	}
	return a + down(ln(1+exp(float64(b-a)/unit)), 1)
}

// mean is the logarithm of the mean of numbers, given theirs, and of rest.
func mean(logs []Nats, rest float64) Nats {
	top := Nats(0)
	for _, log := range logs {
		top = max(top, kept(log))
	}
	sum := 0.0
	for _, log := range logs {
		if log > nothing && top-log < furthest/2 {
			sum += exp(float64(kept(log)-top) / unit)
		}
	}
	sum = sum/float64(len(logs)) + float64(rest*exp(-float64(top)/unit))
	if sum == 0 {
		return nothing
	}
	log := ln(sum)
	return kept(top + down(log, 1+math.Abs(log)))
}
