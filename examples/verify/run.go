package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/rollout"
)

// Exit codes.
const (
	exitGood  = 0
	exitBad   = 1
	exitUsage = 2
)

// run is the program without its process: it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	want, err := parseArgs(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitGood
	}
	var seen tally
	if err == nil {
		seen, err = count(stdin)
	}
	if err != nil {
		fmt.Fprintln(stderr, "verify:", err)
		return exitUsage
	}
	report, good := judge(want, seen)
	if _, err := io.WriteString(stdout, report); err != nil {
		fmt.Fprintln(stderr, "verify:", err)
		return exitUsage
	}
	if !good {
		return exitBad
	}
	return exitGood
}

func parseArgs(args []string, stderr io.Writer) (rollout.Weights, error) {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(stderr)
	text := flags.String("want", "", "the shares that lanes should have, as in `v1=60,v2=30,v3=10`")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("takes no operands, and flags only: %q", flags.Args())
	}
	if *text == "" {
		return nil, errors.New("-want must say the share of each lane: -want v1=60,v2=30,v3=10")
	}
	return parseWant(*text)
}

// parseWant reads "v1=60,v2=40".
func parseWant(text string) (rollout.Weights, error) {
	var want rollout.Weights
	for pair := range strings.SplitSeq(text, ",") {
		lane, percent, found := strings.Cut(pair, "=")
		n, err := strconv.Atoi(percent)
		if !found || err != nil {
			return nil, fmt.Errorf("-want must be LANE=PERCENT, separated by commas: %q is not", pair)
		}
		want = append(want, rollout.W(lane, n))
	}
	if faults := want.Validate(field.NewPath("-want")); len(faults) > 0 {
		return nil, faults.ToAggregate()
	}
	return want, nil
}
