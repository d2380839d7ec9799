// Package pair measures two ways of doing one thing in turn: other work on the machine then slows
// both alike.
package pair

import (
	"runtime"
	"slices"
	"syscall"
	"time"
)

// Result is the measurement of one thing: ours and a peer's.
type Result struct {
	// Ratio is the median of the ratios of processor time, ours to theirs. Below 1 ours takes less.
	Ratio float64
	// Ours and Theirs are the medians of the processor time of one run.
	Ours, Theirs time.Duration
	// OurAllocations and TheirAllocations are the objects allocated by one run.
	OurAllocations, TheirAllocations int64
	// OurBytes and TheirBytes are the bytes allocated by one run.
	OurBytes, TheirBytes int64
}

// Alone measures a function that has no peer.
func Alone(rounds int, ours func()) Result {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	n := repeats(ours)
	var all []float64
	for range rounds {
		all = append(all, timed(n, ours))
	}
	out := Result{Ours: time.Duration(median(all))}
	out.OurAllocations, out.OurBytes = allocated(n, ours)
	return out
}

// Measure runs both functions for some rounds. A round is long enough for the clock. The functions
// take turns at being first.
func Measure(rounds int, ours, theirs func()) Result {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	n, m := repeats(ours), repeats(theirs)
	var ratios, a, b []float64
	for i := range rounds {
		var x, y float64
		if i%2 == 0 {
			x, y = timed(n, ours), timed(m, theirs)
		} else {
			y, x = timed(m, theirs), timed(n, ours)
		}
		ratios, a, b = append(ratios, x/y), append(a, x), append(b, y)
	}
	out := Result{Ratio: median(ratios), Ours: time.Duration(median(a)), Theirs: time.Duration(median(b))}
	out.OurAllocations, out.OurBytes = allocated(n, ours)
	out.TheirAllocations, out.TheirBytes = allocated(m, theirs)
	return out
}

// repeats returns how often to run a function in a round of at least 30 ms.
func repeats(f func()) int {
	for n := 1; ; n *= 2 {
		if timed(n, f)*float64(n) > float64(15*time.Millisecond) {
			return 2 * n
		}
	}
}

// timed runs a function n times and returns the processor time of one run in nanoseconds, with its
// garbage collection.
func timed(n int, f func()) float64 {
	runtime.GC()
	before := processor()
	for range n {
		f()
	}
	return float64(processor()-before) / float64(n)
}

// processor returns the processor time of the process.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func allocated(n int, f func()) (objects, bytes int64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range n {
		f()
	}
	runtime.ReadMemStats(&after)
	return int64(after.Mallocs-before.Mallocs) / int64(n), int64(after.TotalAlloc-before.TotalAlloc) / int64(n)
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
