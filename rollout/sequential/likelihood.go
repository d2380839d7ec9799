package sequential

import "math"

// multiple is an alternative: the candidate's rate is this multiple of the tested one.
type multiple struct{ times, ln float64 }

// above are the alternatives of Worse. Few are enough: between two of them little is
// lost, and the mean over eight costs at most ln 8.
func above() [8]multiple {
	return [...]multiple{
		{1.5, 0.40546510810816438}, {2, math.Ln2}, {3, 1.0986122886681098}, {5, 1.6094379124341003},
		{8, 2.0794415416798357}, {13, 2.5649493574615367}, {20, 2.9957322735539909}, {50, 3.9120230054281460},
	}
}

// possible returns the alternatives of above with rates of at most 1; a larger one
// becomes 1.
func possible(rate float64) [8]multiple {
	all := above()
	for i, m := range all {
		if m.times > 1/rate {
			all[i] = multiple{1 / rate, -ln(rate)}
		}
	}
	return all
}

// below returns the alternatives of Good for a share. They are multiples of the tested
// ratio, not ratios: an alternative at or above the tested ratio would show a bad
// candidate to be good.
func below() [4]multiple {
	return [...]multiple{
		{0.05, -2.9957322735539909}, {0.25, -1.3862943611198906}, {0.5, -math.Ln2}, {0.625, -0.47000362924573555},
	}
}

// share is what one window says about the candidate's share of the errors.
type share struct {
	mine, all float64 // the candidate's errors, and those of all lanes
	part      float64 // the chance that an error is the candidate's, at the tested ratio
	clump     float64
}

// newShare returns false when there is nothing to compare.
func newShare(ratio float64, candidate, others Counts, clump int) (share, bool) {
	if !candidate.Valid() || !others.Valid() || candidate.Total == 0 || others.Total == 0 ||
		!(ratio > 0) || math.IsInf(ratio, 1) {
		return share{}, false
	}
	return share{
		mine:  float64(candidate.Bad),
		all:   float64(candidate.Bad + others.Bad),
		part:  1 / (1 + float64(others.Total)/float64(ratio*float64(candidate.Total))),
		clump: float64(max(clump, 1)),
	}, true
}

// ratio is the logarithm of a likelihood ratio of the window: the candidate's rate is m
// times the tested one, over the tested one. It is (q/part)^mine
// ((1-q)/(1-part))^(all-mine) with q/(1-q) = m part/(1-part), written without a division
// by 0.
func (s share) ratio(m multiple) Nats {
	if s.all == 0 {
		return 0
	}
	a := float64(s.mine * m.ln)
	b := float64(s.all * ln(1+float64((m.times-1)*s.part)))
	return down((a-b)/s.clump, (math.Abs(a)+math.Abs(b)+s.all)/s.clump)
}

// ceiling is what one window says about the candidate's rate.
type ceiling struct {
	bad, expected float64 // errors, and how many are expected at the tested rate
	clump         float64
}

// newCeiling returns false when there is nothing to judge.
func newCeiling(rate float64, candidate Counts, clump int) (ceiling, bool) {
	if !candidate.Valid() || candidate.Total == 0 || !(rate > 0 && rate <= 1) {
		return ceiling{}, false
	}
	return ceiling{
		bad:      float64(candidate.Bad),
		expected: float64(rate * float64(candidate.Total)),
		clump:    float64(max(clump, 1)),
	}, true
}

// ratio is the logarithm of a likelihood ratio of the window: the rate is m times the
// tested one, over the tested one. It is that of a Poisson count: for requests that fail
// or not it is less than theirs, so it is valid as well.
func (c ceiling) ratio(m multiple) Nats {
	a := float64(c.bad * m.ln)
	b := float64(c.expected * (m.times - 1))
	return down((a-b)/c.clump, (math.Abs(a)+math.Abs(b))/c.clump)
}

// none is the logarithm of a likelihood ratio of the window: the candidate never fails,
// over the tested rate. One error refutes it for good.
func (c ceiling) none() Nats {
	if c.bad > 0 {
		return nothing - furthest
	}
	return down(c.expected/c.clump, c.expected/c.clump)
}
