package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// decide returns the decision that the evidence leads to.
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

// follow does what the decision says. If the decision is to hold, it changes nothing.
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

// maxObservations is the most bytes of a file that observe reads.
const maxObservations = 64 << 20

// observe adds the contents of files to the evidence: observations, or counters at two moments.
func observe(t gitops.Tree, o options) (gitops.Commit, error) {
	var texts [][]byte
	for _, file := range o.files {
		text, err := read(file)
		if err != nil {
			return gitops.Commit{}, err
		}
		texts = append(texts, text)
	}
	if o.metric == "" {
		observations, err := rollout.ParseObservations(texts[0])
		if err != nil {
			return gitops.Commit{}, fmt.Errorf("observe: %s: %w", o.files[0], err)
		}
		return t.Observe(observations...)
	}
	before := gitops.Reading{Name: o.files[0], At: o.began.Time, Text: texts[0]}
	after := gitops.Reading{Name: o.files[1], At: o.ended.Time, Text: texts[1]}
	observations, notes, err := t.Count(o.metric, o.pod, before, after)
	if err != nil {
		return gitops.Commit{}, fmt.Errorf("observe: %w", err)
	}
	c, err := t.Observe(observations...)
	c.Notes = append(notes, c.Notes...)
	return c, err
}

// read returns the contents of a file; "-" is standard input.
func read(file string) ([]byte, error) {
	in := os.Stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, usageError{err}
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxObservations+1))
	switch {
	case err != nil:
		return nil, usageError{err}
	case len(data) > maxObservations:
		return nil, fmt.Errorf("observe: %s: must not be larger than %d bytes", file, maxObservations)
	}
	return data, nil
}
