package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/coverage"
	"strconv"
	"strings"
)

// row is what a task of one size costs.
type row struct {
	task  int
	name  string
	unit  string
	size  int
	count int64
}

func measure(all []task, only string, quick bool, count func(func()) int64) []row {
	var out []row
	for i, t := range all {
		if only != "" && t.name != only {
			continue
		}
		sizes := t.sizes
		if quick {
			sizes = sizes[:len(sizes)-1]
		}
		for _, n := range sizes {
			work := t.prepare(n)
			work() // what is made once is not counted
			out = append(out, row{i, t.name, t.unit, n, count(work)})
		}
	}
	return out
}

// allocations counts the objects that a function allocates.
func allocations(f func()) int64 {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.Mallocs - before.Mallocs)
}

// covered reports whether the program counts its statements.
func covered() bool { return coverage.ClearCounters() == nil }

// statements counts the statements of the library that a function runs.
func statements(f func()) int64 {
	dir := must(os.MkdirTemp("", "growth"))
	defer os.RemoveAll(dir)
	check(coverage.ClearCounters())
	f()
	check(coverage.WriteMetaDir(dir))
	check(coverage.WriteCountersDir(dir))
	profile := filepath.Join(dir, "profile.txt")
	if out, err := exec.Command("go", "tool", "covdata", "textfmt", "-i="+dir, "-o="+profile).CombinedOutput(); err != nil {
		panic(string(out))
	}
	return sum(must(os.ReadFile(profile)))
}

// sum adds up a profile, a block a line: FILE:FROM,TO STATEMENTS COUNT.
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
