package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// Exit codes.
const (
	exitDone    = 0
	exitRefused = 1
	exitUsage   = 2
)

// usageError is what the caller did wrong, or what cannot be read or written.
type usageError struct{ error }

// unsaidError is why a change that was made could not be reported: the files are
// written, so the command has not failed.
type unsaidError struct{ error }

type options struct {
	dir      string
	dryRun   bool
	revision int64 // -1 when not given
	command  string
	to, as   string
}

// events maps commands to what they ask for.
func events() map[string]rollout.EventKind {
	return map[string]rollout.EventKind{
		"start": rollout.Start, "promote": rollout.Promote, "back": rollout.StepBack, "pause": rollout.Pause,
		"resume": rollout.Resume, "rollback": rollout.RollBack, "finish": rollout.Finish,
	}
}

// run is the program without its process: it returns the exit code.
func run(args []string, now time.Time, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitDone
	}
	if err == nil {
		err = execute(o, now, stdout)
	}
	var usage usageError
	var unsaid unsaidError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &unsaid):
		fmt.Fprintln(stderr, "gitops: the files are written, but:", err)
		return exitDone
	case errors.As(err, &usage):
		fmt.Fprintln(stderr, "gitops:", err)
		return exitUsage
	default:
		fmt.Fprintln(stderr, "gitops:", err)
		return exitRefused
	}
}

func parse(args []string, stderr io.Writer) (options, error) {
	o := options{}
	flags := flag.NewFlagSet("gitops", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: gitops -dir DIR [-dry-run] [-revision N] COMMAND\ncommands: status, prepare, start, promote [-to STAGE], back [-to STAGE], pause, resume, rollback, finish, cleanup, adopt [-as PLACE]")
		flags.PrintDefaults()
	}
	flags.StringVar(&o.dir, "dir", "", "the checked-out `directory`")
	flags.BoolVar(&o.dryRun, "dry-run", false, "print what would change, and write nothing")
	flags.Int64Var(&o.revision, "revision", -1, "the `revision` that status printed; another one is refused")
	if err := flags.Parse(args); err != nil {
		return o, usage(err)
	}
	switch {
	case o.dir == "":
		return o, usage(errors.New("-dir must name the directory"))
	case given(flags, "revision") && o.revision < 0:
		return o, usage(fmt.Errorf("-revision must not be negative: %d", o.revision))
	}
	if flags.NArg() == 0 {
		return o, usage(errors.New("must be told what to do: status, prepare, start, promote, back, pause, resume, rollback, finish, cleanup or adopt"))
	}
	o.command = flags.Arg(0)
	_, isEvent := events()[o.command]
	if !isEvent && !slices.Contains([]string{"status", "prepare", "cleanup", "adopt"}, o.command) {
		return o, usage(fmt.Errorf("no command %q", o.command))
	}
	rest := flag.NewFlagSet(o.command, flag.ContinueOnError)
	rest.SetOutput(stderr)
	switch o.command {
	case "promote", "back":
		rest.StringVar(&o.to, "to", "", "the `stage` to go to, by name or number")
	case "adopt":
		rest.StringVar(&o.as, "as", "", "the `place` that is meant: prepared, a stage, or rolledback")
	}
	if err := rest.Parse(flags.Args()[1:]); err != nil {
		return o, usage(err)
	}
	if given(rest, "to") && o.to == "" || given(rest, "as") && o.as == "" {
		return o, usage(errors.New("-to and -as must not be empty")) // an unset variable, most likely
	}
	if rest.NArg() > 0 {
		return o, usage(fmt.Errorf("%s takes no operands: %q", o.command, rest.Args()))
	}
	return o, nil
}

// given reports whether a flag was set.
func given(flags *flag.FlagSet, name string) bool {
	found := false
	flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

func usage(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	return usageError{err}
}

func execute(o options, now time.Time, out io.Writer) error {
	files, skipped, err := manifest.ReadDir(o.dir)
	if err != nil {
		return usageError{err}
	}
	for _, s := range skipped { // the plan may be among them
		fmt.Fprintln(out, "note:", s)
	}
	set, err := manifest.Decode(files...)
	if err != nil {
		return usageError{err}
	}
	tree, err := gitops.Open(set)
	if o.command == "status" && errors.Is(err, release.ErrNoPlan) {
		_, err := fmt.Fprintln(out, release.ErrNoPlan)
		return err
	}
	if err != nil {
		return err
	}
	if o.revision >= 0 && o.revision != tree.State.Revision {
		return fmt.Errorf("%s: %w: the directory is at revision %d, not %d", o.command, rollout.ErrStale, tree.State.Revision, o.revision)
	}
	if o.command == "status" {
		return status(tree, out)
	}
	outcome, err := ask(tree, o, now)
	if err != nil {
		return err
	}
	if outcome.Nothing() {
		_, err := fmt.Fprintln(out, "nothing to do")
		return err
	}
	if !o.dryRun {
		err := manifest.WriteChanges(o.dir, outcome.Files)
		if err != nil && !errors.Is(err, manifest.ErrChanged) {
			err = usageError{err}
		}
		if err != nil {
			return err
		}
	}
	err = report(outcome, o.dryRun, out)
	if err != nil && !o.dryRun {
		err = unsaidError{err}
	}
	return err
}

// ask returns what the command makes of the tree.
func ask(tree gitops.Tree, o options, now time.Time) (gitops.Commit, error) {
	switch o.command {
	case "prepare":
		return tree.Prepare(now)
	case "cleanup":
		return tree.CleanUp()
	case "adopt":
		outcome, err := tree.Adopt(o.as, now)
		if _, isStage := tree.Config.Plan.StageNumber(o.as); err != nil && !isStage && !slices.Contains([]string{"", "prepared", "rolledback"}, o.as) {
			err = usageError{err} // as for a stage that there is none of
		}
		return outcome, err
	}
	e := rollout.Event{Kind: events()[o.command], Revision: tree.State.Revision, At: now}
	if o.to != "" {
		number, found := tree.Config.Plan.StageNumber(o.to)
		if !found {
			return gitops.Commit{}, usageError{fmt.Errorf("no stage %q: there are 1 to %d, see status", o.to, len(tree.Config.Plan.Stages))}
		}
		e.To = tree.Config.Plan.Stages[number-1].Name
	}
	return tree.Apply(e)
}

func status(tree gitops.Tree, out io.Writer) error {
	text := fmt.Sprintf("%s: %s\n", tree.Config.Name, tree.Place())
	if tree.Prepared() {
		text = fmt.Sprintf("%s: %s, revision %d, since %s\n", tree.Config.Name, tree.Place(), tree.State.Revision, tree.State.Since.Format(time.RFC3339))
	}
	for _, found := range tree.Found() {
		text += found.String() + "\n"
	}
	if pending := tree.Pending(); pending != "" {
		text += "note: " + pending + "\n"
	}
	for _, problem := range tree.Problems() {
		text += "problem: " + problem + "\n"
	}
	text += "\n" + tree.Config.Plan.Markdown()
	_, err := io.WriteString(out, text)
	return err
}

func report(outcome gitops.Commit, dryRun bool, out io.Writer) error {
	text := ""
	if dryRun {
		text = "dry run: nothing is written\n"
	}
	for _, f := range outcome.Files {
		switch {
		case f.Before == nil:
			text += "new     " + f.Name + "\n"
		case f.After == nil:
			text += "removed " + f.Name + "\n"
		default:
			text += "changed " + f.Name + "\n"
		}
	}
	text += outcome.Differences.String()
	if outcome.Move != "" {
		text += "state: " + outcome.Move + "\n"
	}
	if outcome.Note != "" {
		text += "note: " + outcome.Note + "\n"
	}
	text += "commit message: " + outcome.Message + "\n"
	_, err := io.WriteString(out, text)
	return err
}
