// Command peers compares the library with other libraries for the same work, in one run, and writes
// the results.
//
//	go run ./peers -out results.json
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/swimlane-go/swimlane/bench/internal/pair"
	"github.com/swimlane-go/swimlane/bench/internal/table"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("peers", flag.ContinueOnError)
	flags.SetOutput(stderr)
	out := flags.String("out", "", "write the results to this `FILE`")
	rounds := flags.Int("rounds", 11, "measure each row so `MANY` times")
	only := flags.String("only", "", "measure the row of this `NAME` alone")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	results := table.Results{Machine: table.Machine(), Peers: table.Versions("istio.io/istio", "knative.dev/serving",
		"sigs.k8s.io/yaml", "sigs.k8s.io/kustomize/kyaml", "github.com/mikefarah/yq/v4")}
	for _, c := range comparisons() {
		if c.done != nil {
			defer c.done()
		}
		if *only != "" && c.Name != *only {
			continue
		}
		switch {
		case c.theirs == nil:
			c.Found = pair.Alone(*rounds, c.ours)
		case c.processors > 1:
			c.Found = pair.Wall(c.processors, *rounds, c.ours, c.theirs)
		default:
			c.Found = pair.Measure(*rounds, c.ours, c.theirs)
		}
		results.Rows = append(results.Rows, c.Row)
	}
	if err := table.Show(stdout, *out, results); err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	return 0
}
