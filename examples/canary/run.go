package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// Exit codes.
const (
	exitDone    = 0
	exitRefused = 1
	exitUsage   = 2
)

type options struct {
	stage                           string
	rollback, cleanup, plan, argocd bool
	out                             string
}

// run is the program without its process: it returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitDone
	}
	if err == nil {
		err = execute(o, stdout)
	}
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, release.ErrUnfinished):
		fmt.Fprintln(stderr, "canary:", err)
		return exitRefused
	default:
		fmt.Fprintln(stderr, "canary:", err)
		return exitUsage
	}
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("canary", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.stage, "stage", "", "the stage, by `number` (from 1) or name; the first when not given")
	flags.BoolVar(&o.rollback, "rollback", false, "the weights to roll back to, instead of a stage")
	flags.BoolVar(&o.cleanup, "cleanup", false, "leave out what carries no traffic; needs -rollback or the last stage")
	flags.BoolVar(&o.plan, "plan", false, "print the stages as a Markdown table")
	flags.BoolVar(&o.argocd, "argocd", false, "print the Argo CD Application that watches the directory")
	flags.StringVar(&o.out, "out", "", "write files into `directory` instead of printing")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	release := given["stage"] || o.rollback || o.cleanup || given["out"]
	switch {
	case given["stage"] && o.stage == "" || given["out"] && o.out == "":
		return o, errors.New("-stage and -out must not be empty") // an unset variable, most likely
	case flags.NArg() > 0:
		return o, fmt.Errorf("takes no operands, and flags only: %q", flags.Args())
	case o.plan && o.argocd || (o.plan || o.argocd) && release:
		return o, errors.New("-plan and -argocd stand alone")
	case o.rollback && o.stage != "":
		return o, errors.New("-rollback and -stage exclude each other")
	case o.cleanup && !o.rollback && o.stage == "":
		return o, errors.New("-cleanup needs -rollback or -stage with the last stage")
	}
	return o, nil
}

func execute(o options, stdout io.Writer) error {
	switch {
	case o.plan:
		_, err := io.WriteString(stdout, mock.Plan().Markdown())
		return err
	case o.argocd:
		data, err := manifest.Encode(application())
		if err != nil {
			return err
		}
		_, err = stdout.Write(data)
		return err
	}
	state, err := stateOf(mock.Plan(), o, time.Now())
	if err != nil {
		return err
	}
	set, err := render(state, release.Keep)
	if err != nil {
		return err
	}
	var gone []string
	if o.cleanup {
		kept := set
		if set, err = render(state, release.Retire); err != nil {
			return err
		}
		gone = filesGone(kept, set)
	}
	if o.out != "" {
		files, err := set.Files()
		if err != nil {
			return err
		}
		return manifest.WriteFiles(o.out, files, gone)
	}
	data, err := set.YAML()
	if err != nil {
		return err
	}
	_, err = stdout.Write(data)
	return err
}

func render(state rollout.State, mode release.Mode) (manifest.Set, error) {
	set, err := release.Render(mock.App(), mock.Plan(), state, mode)
	return release.WithoutState(set), err
}

// stateOf drives a new release to where the options want it.
func stateOf(plan rollout.Plan, o options, now time.Time) (rollout.State, error) {
	number := 1
	if o.stage != "" {
		var found bool
		if number, found = plan.StageNumber(o.stage); !found {
			return rollout.State{}, fmt.Errorf("no stage %q: there are 1 to %d, see -plan", o.stage, len(plan.Stages))
		}
	}
	s, err := plan.Prepare(now)
	if err != nil {
		return s, err
	}
	events := []rollout.EventKind{rollout.Start}
	if o.rollback {
		events = []rollout.EventKind{rollout.RollBack}
	}
	for range number - 1 {
		events = append(events, rollout.Promote)
	}
	if o.cleanup && number == len(plan.Stages) {
		events = append(events, rollout.Finish)
	}
	for _, kind := range events {
		if s, err = plan.Apply(s, rollout.Event{Kind: kind, Revision: s.Revision, At: now}); err != nil {
			return s, err
		}
	}
	return s, nil
}

// filesGone returns the files of kept that after has no document for.
func filesGone(kept, after manifest.Set) []string {
	left := map[string]bool{}
	for _, o := range after.All() {
		left[o.File] = true
	}
	var gone []string
	for _, o := range kept.All() {
		if !left[o.File] {
			gone = append(gone, o.File)
		}
	}
	return slices.Compact(gone)
}
