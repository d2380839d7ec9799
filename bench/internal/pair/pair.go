// Package pair measures two ways of doing one thing in turn: other work on the machine then slows
// both alike.
package pair

import (
	"runtime"
	"slices"
	"syscall"
	"time"
)

// Result is the measurement of one thing: ours and a peer's. Times are processor time, but those of
// [Wall].
type Result struct {
	// Ratio is the median of the ratios of time, ours to theirs. Below 1 ours takes less.
	Ratio float64
	// Ours and Theirs are the medians of the time of one run.
	Ours, Theirs time.Duration
	// OurAllocations and TheirAllocations are the objects allocated by one run.
	OurAllocations, TheirAllocations int64
	// OurBytes and TheirBytes are the bytes allocated by one run.
	OurBytes, TheirBytes int64
}

// Alone measures a function that has no peer.
func Alone(rounds int, ours func()) Result {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	n := repeats(processor, ours)
	var all []float64
	for range rounds {
		all = append(all, timed(processor, n, ours))
	}
	out := Result{Ours: time.Duration(median(all))}
	out.OurAllocations, out.OurBytes = allocated(n, ours)
	return out
}

// Beside returns the measurement of a thing less that of its part. It has no ratio.
func (r Result) Beside(part Result) Result {
	return Result{Ours: r.Ours - part.Ours, OurAllocations: r.OurAllocations - part.OurAllocations,
		OurBytes: r.OurBytes - part.OurBytes}
}

// Measure runs both functions for some rounds on one processor. A round is long enough for the
// clock. The functions take turns at being first.
func Measure(rounds int, ours, theirs func()) Result {
	return measure(1, processor, rounds, ours, theirs)
}

// Wall is [Measure] on some processors, by the wall clock.
func Wall(processors, rounds int, ours, theirs func()) Result {
	start := time.Now()
	return measure(processors, func() time.Duration { return time.Since(start) }, rounds, ours, theirs)
}

func measure(processors int, clock func() time.Duration, rounds int, ours, theirs func()) Result {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
	n, m := repeats(clock, ours), repeats(clock, theirs)
	var ratios, a, b []float64
	for i := range rounds {
		var x, y float64
		if i%2 == 0 {
			x, y = timed(clock, n, ours), timed(clock, m, theirs)
		} else {
			y, x = timed(clock, m, theirs), timed(clock, n, ours)
		}
		ratios, a, b = append(ratios, x/y), append(a, x), append(b, y)
	}
	out := Result{Ratio: median(ratios), Ours: time.Duration(median(a)), Theirs: time.Duration(median(b))}
	out.OurAllocations, out.OurBytes = allocated(n, ours)
	out.TheirAllocations, out.TheirBytes = allocated(m, theirs)
	return out
}

// repeats returns how often to run a function in a round of at least 30 ms.
func repeats(clock func() time.Duration, f func()) int {
	for n := 1; ; n *= 2 {
		if timed(clock, n, f)*float64(n) > float64(15*time.Millisecond) {
			return 2 * n
		}
	}
}

// timed runs a function n times and returns the time of one run in nanoseconds, with its garbage
// collection.
func timed(clock func() time.Duration, n int, f func()) float64 {
	runtime.GC()
	before := clock()
	for range n {
		f()
	}
	return float64(clock()-before) / float64(n)
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
