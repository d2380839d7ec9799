package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

const about = `usage: canary [-stage N|NAME | -rollback] [-cleanup] [-out DIR]
       canary -plan | -argocd

Prints the objects of a canary release of three services as YAML that Argo CD can
apply: without flags, those of the first stage.

Exit codes: 0 done; 1 a clean-up is asked for while the release goes on; 2 called
wrongly, or it cannot write. After 1 and 2 nothing was written.
`

type options struct {
	stage                           string
	rollback, cleanup, plan, argocd bool
	out                             string
}

// run is the program without its process: it returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	var o options
	flags := cli.NewFlags("canary", about)
	flags.StringVar(&o.stage, "stage", "", "the stage, by `number` (from 1) or name; the first when not given")
	flags.BoolVar(&o.rollback, "rollback", false, "the weights to roll back to, instead of a stage")
	flags.BoolVar(&o.cleanup, "cleanup", false, "leave out what carries no traffic; needs -rollback or the last stage")
	flags.BoolVar(&o.plan, "plan", false, "print the stages as a Markdown table")
	flags.BoolVar(&o.argocd, "argocd", false, "print the Argo CD Application that watches the directory")
	flags.StringVar(&o.out, "out", "", "write files into `directory` instead of printing")
	return cli.Run(flags, args, stdout, stderr, func(operands []string, stdout, _ io.Writer) (int, error) {
		if err := o.validate(flags, operands); err != nil {
			return cli.Misused, err
		}
		err := execute(o, stdout)
		if errors.Is(err, release.ErrUnfinished) {
			return cli.Bad, err
		}
		return cli.Answer(true, err)
	})
}

func (o options) validate(flags *flag.FlagSet, operands []string) error {
	stage, out := cli.Given(flags, "stage"), cli.Given(flags, "out")
	release := stage || o.rollback || o.cleanup || out
	switch {
	case stage && o.stage == "" || out && o.out == "":
		return errors.New("-stage and -out must not be empty") // most likely an unset variable
	case len(operands) > 0:
		return fmt.Errorf("takes no operands, and flags only: %q", operands)
	case o.plan && o.argocd || (o.plan || o.argocd) && release:
		return errors.New("-plan and -argocd must each be set alone")
	case o.rollback && o.stage != "":
		return errors.New("-rollback and -stage exclude each other")
	case o.cleanup && !o.rollback && o.stage == "":
		return errors.New("-cleanup needs -rollback or -stage with the last stage")
	}
	return nil
}

func execute(o options, stdout io.Writer) error {
	switch {
	case o.plan:
		_, err := io.WriteString(stdout, mock.Plan().Markdown(rollout.State{}))
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
	set, err := release.Render(mock.App(), mock.Plan(), state, release.Options{Mode: mode})
	return release.WithoutState(set), err
}

// stateOf moves a new release to the place that the options ask for.
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

// filesGone returns the files of kept for which after has no document.
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
