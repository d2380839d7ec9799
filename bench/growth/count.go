package main

import (
	"bufio"
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/coverage"
	"strconv"
	"strings"
)

// row is the cost of a task at one size.
type row struct {
	task  int
	name  string
	unit  string
	size  int
	count int64
}

func measure(all []task, only string, count func(func()) int64) []row {
	var out []row
	for i, t := range all {
		if only != "" && t.name != only {
			continue
		}
		for _, n := range t.sizes {
			work := t.prepare(n)
			work() // one-time costs do not count
			out = append(out, row{i, t.name, t.unit, n, count(work)})
		}
	}
	return out
}

// allocations returns the number of objects that a function allocates. It is the lowest of three
// runs, since the runtime fills its pools now and then. An expensive function runs once.
func allocations(f func()) int64 {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	fewest := int64(math.MaxInt64)
	for range 3 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		if fewest = min(fewest, int64(after.Mallocs-before.Mallocs)); fewest > 1_000_000 {
			break
		}
	}
	return fewest
}

// covered reports whether the program counts its statements.
func covered() bool { return coverage.ClearCounters() == nil }

// statements returns the number of the library's statements that a function runs.
func statements(f func()) int64 {
	dir := must(os.MkdirTemp("", "growth"))
	defer os.RemoveAll(dir)
	check(coverage.ClearCounters())
	f()
	check(coverage.WriteMetaDir(dir))
	check(coverage.WriteCountersDir(dir))
	profile := filepath.Join(dir, "profile.txt")
	if out, err := exec.Command("go", "tool", "covdata", "textfmt", "-i="+dir, "-o="+
		profile).CombinedOutput(); err != nil {
		panic(string(out))
	}
	return sum(must(os.ReadFile(profile)))
}

// sum adds up the lines of a profile, without those of bench: FILE:FROM,TO STATEMENTS COUNT.
func sum(profile []byte) int64 {
	total := int64(0)
	for lines := bufio.NewScanner(bytes.NewReader(profile)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 || strings.Contains(fields[0], "/bench/") {
			continue
		}
		total += must(strconv.ParseInt(fields[1], 10, 64)) * must(strconv.ParseInt(fields[2], 10, 64))
	}
	return total
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
