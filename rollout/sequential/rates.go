package sequential

import "math"

// Rates are what is expected at a stage. They say, before a release, how soon a fault
// would be seen there.
type Rates struct {
	Base   float64 // the rate of errors of the other lanes
	Times  float64 // how many times as often the candidate truly fails
	Share  float64 // the candidate's share of the requests, above 0 and up to 1
	Window int64   // the requests of one window, of all lanes
}

// Detect returns after how many requests of the candidate [Worse.Share] fires, with that
// ratio, alpha and clump and the [Limit] of alpha: in half of all releases, and in 99 of
// 100. Errors come singly, and from the first window on.
//
// ok is false when the rates are impossible, and when the figure for 99 of 100 is beyond
// some thousand windows with errors. The latter always holds when the candidate is worse
// than ratio by less than about a quarter.
//
// The figures are those of some thousand histories of windows, drawn by a fixed sequence
// of random numbers: the same at each call and on every processor, and exact to about 2%
// for the median and 4% for the other, or one window. The prior and the cap make the
// evidence depend on the order of the errors, so a walk over their numbers is not enough.
func (r Rates) Detect(ratio, alpha float64, clump int) (median, p99 int64, ok bool) {
	if !(r.Base > 0 && r.Share < 1) {
		return 0, 0, false
	}
	return r.detect(alpha, func(candidate, others Counts) (l loads, ok bool) {
		seen, ok := newShare(ratio, candidate, others, clump)
		for i, m := range above() {
			all := -ln(1+float64((m.times-1)*seen.part)) / seen.clump
			l.mine[i], l.theirs[i] = m.ln/seen.clump+all, all
		}
		return l, ok
	})
}

// DetectCeiling is [Rates.Detect] for [Worse.Ceiling] at the given rate. The candidate's
// true rate is Times the Base.
func (r Rates) DetectCeiling(rate, alpha float64, clump int) (median, p99 int64, ok bool) {
	return r.detect(alpha, func(candidate, _ Counts) (l loads, ok bool) {
		seen, ok := newCeiling(rate, candidate, clump)
		for i, m := range possible(rate) {
			l.mine[i] = m.ln / seen.clump
			l.window[i] = -float64(seen.expected*(m.times-1)) / seen.clump
		}
		return l, ok
	})
}

const (
	largest = 1 << 20 // requests of a window that are drawn at most: in larger windows the cap alone decides
	rich    = 64      // errors expected in a window, above which their factors would not be finite
	few     = 16      // requests of the candidate in a window, below which their number is drawn
)

// detect follows histories; weigh returns the loads of a window with these totals.
func (r Rates) detect(alpha float64, weigh func(candidate, others Counts) (loads, bool)) (median, p99 int64, ok bool) {
	if !(r.Base >= 0 && r.Base <= 1 && r.Times >= 0 && r.Times <= math.MaxFloat64) ||
		!(r.Share > 0 && r.Share <= 1) || !(alpha > 0 && alpha < 1) || r.Window < 1 || r.Window > most {
		return 0, 0, false
	}
	requests := min(r.Window, largest)
	mean := float64(r.Share * float64(requests))
	totals := newBinomial(requests, r.Share)
	if mean >= few {
		totals = binomial{first: int64(mean + 0.5), sums: []float64{1}}
	}
	w := walk{rich: float64(requests)*r.Base+float64(mean*r.Base)*r.Times > rich}
	counted, before := 0.0, 0.0 // windows without a request of the candidate are not
	for i, sum := range totals.sums {
		mine, chance := totals.first+int64(i), sum-before
		before = sum
		if mine == 0 || chance < 1e-6 {
			continue
		}
		l, ok := weigh(Counts{Total: mine}, Counts{Total: requests - mine})
		if !ok {
			continue
		}
		counted += chance
		w.add(chance, newBinomial(mine, r.Times*r.Base), newBinomial(requests-mine, r.Base), l)
	}
	if counted == 0 {
		return 0, 0, false
	}
	w.prepare(alpha, counted)
	return w.quantiles(mean / counted * float64(r.Window) / float64(requests))
}
