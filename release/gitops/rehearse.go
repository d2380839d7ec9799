package gitops

import (
	"fmt"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/rollout"
)

// rehearse plays the release after a Prepare in memory, to find what would refuse a later
// command before the first commit. The error says why start, a stage or a roll back would be
// refused. The notes say why a clean-up would be.
func (t Tree) rehearse(prepared Commit, now time.Time) (notes []string, err error) {
	at := t.After(prepared)
	if routes := at.routesLeft(); len(routes) > 0 {
		next, err := at.write(at.State, "", routes...)
		if err != nil {
			return nil, fmt.Errorf("the routes of the candidate would be refused: %w", err)
		}
		at = at.After(next)
	}
	if _, err := at.raise(len(t.Config.Plan.Stages)); err != nil {
		return nil, err
	}
	if at, err = at.rehearsed(rollout.Start, now); err != nil {
		return nil, err
	}
	back, err := at.rehearsed(rollout.RollBack, now)
	if err != nil {
		return nil, err
	}
	if _, err := back.CleanUp(); err != nil {
		notes = append(notes, refused("after a roll back", err)...)
	}
	for range len(t.Config.Plan.Stages) - 1 {
		if at, err = at.rehearsed(rollout.Promote, now); err != nil {
			return nil, err
		}
	}
	if at, err = at.rehearsed(rollout.Finish, now); err != nil {
		return nil, err
	}
	if _, err := at.CleanUp(); err != nil {
		notes = append(notes, refused("after finish", err)...)
	}
	return notes, nil
}

// PreparedAt returns the tree after all commits of [Tree.Prepare], in memory. A release that has
// a state is returned as it is.
func (t Tree) PreparedAt(now time.Time) (Tree, error) {
	for again := t.State == (rollout.State{}); again; {
		c, err := t.Prepare(now)
		if err != nil {
			return t, err
		}
		t, again = t.After(c), c.Again
	}
	return t, nil
}

// refused returns a note for each line of a later command's error.
func refused(when string, err error) []string {
	var notes []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		notes = append(notes, when+" this will be refused: "+line)
	}
	return notes
}

// rehearsed returns the tree after an event.
func (t Tree) rehearsed(kind rollout.EventKind, now time.Time) (Tree, error) {
	e := rollout.Event{Kind: kind, Revision: t.State.Revision, At: now}
	if kind != rollout.RollBack { // gates do not stop a rehearsal
		e.By, e.Override = "rehearsal", "rehearsal"
	}
	next, err := t.Config.Plan.Apply(t.State, e)
	if err != nil {
		return Tree{}, err
	}
	changes, err := t.live.Move(next, t.live.Holders, false)
	if err != nil {
		return Tree{}, err
	}
	out, err := t.write(next, "", changes...)
	if err != nil {
		return Tree{}, fmt.Errorf("%s would be refused: %w", kind.Words(), err)
	}
	return t.After(out), nil
}
