package sequential

import (
	"math"
	"slices"
)

// walk follows histories of windows until the test fires. It does the arithmetic of Worse
// in numbers instead of logarithms, with a table of factors for each number of errors.
type walk struct {
	kinds     []kind
	rich      bool       // windows have so many errors that tables hold logarithms of factors
	window    [8]float64 // the mean logarithm of the factor of a window without errors
	empty     [8]float64 // and the factor
	quiet     float64    // the chance of a window without errors
	logQuiet  float64
	limit     float64
	cap, fire float64
	random    uint64
}

// kind holds the windows with one number of requests of the candidate.
type kind struct {
	chance       float64 // the chance that a window with errors is of this kind or of one before
	worse        float64 // the chance that the candidate has errors in a window of this kind
	mine, theirs binomial
	byMine       [][8]float64 // the factors of its errors, and of the others' errors and the window
	byTheirs     [][8]float64
}

// loads are what an error of the candidate, an error of the others and a window add to
// the logarithms for the alternatives.
type loads struct{ mine, theirs, window [8]float64 }

const (
	histories = 10000   // followed while steps last
	fewest    = 2000    // followed in any case
	steps     = 400_000 // windows with errors, and stretches of those without, of all histories
	patience  = 2000    // of one history
	never     = math.MaxInt64
)

// add adds the kind of windows that comes with a chance.
func (w *walk) add(chance float64, mine, theirs binomial, l loads) {
	k := kind{mine: mine, theirs: theirs}
	quiet := float64(mine.none * theirs.none)
	k.byMine, k.byTheirs = mine.table(l.mine, [8]float64{}, w.rich), theirs.table(l.theirs, l.window, w.rich)
	for i, log := range l.window {
		w.window[i] += float64(float64(chance*quiet) * log)
	}
	w.quiet += float64(chance * quiet)
	if quiet == 1 {
		return
	}
	k.worse = (1 - mine.none) / (1 - quiet)
	k.chance = float64(chance * (1 - quiet))
	if n := len(w.kinds); n > 0 {
		k.chance += w.kinds[n-1].chance
	}
	w.kinds = append(w.kinds, k)
}

// prepare is called when all kinds are added; counted is the sum of their chances.
func (w *walk) prepare(alpha, counted float64) {
	for i := range w.window {
		w.window[i] /= max(w.quiet, 1e-300)
		w.empty[i] = exp(w.window[i])
	}
	w.quiet = min(w.quiet/counted, 1)
	w.logQuiet = min(ln(max(w.quiet, 1e-300)), -0x1p-53)
	for i := range w.kinds {
		w.kinds[i].chance /= w.kinds[len(w.kinds)-1].chance
	}
	w.limit = float64(Limit(alpha)) / unit
	w.cap = exp(w.limit)
	w.fire = float64(len(w.empty)) / alpha
	w.random = 1
}

// quantiles returns when histories fire, in requests of so many a window.
func (w *walk) quantiles(window float64) (median, p99 int64, ok bool) {
	if len(w.kinds) == 0 {
		return 0, 0, false
	}
	var fired []float64
	spent, lost := 0, 0
	for len(fired) < histories && (spent < steps || len(fired) < fewest) {
		windows, used := w.follow()
		spent += used
		if windows == never {
			if lost++; lost > histories/100 {
				return 0, 0, false
			}
		}
		fired = append(fired, windows)
	}
	slices.Sort(fired)
	half, last := fired[(len(fired)+1)/2-1], fired[(len(fired)*99+99)/100-1]
	if float64(last*window) > most {
		return 0, 0, false
	}
	return int64(math.Round(float64(half * window))), int64(math.Round(float64(last * window))), true
}

// uniform returns a number from 0 to below 1 (Steele, Lea, Flood, "Fast splittable
// pseudorandom number generators", OOPSLA 2014: splitmix64).
func (w *walk) uniform() float64 {
	w.random += 0x9e3779b97f4a7c15
	z := w.random
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return float64((z^z>>31)>>11) * 0x1p-53
}

// follow returns the window after which one history fires, and its steps.
func (w *walk) follow() (windows float64, used int) {
	var m [8]float64
	t := 0.0
	for used < patience {
		if gap := w.gap(); gap > 0 {
			used += w.rest(&m, t, gap)
			t += gap
		}
		t++
		used++
		a, b := w.draw()
		prior := 1 / float64(t*(t+1))
		sum := float64(len(m)) / (t + 1)
		for i := range m {
			ratio := w.cap
			if w.rich {
				ratio = exp(min(a[i]+b[i], w.limit))
			} else if product := float64(a[i] * b[i]); product < w.cap {
				ratio = product
			}
			m[i] = float64((m[i] + prior) * ratio)
			sum += m[i]
		}
		if sum >= w.fire {
			return t, used
		}
	}
	return never, used
}

// draw returns the factors of the candidate's and the others' errors, in a window that
// has errors.
func (w *walk) draw() (mine, theirs *[8]float64) {
	k := &w.kinds[0]
	if len(w.kinds) > 1 {
		u := w.uniform()
		for i := range w.kinds {
			if k = &w.kinds[i]; u < k.chance {
				break
			}
		}
	}
	if w.uniform() < k.worse {
		return &k.byMine[k.mine.some(w.uniform())], &k.byTheirs[k.theirs.draw(w.uniform())]
	}
	return &k.byMine[0], &k.byTheirs[k.theirs.some(w.uniform())]
}

// gap draws how many windows without errors come before one with.
func (w *walk) gap() float64 {
	u := w.uniform()
	if u >= w.quiet {
		return 0
	}
	return min(math.Floor(ln(u+0x1p-54)/w.logQuiet), most)
}

// rest folds windows without errors, in stretches within which the prior is about the
// same for all, and returns their number.
func (w *walk) rest(m *[8]float64, t, gap float64) (stretches int) {
	if w.window == [8]float64{} { // all factors are 1
		for i := range m {
			m[i] += 1/(t+1) - 1/(t+gap+1)
		}
		return 0
	}
	for gap > 0 && stretches < patience {
		n := min(gap, max(1, math.Floor(t/4)))
		prior := (1/(t+1) - 1/(t+n+1)) / n
		for i := range m {
			all, sum := w.empty[i], w.empty[i]
			if n > 1 {
				all, sum = exp(float64(n*w.window[i])), n
			}
			if n > 1 && w.empty[i] < 1 {
				sum = float64(w.empty[i]*(1-all)) / (1 - w.empty[i])
			}
			m[i] = float64(m[i]*all) + float64(prior*sum)
		}
		t, gap, stretches = t+n, gap-n, stretches+1
	}
	return stretches
}
