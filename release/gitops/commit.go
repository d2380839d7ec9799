package gitops

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

// Commit is what a command makes of a directory: one commit, or nothing.
type Commit struct {
	// Files are the files that change, in the order in which they must be
	// written: what is cut off half-way serves, and the next command completes it.
	Files []manifest.FileChange
	// Differences says what changes in meaning, but for the state itself.
	Differences manifest.Differences
	// Move says how the state changes: "prepared (revision 1) -> stage 1, ...".
	// Empty when it stays.
	Move string
	// Message is the commit message that fits.
	Message string
	// Note is what else to know; empty when there is nothing.
	Note string
	// State is the state afterwards; zero when none is left.
	State rollout.State
}

// Nothing reports whether there is nothing to do: the goal holds already.
func (c Commit) Nothing() bool { return len(c.Files) == 0 }

// commit makes the changes of a command. It refuses those after which the
// directory has an error finding that it did not have before.
func (t Tree) commit(state rollout.State, message string, changes ...manifest.Change) (Commit, error) {
	edit, err := t.Set.Edit(changes...)
	if err != nil {
		return Commit{}, err
	}
	if err := newFindings(t.Set, edit.After); err != nil {
		return Commit{}, fmt.Errorf("the directory would not be good afterwards: %w", err)
	}
	rank := t.ranks(changes)
	slices.SortStableFunc(edit.Files, func(a, b manifest.FileChange) int { return rank(a.Name) - rank(b.Name) })
	out := Commit{Files: edit.Files, Differences: slices.DeleteFunc(edit.Differences, aboutState), Message: message, State: state}
	if state != t.State {
		out.Move = t.spellState(t.State) + " -> " + t.spellState(state)
	}
	return out, nil
}

// newFindings returns the error findings of a set that the set before did not have.
func newFindings(before, after manifest.Set) error {
	known := map[string]int{}
	for _, f := range validate.Check(before) {
		known[lasting(f)]++
	}
	var errs []error
	for _, f := range validate.Check(after) {
		if f.Severity != validate.Error {
			continue
		}
		if known[lasting(f)]--; known[lasting(f)] < 0 {
			errs = append(errs, errors.New(f.String()))
		}
	}
	return errors.Join(errs...)
}

// lasting returns what an edit elsewhere leaves of a finding: the message, not the
// field, and without numbers. What is added moves the others, and messages name
// lines.
func lasting(f validate.Finding) string {
	return string(f.Code) + f.Object.String() + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, f.Message)
}

// aboutState reports whether a difference is the state's itself.
func aboutState(d manifest.Difference) bool {
	key, _ := strings.CutPrefix(d.Field, "metadata.annotations[")
	return slices.Contains([]string{release.AnnotationState + "]", release.AnnotationRevision + "]", release.AnnotationRetiring + "]"}, key)
}

// spellState says where the release stands in a state, at which revision.
func (t Tree) spellState(s rollout.State) string {
	place := t.Config.Plan.Place(s)
	if s == (rollout.State{}) {
		return place
	}
	return fmt.Sprintf("%s (revision %d)", place, s.Revision)
}

// ranks returns the order in which files are written, so that the tree serves
// whatever is missing. The carrier's file comes first, it holds the intent; then
// the others, and last those of lanes, which refer to Deployments. What is added
// before a lane that stands beside the carrier comes before both. What is removed
// goes the other way round.
func (t Tree) ranks(changes []manifest.Change) func(file string) int {
	carrier := t.file(t.carrier())
	withLanes := map[string]bool{}
	for _, o := range t.Set.Kind(lanes.KindLane) {
		withLanes[o.File] = true
	}
	first := map[string]bool{}
	removes := false
	for _, c := range changes {
		switch c := c.(type) {
		case manifest.AddDocument:
			first[c.File] = !withLanes[c.File] && withLanes[carrier]
		case manifest.RemoveDocument:
			removes = true
		}
	}
	return func(file string) int {
		rank := 2
		switch {
		case file == carrier && (!removes || !withLanes[file]):
			rank = 1
		case first[file]:
			rank = 0
		case withLanes[file]:
			rank = 3
		}
		if removes {
			return -rank
		}
		return rank
	}
}
