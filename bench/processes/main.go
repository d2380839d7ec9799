// Command processes runs whole programs, ours and a peer's in turn, one at a time. It takes their
// processor time and their peak memory from the system, and writes the results.
//
//	go run ./processes -out results.json
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/swimlane-go/swimlane/bench/internal/table"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("processes", flag.ContinueOnError)
	flags.SetOutput(stderr)
	out := flags.String("out", "", "write the results to this `FILE`")
	rounds := flags.Int("rounds", 5, "run each program so `MANY` times")
	only := flags.String("only", "", "measure the row of this `NAME` alone")
	write := flags.String("write", "", "write the input of the row of -only to this `DIRECTORY`, and measure nothing")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if err := measure(*rounds, *only, *write, *out, stdout); err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	return 0
}

func measure(rounds int, only, write, out string, stdout io.Writer) error {
	bin, err := os.MkdirTemp("", "swimlane")
	if err != nil {
		return err
	}
	defer os.RemoveAll(bin)
	results := table.Processes{Machine: table.Machine()}
	for _, c := range comparisons() {
		switch {
		case only != "" && c.Name != only:
			continue
		case write != "":
			return c.write(write)
		}
		if results.Rows == nil {
			if err := build(bin); err != nil {
				return err
			}
		}
		if err := c.measure(rounds, bin); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		results.Rows = append(results.Rows, c.Process)
	}
	return table.Show(stdout, out, results)
}

// build builds the programs.
func build(bin string) error {
	const examples = "github.com/swimlane-go/swimlane/examples/"
	cmd := exec.Command("go", "build", "-o", bin, "./analyze", examples+"lint", examples+"gitops")
	cmd.Stderr = os.Stderr
	return cmd.Run()
}
