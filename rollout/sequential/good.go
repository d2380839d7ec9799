package sequential

// Good is the evidence that the candidate's rate is below a bound, for a gate that must
// see it shown. The zero value means that nothing was seen. Use one value for one test,
// with the same ratio or rate and clump at every window.
//
// It mirrors [Worse], with four alternatives below the bound, without a prior over the
// moment (the candidate must be good the whole time) and without a cap (no window is too
// good). Its bound must be above the ratio or rate of the Worse beside it.
type Good struct {
	// Logs are the logarithms for the alternatives, from -40 to 40. -40 means the
	// logarithm of 0: the alternative is refuted for good.
	Logs [4]Nats `json:"logs"`
}

// Share folds a window of the candidate and of the other lanes. It shows that the
// candidate fails less than ratio times as often as they do. The alternatives are 0.05,
// 0.25, 0.5 and 0.625 times ratio. Errors come in clumps of at most clump; less than 1
// means 1. It ignores the windows that [Worse.Share] ignores.
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

// Ceiling folds a window of the candidate. It shows that the candidate fails less often
// than rate, above 0 and up to 1. The alternatives are 0, 0.25, 0.5 and 0.625 times rate:
// without any error it is shown after ln(4/beta)/rate requests at the latest. It ignores
// the windows that [Worse.Ceiling] ignores.
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

// times multiplies a likelihood ratio into a kept one: 0 stays 0.
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
		return 0 // the rounding must not make it a millionth less
	}
	return mean(g.Logs[:], 0)
}
