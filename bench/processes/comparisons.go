package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/swimlane-go/swimlane/bench/internal/table"
	"github.com/swimlane-go/swimlane/bench/internal/work"
	"github.com/swimlane-go/swimlane/manifest"
)

// comparison is one row of the table.
type comparison struct {
	table.Process
	files func() []manifest.File
	// ours and theirs are programs with their arguments. {} means the directory, and * means its
	// files. There may be no theirs.
	ours, theirs []string
}

func comparisons() []comparison {
	lint := func(sets, files int) comparison {
		return comparison{
			Process: table.Process{Name: fmt.Sprintf("lint-%d", sets), Peer: "istioctl analyze, all analyzers"},
			files:   func() []manifest.File { return work.Trees(sets, files) },
			ours:    []string{"lint", "{}"}, theirs: []string{"analyze", "*"},
		}
	}
	small, large := lint(1000, 1), lint(10_000, 5)
	small.Work, small.MemoryGoal = "lint of 1,000 sets in a file", 0.27
	large.Work, large.TimeGoal, large.MemoryGoal = "lint of 10,000 sets in 5 files", 0.4, 0.8
	return []comparison{small, large, {
		Process: table.Process{Name: "promote-5000", Work: "`gitops -dry-run promote` in a directory of 5,000 files",
			MiBGoal: 100},
		files: func() []manifest.File { return work.Release(5000) },
		ours:  []string{"gitops", "-dir", "{}", "-dry-run", "promote"},
	}}
}

func (c comparison) write(dir string) error {
	for _, f := range c.files() {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// measure runs the programs in turn. Another process writes their input: the system counts the
// memory of the process that starts a program as memory of the program.
func (c *comparison) measure(rounds int, bin string) error {
	dir, err := os.MkdirTemp("", "swimlane")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if out, err := exec.Command(os.Args[0], "-only", c.Name, "-write", dir).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	var ours, theirs []usage
	for range rounds {
		if ours, err = add(ours, bin, dir, c.ours); err != nil {
			return err
		}
		if c.theirs == nil {
			continue
		}
		if theirs, err = add(theirs, bin, dir, c.theirs); err != nil {
			return err
		}
	}
	c.OurTime, c.OurPeak = medians(ours)
	c.TheirTime, c.TheirPeak = medians(theirs)
	return nil
}
