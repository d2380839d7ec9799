package gitops

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// Report returns where the release is, and its faults.
func (t Tree) Report() Report {
	r := Report{Command: "status", Result: Done, Plan: t.Config.Name, Place: t.place(), Revision: t.Revision(),
		Weights: t.holdings(), Problems: t.problems(), Notes: []string{}, Next: t.next(), Emergency: t.emergency(),
		Files: []FileReport{}, Changes: []Change{},
		History: t.history()}
	for _, s := range t.Skipped {
		r.Notes = append(r.Notes, s.String())
	}
	if t.kustomize.err == nil {
		r.Notes = append(r.Notes, t.kustomizeNote()...)
	}
	if t.over() {
		r.Notes = append(r.Notes, ErrOver.Error())
	}
	if t.Prepared() {
		r.Since = t.State.Since.Format(time.RFC3339)
	}
	if len(t.Config.Plan.Stages) > 0 {
		r.Table = t.Config.Plan.Table(t.State)
	}
	return r
}

// ReportOf returns what a command did to a release, and where the release is then. err is the
// error of the command, nil for none; t is the release before it.
func (t Tree) ReportOf(command string, c Commit, err error) Report {
	var partial *manifest.PartialError
	broken := errors.As(err, &partial)
	after := t
	if err == nil {
		after = t.After(c)
	}
	r := after.Report()
	r.Command, r.Again = command, c.Again
	for _, n := range c.Notes {
		if !slices.Contains(r.Notes, n) {
			r.Notes = append(r.Notes, n)
		}
	}
	if t.Config.Name == "" && err != nil && !errors.Is(err, release.ErrNoPlan) { // no plan was read
		r.Place.Text, r.Next = "unknown", []Next{}
	}
	if faulty := new(release.PlanError); errors.As(err, &faulty) {
		r.Problems = append(r.Problems, Problem{"plan", faulty.Error()})
	}
	if command != "status" && err == nil {
		for _, unread := range t.Unread {
			r.Notes = append(r.Notes, "passed over: "+unread.Error())
		}
	}
	switch {
	case broken:
		r.Result = BrokenOff
	case err != nil:
		r.Result = Refused
	case c.Completes:
		r.Result = Completed
	case c.Nothing():
		r.Result = Unchanged
	}
	if err != nil {
		r.Error = err.Error()
	}
	if r.Result == Refused || c.Nothing() {
		return r
	}
	if broken {
		c = c.inPart(*partial)
	}
	for _, f := range c.Files {
		r.Files = append(r.Files, FileReport{f.Name, changeOf(f)})
	}
	for _, d := range c.Differences {
		r.Changes = append(r.Changes, Change{d.Object.String(), d.Field, d.Lane, d.Before, d.After,
			strings.TrimSpace(d.String())})
	}
	r.Message = c.Message()
	if s := c.State; s.Phase == rollout.Running && s.Stage != t.live.Written.Stage && !c.Completes && !broken {
		r.Entered = t.Config.Plan.Stages[s.Stage-1].Criteria
	}
	return r
}

// inPart returns the part of a commit that was written before the write broke off.
func (c Commit) inPart(p manifest.PartialError) Commit {
	c.Files = slices.DeleteFunc(slices.Clone(c.Files),
		func(f manifest.FileChange) bool { return !slices.Contains(p.Written, f.Name) })
	c.Differences = slices.DeleteFunc(slices.Clone(c.Differences), func(d manifest.Difference) bool {
		o, there := c.After.Get(d.Object)
		return there && !slices.Contains(p.Written, o.File)
	})
	c.Subject += ", written in part"
	c.Details = []string{"written: " + strings.Join(p.Written, ", "), "not written: " + strings.Join(p.Left, ", ")}
	return c
}

func changeOf(f manifest.FileChange) string {
	switch {
	case f.Before == nil:
		return "new"
	case f.After == nil:
		return "removed"
	}
	return "changed"
}

func (t Tree) place() Place {
	p := Place{Stages: len(t.Config.Plan.Stages), Text: t.Place()}
	if t.Config.Name == "" {
		p.Text = "there is no plan"
	}
	if t.Prepared() {
		p.Phase = t.State.Phase
	}
	if p.Phase != rollout.RolledBack {
		p.Stage = t.State.Stage
	}
	if p.Stage >= 1 && p.Stage <= p.Stages {
		p.Name = t.Config.Plan.Stages[p.Stage-1].Name
	}
	return p
}

func (t Tree) holdings() []Holding {
	out := []Holding{}
	var expected rollout.Weights
	if t.Prepared() {
		expected = t.Config.Plan.Weights(t.State)
	}
	for _, f := range t.Found() {
		o, _ := t.Set.Get(f.Object)
		out = append(out, Holding{f.Object.String(), o.File, o.Line, orNone(f.Weights), orNone(expected)})
	}
	return out
}

func orNone(w rollout.Weights) rollout.Weights {
	if w == nil {
		return rollout.Weights{}
	}
	return w
}

// problems returns the faults, the gravest first.
func (t Tree) problems() []Problem {
	out := []Problem{}
	add := func(kind string, messages ...string) {
		for _, m := range messages {
			out = append(out, Problem{kind, m})
		}
	}
	if t.stateErr != nil {
		add("state", t.stateErr.Error())
	}
	for _, err := range append(t.faults[:len(t.faults):len(t.faults)], t.twice...) {
		add("holder", err.Error())
	}
	if t.kustomize.err != nil {
		add("kustomize", t.kustomize.err.Error())
	}
	if t.Prepared() && t.Sound() == nil {
		switch missing, err := t.unwritten(); {
		case err != nil:
			add("drift", err.Error())
		case len(missing) > 0 && !t.onlyRoutesLeft(missing):
			add("half-written", t.unfinished())
		}
		add("pods", t.unready(t.Config.Plan.Weights(t.State))...)
	}
	if !t.State.Closed() {
		add("image", t.otherImages()...)
	}
	add("lanes", t.Problems()...)
	if !errors.Is(t.Sound(), release.ErrMissing) { // that error names the files
		for _, err := range t.Unread {
			add("file", err.Error())
		}
	}
	return out
}

// next returns the commands that may come next, the usual one first.
func (t Tree) next() []Next {
	plan, s := t.Config.Plan, t.State
	to := func(command string, next rollout.State) Next {
		out := Next{Command: command, Place: plan.Place(next), Weights: orNone(plan.Weights(next))}
		if next.Phase == rollout.Running && next.Stage != s.Stage {
			out.Criteria = plan.Stages[next.Stage-1].Criteria
		}
		return out
	}
	at := func(phase rollout.Phase, stage int) rollout.State { return rollout.State{Phase: phase, Stage: stage} }
	last := len(plan.Stages)
	none := rollout.Weights{}
	switch {
	case len(t.faults)+len(t.twice) > 0 || t.kustomize.err != nil: // every command is refused
		return []Next{}
	case errors.Is(t.stateErr, rollout.ErrForeign):
		return []Next{{Command: "replan" + t.asPlace(), Weights: none}}
	case t.stateErr != nil || t.Prepared() && t.drifted():
		return []Next{{Command: "adopt" + t.asPlace(), Weights: none}}
	case last == 0:
		return []Next{{Command: "init -candidate LANE", Weights: none}}
	case t.over():
		return []Next{}
	case !t.Prepared():
		return []Next{to("prepare", at(rollout.Prepared, 0))}
	case s.Phase == rollout.Prepared && len(t.routesLeft()) > 0:
		again := to("prepare", at(rollout.Prepared, 0))
		again.Criteria = "the cluster has the subsets of " + plan.Candidate
		return []Next{again}
	case s.Phase == rollout.Prepared:
		return []Next{to("start", at(rollout.Running, 1))}
	case s.Phase == rollout.Paused:
		return []Next{to("resume", at(rollout.Running, s.Stage))}
	case s.Closed():
		return []Next{{Command: "cleanup", Place: "without " + strings.Join(plan.Retiring(s), ", "), Weights: none}}
	}
	var out []Next
	if s.Stage < last {
		out = append(out, to("promote", at(rollout.Running, s.Stage+1)))
	} else {
		out = append(out, to("finish", at(rollout.Finished, last)))
	}
	if s.Stage > 1 {
		back := to("back", at(rollout.Running, s.Stage-1))
		back.Criteria = ""
		out = append(out, back)
	}
	return append(out, to("pause", at(rollout.Paused, s.Stage)))
}

// unfinished says which parts of a half-written directory are missing.
func (t Tree) unfinished() string {
	var parts []string
	behind, _ := t.behind()
	for _, h := range behind {
		parts = append(parts, fmt.Sprintf("%s is not at revision %d yet", h.Ref, t.State.Revision))
	}
	if !t.State.Closed() {
		for _, what := range t.lacks() {
			parts = append(parts, what+" of the candidate is missing")
		}
	}
	return strings.Join(parts, ", ") + ": the next command completes it and does nothing else, except rollback"
}

// asPlace returns the flag that adopt or replan needs if the weights do not say which place is
// meant.
func (t Tree) asPlace() string {
	if _, err := t.adopted("", t.State.Since); err != nil {
		return " -as PLACE"
	}
	return ""
}

// drifted reports whether weights or marks differ from what the release left.
func (t Tree) drifted() bool {
	_, err := t.behind()
	return err != nil
}

// emergency returns the command that ends the release at its rollback weights.
func (t Tree) emergency() *Next {
	plan := t.Config.Plan
	out := &Next{Command: "rollback", Place: plan.Place(rollout.State{Phase: rollout.RolledBack}),
		Weights: orNone(plan.Rollback)}
	switch {
	case !t.live.Bears && len(t.faults) == 0:
		return nil
	case t.State.Phase == rollout.RolledBack && len(t.faults) == 0 &&
		!slices.ContainsFunc(t.live.Holders, func(h release.Holder) bool { return !t.isRolledBack(h) }):
		return nil
	case t.live.Written.Phase == rollout.Finished:
		out.Command = "adopt -as rolledback"
	}
	return out
}
