package sequential

import "math"

// Worse is the evidence that the candidate's rate is above what is allowed. The zero
// value means that nothing was seen. Use one value for one test, with the same ratio or
// rate, clump and limit at every window.
//
// For each of eight alternatives (the candidate fails 1.5, 2, 3, 5, 8, 13, 20 or 50 times
// as often as allowed) it holds the likelihood ratio of the windows since a fault began,
// averaged over that moment: before window t with probability 1/(t(t+1)). So a fault
// after a thousand good windows is seen about as soon as one after fifty, though all of
// them counted for the candidate. An excess of less than about a quarter is never seen:
// it fits none of the eight.
type Worse struct {
	// Windows is how many have been folded.
	Windows int64 `json:"windows"`
	// Logs are the logarithms for the alternatives, from -40 to 40. -40 means the
	// logarithm of 0.
	Logs [8]Nats `json:"logs"`
}

// Share folds a window of the candidate and of the other lanes, when the candidate may
// fail at most ratio times as often as they do. One window adds at most limit to the
// logarithm of each alternative (see [Limit]): a short burst at one lane, as when a node
// dies, is no alarm. Errors come in clumps of at most clump; less than 1 means 1.
//
// A window in which either side had no request says nothing, and Share returns w
// unchanged. It also does for counts or a ratio that are not valid.
func (w Worse) Share(ratio float64, candidate, others Counts, clump int, limit Nats) Worse {
	seen, ok := newShare(ratio, candidate, others, clump)
	if !ok {
		return w
	}
	var steps [8]Nats
	for i, m := range above() {
		steps[i] = seen.ratio(m)
	}
	return w.fold(steps, limit)
}

// Ceiling folds a window of the candidate, when it may fail at most at the given rate,
// above 0 and up to 1. Clump and limit are as for [Worse.Share]; it also ignores such
// windows. Alternatives above 1 count as 1.
func (w Worse) Ceiling(rate float64, candidate Counts, clump int, limit Nats) Worse {
	seen, ok := newCeiling(rate, candidate, clump)
	if !ok {
		return w
	}
	var steps [8]Nats
	for i, m := range possible(rate) {
		steps[i] = seen.ratio(m)
	}
	return w.fold(steps, limit)
}

// fold multiplies: M becomes (M + 1/(t(t+1))) times the window's likelihood ratio.
func (w Worse) fold(steps [8]Nats, limit Nats) Worse {
	if w.Windows <= 0 {
		w = Worse{}
	}
	if w.Windows < math.MaxInt64 {
		w.Windows++
	}
	t := float64(w.Windows)
	size := ln(t) + ln(t+1)
	prior := down(-size, size)
	for i, log := range w.Logs {
		if w.Windows == 1 {
			log = nothing
		}
		w.Logs[i] = kept(plus(kept(log), prior) + min(steps[i], max(limit, 0)))
	}
	return w
}

// Log is the logarithm of the evidence: of the mean over the alternatives, and of 1/(t+1)
// for the faults that have not begun after t windows. The test fires when it is at least
// the [Threshold] of its alpha.
func (w Worse) Log() Nats {
	if w.Windows <= 0 {
		return 0
	}
	return mean(w.Logs[:], 1/(float64(w.Windows)+1))
}
