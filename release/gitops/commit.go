package gitops

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

// Commit is the outcome of a command on a directory: one commit, or nothing.
type Commit struct {
	// Files are the files that change, in the order in which they must be written. A write that
	// is cut off serves, and the next command completes it.
	Files []manifest.FileChange
	// Differences are the changes in meaning, without the state itself.
	Differences manifest.Differences
	// Subject is the first line of the commit message: see Message.
	Subject string
	// Details are the lines of the message's body: the plan, the revision, the
	// weights before and after, and the criteria of a stage that was entered.
	Details []string
	// Reason is the caller's reason. It goes into the message's body.
	Reason string
	// Notes say what else to know, in one or a few lines each.
	Notes []string
	// Completes says that the commit does what must come first, instead of what was asked for.
	// It completes half-written files, or gives lanes the pods that the plan wants before the
	// stage.
	Completes bool
	// Again says that the command has another commit, for when the cluster has this one. The
	// command is Prepare, the clean-up, or InitLanes.
	Again bool
	// State is the state afterwards; the zero State when none is left.
	State rollout.State
	// After is the set afterwards.
	After manifest.Set
}

// Nothing reports whether there is nothing to do: the goal holds already.
func (c Commit) Nothing() bool { return len(c.Files) == 0 }

// Message returns the commit message: the subject, and a body of one line a fact. Each text of
// the directory or the caller in it is one line. No text is a trailer of Git or mentions
// anybody.
func (c Commit) Message() string {
	details := c.Details
	if c.Reason != "" {
		details = append(slices.Clone(details), "reason: "+c.Reason)
	}
	var b strings.Builder
	b.WriteString(markup.Prose(c.Subject) + "\n")
	for i, line := range details {
		if i == 0 {
			b.WriteString("\n")
		}
		b.WriteString("- " + markup.Prose(line) + "\n")
	}
	return b.String()
}

// commit makes the changes of a command. It refuses changes that add an error finding to the
// directory, unless the finding has the code over.
func (t Tree) commit(over validate.Code, state rollout.State, subject string, changes ...manifest.Change) (Commit,
	error) {
	out, err := t.write(state, subject, changes...)
	if err != nil {
		return Commit{}, err
	}
	if err := newFindings(over, t.Set, out.After); err != nil {
		return Commit{}, fmt.Errorf("the directory would not be good afterwards: %w", err)
	}
	return out, nil
}

// write makes the changes of a command without judging the directory afterwards.
func (t Tree) write(state rollout.State, subject string, changes ...manifest.Change) (Commit, error) {
	if err := t.namedGone(changes); err != nil {
		return Commit{}, err
	}
	changes, err := t.moveInside(changes)
	if err != nil {
		return Commit{}, err
	}
	edit, err := t.Set.Edit(changes...)
	if err != nil {
		return Commit{}, err
	}
	if all, err := t.listed(changes, edit.Files); err != nil {
		return Commit{}, err
	} else if len(all) > len(changes) {
		if edit, err = t.Set.Edit(all...); err != nil {
			return Commit{}, err
		}
	}
	if err := t.onlyInside(edit.Files); err != nil {
		return Commit{}, err
	}
	rank := t.ranks(changes)
	slices.SortStableFunc(edit.Files, func(a, b manifest.FileChange) int { return rank(a.Name) - rank(b.Name) })
	out := Commit{Files: edit.Files, Differences: slices.DeleteFunc(edit.Differences, t.aboutState), Subject: subject,
		State: state, After: edit.After}
	out.Details = t.details(out)
	for _, c := range edit.Outdated {
		out.Notes = append(out.Notes, c.String())
	}
	return out, nil
}

// details returns the lines of the message's body.
func (t Tree) details(c Commit) []string {
	out := []string{"plan: " + t.Config.Name}
	if after := c.State.Revision; after != t.Revision() {
		out = append(out, fmt.Sprintf("revision: %d -> %d", t.Revision(), after))
	} else {
		out = append(out, fmt.Sprintf("revision: %d", after))
	}
	before, after := t.Found(), t.After(c).Found()
	for i, f := range before {
		if i < len(after) && !f.Weights.Equal(after[i].Weights) {
			out = append(out, fmt.Sprintf("%s: %s -> %s", f.Object, f.Weights.ByLane(), after[i].Weights.ByLane()))
		}
	}
	if s := c.State; s.Phase == rollout.Running && s.Stage != t.live.Written.Stage {
		if criteria := t.Config.Plan.Stages[s.Stage-1].Criteria; criteria != "" {
			out = append(out, "criteria: "+criteria)
		}
	}
	return out
}

// newFindings returns the error findings of after that before does not have, without those of
// the code over.
func newFindings(over validate.Code, before, after manifest.Set) error {
	found := validate.Check(release.WithoutValues(after))
	if found.Err() == nil { // nearly always: before need not be judged
		return nil
	}
	var errs []error
	for _, f := range validate.New(validate.Check(release.WithoutValues(before)), found) {
		if f.Severity == validate.Error && f.Code != over {
			errs = append(errs, errors.New(f.String()))
		}
	}
	return errors.Join(errs...)
}

// aboutState reports whether a difference is in the state itself.
func (t Tree) aboutState(d manifest.Difference) bool {
	if v := t.Config.Values; v != nil && d.Object == v.Ref() {
		return slices.Contains(v.StatePaths(), d.Field)
	}
	key, found := strings.CutPrefix(d.Field, "metadata.annotations[")
	key = strings.TrimSuffix(key, "]")
	return found && (release.IsMark(key) || key == release.AnnotationReplicas)
}

// ranks returns the order in which files are written, so that the tree serves if the write is
// cut off. The carrier's file comes first: it holds the intent. The files of lanes or subsets
// come last, since they refer to Deployments. If the carrier is in a file with lanes, new files
// come before it. Files are removed in the reverse order. Kustomizations come last, when all
// that they list exists, and their entries go first.
func (t Tree) ranks(changes []manifest.Change) func(file string) int {
	carrier := t.file(t.live.Carrier())
	withLanes := map[string]bool{}
	for _, o := range t.Set.Kind(lanes.KindLane) {
		withLanes[o.File] = true
	}
	for _, w := range t.Config.Plan.Before {
		for _, s := range t.live.Subsets(w.Lane) {
			withLanes[s.Rule.File] = true
		}
	}
	first := map[string]bool{}
	removes := false
	for _, c := range changes {
		switch c := c.(type) {
		case manifest.AddDocument:
			if c.Like.Kind == lanes.KindLane { // in a separate file
				withLanes[c.File] = true
			}
			first[c.File] = !withLanes[c.File] && withLanes[carrier]
		case manifest.RemoveDocument:
			removes = true
		case manifest.RemoveField:
			removes = removes || c.Object.Kind == "DestinationRule"
		}
	}
	return func(file string) int {
		rank := 2
		switch {
		case manifest.IsKustomization(file):
			rank = 4
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
