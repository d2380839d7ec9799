package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// usage is what a process took: processor time, and peak memory in bytes.
type usage struct {
	time time.Duration
	peak int64
}

// add runs a program in a directory, and adds what it took.
func add(all []usage, bin, dir string, program []string) ([]usage, error) {
	var args []string
	for _, arg := range program[1:] {
		switch arg {
		case "{}":
			args = append(args, dir)
		case "*":
			files, err := filepath.Glob(filepath.Join(dir, "*"))
			if err != nil {
				return nil, err
			}
			args = append(args, files...)
		default:
			args = append(args, arg)
		}
	}
	cmd := exec.Command(filepath.Join(bin, program[0]), args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", program[0], err, out[:min(len(out), 1000)])
	}
	got := usage{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), peak(cmd.ProcessState)}
	if own := ownPeak(); got.peak <= own {
		return nil, fmt.Errorf("%s: must take more memory than this program, which hides it: %d bytes, not %d", program[0],
			own, got.peak)
	}
	return append(all, got), nil
}

// peak returns the peak resident memory of a process that has ended.
func peak(p *os.ProcessState) int64 { return bytesOf(p.SysUsage().(*syscall.Rusage)) }

// ownPeak returns the peak resident memory of this process.
func ownPeak() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return bytesOf(&u)
}

// bytesOf returns the peak memory in bytes: macOS counts bytes, other systems KiB.
func bytesOf(u *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" {
		return u.Maxrss
	}
	return u.Maxrss << 10
}

// medians returns the median time and the median peak.
func medians(all []usage) (took time.Duration, peak int64) {
	if len(all) == 0 {
		return 0, 0
	}
	slices.SortFunc(all, func(a, b usage) int { return int(a.time - b.time) })
	took = all[len(all)/2].time
	slices.SortFunc(all, func(a, b usage) int { return int(a.peak - b.peak) })
	return took, all[len(all)/2].peak
}
