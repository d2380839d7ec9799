package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// decide says what the evidence asks for.
func decide(t gitops.Tree, now time.Time) (*gitops.Decision, error) {
	zones, err := gitops.Zones(t.Config.Plan)
	if err != nil {
		return nil, err
	}
	d, _, err := t.Decide(now, zones)
	if err != nil {
		return nil, err
	}
	return gitops.DecisionOf(d), nil
}

// follow does what the evidence asks for; where it is to hold, nothing.
func follow(t gitops.Tree, now time.Time, zones rollout.Zones, by string) (gitops.Commit, error) {
	d, facts, err := t.Decide(now, zones)
	if err != nil {
		return gitops.Commit{}, err
	}
	event, ok := d.Event(facts, by)
	if !ok {
		return gitops.Commit{State: t.State, After: t.Set, Notes: []string{d.String()}}, nil
	}
	c, err := t.Apply(event)
	c.Reason = d.Why()
	return c, err
}

// maxObservations is the size in bytes of the largest file that observe reads.
const maxObservations = 16 << 20

// observe folds the observations of a file.
func observe(t gitops.Tree, file string) (gitops.Commit, error) {
	in := os.Stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return gitops.Commit{}, usageError{err}
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxObservations+1))
	switch {
	case err != nil:
		return gitops.Commit{}, usageError{err}
	case len(data) > maxObservations:
		return gitops.Commit{}, fmt.Errorf("observe: %s: must not be larger than %d bytes", file, maxObservations)
	}
	observations, err := rollout.ParseObservations(data)
	if err != nil {
		return gitops.Commit{}, fmt.Errorf("observe: %s: %w", file, err)
	}
	return t.Observe(observations...)
}
