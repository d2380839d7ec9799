package sequential

// Good is the evidence that the candidate's rate is below a bound, for a gate that asks
// to be shown it. The zero value is that of nothing seen. One value is for one test,
// with the same ratio or rate and clump at every window.
//
// It is the mirror of [Worse], for four alternatives below the bound, without a prior
// over the moment (good is to be shown of the whole time) and without a cap (no window
// is too good). The bound is to be above the ratio or rate of the Worse beside it.
type Good struct {
	// Logs are the logarithms for the alternatives, from -40 to 40. At -40 it is the
	// logarithm of 0, and the alternative is refuted for good.
	Logs [4]Nats `json:"logs"`
}

// Share folds a window of the candidate and of the other lanes, to show that the
// candidate fails less than ratio times as often as they do. The alternatives are 0.05,
// 0.25, 0.5 and 0.625 times ratio. Errors come in clumps of at most clump; less than 1
// means 1. What says nothing is as for [Worse.Share].
func (g Good) Share(ratio float64, candidate, others Counts, clump int) Good {
	seen, ok := newShare(ratio, candidate, others, clump)
	if !ok {
		return g
	}
	for i, m := range below() {
		g.Logs[i] = times(g.Logs[i], seen.ratio(m))
	}
	return g
}

// Ceiling folds a window of the candidate, to show that it fails less often than rate,
// above 0 and up to 1. The alternatives are 0, 0.25, 0.5 and 0.625 times rate: without
// any error it is shown after ln(4/beta)/rate requests at the latest. What says nothing
// is as for [Worse.Ceiling].
func (g Good) Ceiling(rate float64, candidate Counts, clump int) Good {
	seen, ok := newCeiling(rate, candidate, clump)
	if !ok {
		return g
	}
	for i, m := range below() {
		step := seen.none()
		if i > 0 {
			step = seen.ratio(m)
		}
		g.Logs[i] = times(g.Logs[i], step)
	}
	return g
}

// times multiplies a likelihood ratio into one that is kept: 0 stays 0.
func times(log, step Nats) Nats {
	if log <= nothing {
		return nothing
	}
	return kept(kept(log) + step)
}

// Log is the logarithm of the evidence: of the mean over the alternatives. The test
// passes when it is at least the [Threshold] of its beta.
func (g Good) Log() Nats {
	if g == (Good{}) {
		return 0 // not a millionth less, by the rounding
	}
	return mean(g.Logs[:], 0)
}
