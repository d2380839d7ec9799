package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// patience is how long a roll back waits for another command to end.
const patience = 30 * time.Second

// run is the program without its process: it returns the exit code.
func run(args []string, now time.Time, stdout, stderr io.Writer) int {
	o, flags := newFlags()
	return cli.Run(flags, args, cli.Mute(stdout), cli.Mute(stderr),
		func(operands []string, stdout, _ io.Writer) (int, error) {
			if err := o.check(flags, operands); err != nil {
				return cli.Misused, err
			}
			if o.command == "plan" || o.command == "capacity" {
				return look(*o, now, stdout)
			}
			report, err := execute(*o, now)
			code := codeOf(report, err)
			if o.command == "status" && o.format == "text" && report.Plan != "" {
				err = nil // the status on standard output says it
			}
			if e := show(*o, report, code, stdout); e != nil {
				if err = errors.Join(err, e); code == cli.Done && (o.dryRun || o.command == "status") {
					code = cli.Bad // a command that wrote files has done its work
				}
			}
			return code, err
		})
}

func codeOf(r gitops.Report, err error) int {
	var usage usageError
	switch {
	case r.Result == gitops.Completed || r.Result == gitops.BrokenOff:
		return cli.Partial
	case err == nil:
		return cli.Done
	case errors.As(err, &usage) || errors.Is(err, gitops.ErrNoFile) || errors.Is(err, gitops.ErrApart) ||
		errors.Is(err, gitops.ErrNoPlace):
		return cli.Misused
	}
	return cli.Bad
}

// execute runs the command.
func execute(o options, now time.Time) (gitops.Report, error) {
	reader, err := o.reading.Reader(".", nil)
	if err != nil {
		return gitops.Report{}, usageError{err}
	}
	d := o.directory(reader)
	if o.command == "status" || o.command == "decide" && !o.apply {
		return status(o, d, now)
	}
	if o.command == "rollback" {
		d.Wait = patience
	}
	var before gitops.Tree
	change := func(t gitops.Tree) (gitops.Commit, error) {
		before = t
		if err := o.stale(t); err != nil {
			return gitops.Commit{}, err
		}
		c, err := ask(t, o, now)
		c.Reason = cmp.Or(o.reason, c.Reason)
		return c, err
	}
	if o.command == "init" {
		c, err := initialize(o, d)
		r := before.ReportOf(o.command, c, err)
		switch {
		case err != nil:
		case c.Again:
			r.Place.Text, r.Next = "the directory gets lanes, there is no plan yet",
				[]gitops.Next{{Command: o.again(), Weights: rollout.Weights{}}}
		default:
			r.Place.Text, r.Next = "a plan is written, to be edited",
				[]gitops.Next{{Command: "prepare", Weights: rollout.Weights{}}}
		}
		return r, err
	}
	c, err := d.Update(change)
	if faulty := new(release.PlanError); o.command == "rollback" &&
		(errors.As(err, &faulty) || errors.Is(err, release.ErrNoPlan)) {
		err = fmt.Errorf("rollback: %w\nby hand: mend the plan, or bring the last good one back from Git, and roll "+
			"back again", err)
	}
	if partial := new(manifest.PartialError); errors.As(err, &partial) {
		if now, err := d.Read(); err == nil {
			before = now // the directory is between the two commits
		}
	}
	return before.ReportOf(o.command, c, err), err
}

// initialize writes a plan, or first the lanes that it needs.
func initialize(o options, d gitops.Directory) (gitops.Commit, error) {
	if file, at, _ := strings.Cut(o.values, "#"); file != "" {
		return d.InitValues(release.Values{File: file, Path: at}, o.candidate)
	}
	if !o.lanes {
		return d.Init(o.candidate)
	}
	adoption := release.Adoption{Version: o.from}
	for _, name := range strings.FieldsFunc(o.services, func(r rune) bool { return r == ',' }) {
		ref := lanes.ServiceRef{Name: name}
		if namespace, rest, both := strings.Cut(name, "/"); both {
			ref = lanes.ServiceRef{Namespace: namespace, Name: rest}
		}
		adoption.Services = append(adoption.Services, ref)
	}
	return d.InitLanes(adoption, o.candidate)
}

// again returns the command that follows after the lanes are written.
func (o options) again() string {
	out := "init -lanes -candidate " + o.candidate
	if o.from != "" {
		out += " -from " + o.from
	}
	if o.services != "" {
		out += " -services " + o.services
	}
	return out
}

// status returns where the release is. It is refused only if that is unknown.
func status(o options, d gitops.Directory, now time.Time) (gitops.Report, error) {
	tree, err := d.Read()
	switch {
	case errors.Is(err, release.ErrNoPlan) && !errors.Is(err, release.ErrState):
		err = nil
	case err == nil:
		err = cmp.Or(o.stale(tree), tree.Sound())
	}
	var decision *gitops.Decision
	if err == nil && (o.command == "decide" || tree.Prepared() && !tree.State.Closed() && tree.Config.Plan.Gated()) {
		decision, err = decide(tree, now)
	}
	r := tree.ReportOf(o.command, gitops.Commit{}, err)
	if r.Decision = decision; err == nil {
		r.Result = gitops.Done
	}
	return r, err
}

// stale returns an error when the release is at another revision than the caller named.
func (o options) stale(t gitops.Tree) error {
	at := t.Revision()
	switch sound := t.Sound(); {
	case o.revision < 0 || o.revision == at:
		return nil
	case at == 0 && sound != nil:
		return fmt.Errorf("%s: %w: the revision must be readable to be compared with %d\n%w", o.command,
			rollout.ErrStale, o.revision, sound)
	}
	return fmt.Errorf("%s: %w: the directory is at revision %d, not %d", o.command, rollout.ErrStale, at, o.revision)
}

// ask returns the commit that the command makes in the tree.
func ask(t gitops.Tree, o options, now time.Time) (gitops.Commit, error) {
	e := rollout.Event{Revision: t.Revision(), At: now, By: o.by, Reason: o.reason, Override: o.override}
	zones, err := gitops.Zones(t.Config.Plan)
	if err != nil && o.command != "rollback" {
		return gitops.Commit{}, fmt.Errorf("%s: %w", o.command, err)
	}
	e.Zones = zones
	switch o.command {
	case "prepare":
		t.Author = o.by
		return t.Prepare(now)
	case "observe":
		return observe(t, o)
	case "approve":
		to, err := o.stage(t)
		if err != nil {
			return gitops.Commit{}, err
		}
		return t.Approve(rollout.Approval{By: o.by, Role: o.role, To: to, At: now})
	case "decide":
		return follow(t, now, zones, o.by)
	case "cleanup":
		return t.CleanUp()
	case "adopt":
		return t.Adopt(o.as, now)
	case "replan":
		return t.Replan(o.as, now)
	case "start":
		e.Kind = rollout.Start
	case "promote":
		e.Kind = rollout.Promote
	case "back":
		e.Kind = rollout.StepBack
	case "pause":
		e.Kind = rollout.Pause
	case "resume":
		e.Kind = rollout.Resume
	case "rollback":
		e.Kind = rollout.RollBack
	default:
		e.Kind = rollout.Finish
	}
	if e.To, err = o.stage(t); err != nil {
		return gitops.Commit{}, err
	}
	return t.Apply(e)
}

// stage returns the name of the stage in -to, "" for none.
func (o options) stage(t gitops.Tree) (string, error) {
	if o.to == "" {
		return "", nil
	}
	number, found := t.Config.Plan.StageNumber(o.to)
	if !found {
		return "", usageError{fmt.Errorf("no stage %q: there are 1 to %d, see status", o.to, len(t.Config.Plan.Stages))}
	}
	return t.Config.Plan.Stages[number-1].Name, nil
}

// show prints a report in the format of the options.
func show(o options, r gitops.Report, code int, out io.Writer) error {
	switch {
	case o.format == "json" && code != cli.Misused:
		return cli.JSON(out, r)
	case o.message:
		_, err := io.WriteString(out, r.Message)
		return err
	case r.Result == gitops.Refused && (o.command != "status" || r.Plan == ""):
		// The error says it all, except for skipped files: they may be the cause.
		_, err := io.WriteString(out, noteLines(r))
		return err
	case o.command == "status" || o.command == "decide" && !o.apply:
		_, err := io.WriteString(out, statusText(r))
		return err
	}
	_, err := io.WriteString(out, text(r, o.dryRun))
	return err
}
