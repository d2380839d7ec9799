// Command flagger compares the library with Flagger's router, which sets the weights of a
// VirtualService through its client. It is a separate module: Flagger needs packages that are gone
// from the Kubernetes version of the other peers.
//
//	go run . -out FILE
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
	flags := flag.NewFlagSet("flagger", flag.ContinueOnError)
	flags.SetOutput(stderr)
	out := flags.String("out", "", "write the results to this `FILE`")
	rounds := flags.Int("rounds", 11, "measure so `MANY` times")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	results := table.Results{Machine: table.Machine(), Peers: table.Versions("github.com/fluxcd/flagger")}
	ours, copies := ours()
	results.Rows = []table.Row{{
		Name: "weights", Work: "set the weights of a route in memory",
		Peer:  "Flagger's SetRoutes, less what its client takes",
		Found: pair.Measure(*rounds, ours, theirs()),
	}, {
		Name: "weights-alone", Work: "the same, less the copy of the VirtualService",
		Found: pair.Alone(*rounds, ours).Beside(pair.Alone(*rounds, copies)),
	}}
	if err := table.Show(stdout, *out, results); err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	return 0
}
