package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/rollout"
)

const about = `usage: verify -want LANE=PERCENT,...

Judges what a loop of requests printed, read from standard input, a response a line:

  -> mocka(version: v1, ip: 10.0.0.1)-> mockb(version: v1, ip: 10.0.0.2)

The version is the lane; the ip may be left out. Each lane's count must lie within 4
sigma of its share, none may have gone to a lane at 0 or to a lane that -want does
not list, no response may have crossed from one lane into another, and every line
must be a response: an error page is none. Blank lines are passed over.

Exit codes: 0 all that holds; 1 it does not, or there was no response at all; 2
called wrongly, or the input cannot be read.
`

// run is the program without its process: it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := cli.NewFlags("verify", about)
	text := flags.String("want", "", "the `shares` that lanes should have, as in v1=60,v2=30,v3=10")
	return cli.Run(flags, args, stdout, stderr, func(operands []string, stdout, _ io.Writer) (int, error) {
		want, err := wanted(*text, operands)
		if err != nil {
			return cli.Misused, err
		}
		seen, err := count(stdin)
		if err != nil {
			return cli.Misused, err
		}
		report, good := judge(want, seen)
		_, err = io.WriteString(stdout, report)
		return cli.Answer(good, err)
	})
}

// wanted parses "v1=60,v2=40". The only allowed operand is "-": the program always reads standard
// input.
func wanted(text string, operands []string) (rollout.Weights, error) {
	if len(operands) > 0 && operands[0] != "-" || len(operands) > 1 {
		return nil, fmt.Errorf("takes no operands but -, and reads standard input: %q", operands)
	}
	if text == "" {
		return nil, errors.New("-want must say the share of each lane: -want v1=60,v2=30,v3=10")
	}
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
