// Command growth measures how the cost of the library's work grows with its input,
// without a clock: by allocations, and by statements of the library that ran.
//
//	go run ./growth     # allocations
//	.ci/bench           # both, against the bounds in growth/testdata
//
// Statements are counted when the program is built with -cover -covermode=atomic
// -coverpkg=github.com/swimlane-go/swimlane/....
//
// It prints a line for each work and size: the count and the exponent of growth since the size
// before. It exits with 1 if an exponent is above 1.1 (1.05 for a preview), or a count above its
// bound in the file of -bounds. -update writes that file again.
package main

import (
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/swimlane-go/swimlane/bench/internal/table"
)

// most returns the highest allowed exponent of growth of a work: linear, with room for logarithms,
// which a preview does not need.
func most(work string) float64 {
	if strings.HasPrefix(work, "preview ") {
		return 1.05
	}
	return 1.1
}

// few are the counts below which growth is no trend, such as from 1 to 16 allocations.
var few = map[string]int64{"allocations": 100, "statements": 10_000}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("growth", flag.ContinueOnError)
	flags.SetOutput(stderr)
	bounds := flags.String("bounds", "", "compare with the bounds in this `FILE`")
	update := flags.Bool("update", false, "write the file of bounds again")
	out := flags.String("out", "", "write the counts to this `FILE`")
	only := flags.String("only", "", "measure the work of this `NAME` alone")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	count, what := allocations, "allocations"
	if covered() {
		count, what = statements, "statements"
	}
	rows, bad := measure(tasks(), *only, count), 0
	found := table.Growth{Counts: what}
	for i, r := range rows {
		line := table.Count{Work: r.name, Unit: r.unit, Size: r.size, Count: r.count}
		if i > 0 && rows[i-1].task == r.task {
			line.Exponent = exponent(rows[i-1], r, few[what])
		}
		if most := most(r.name); line.Exponent > most {
			bad++
			fmt.Fprintf(stderr, "FAIL: %s of %d %s: the exponent of growth of %s must be at most %.2f, is %.2f\n",
				r.name, r.size, r.unit, what, most, line.Exponent)
		}
		found.Rows = append(found.Rows, line)
	}
	fmt.Fprint(stdout, found.Text())
	if *out != "" {
		if err := table.Write(*out, found); err != nil {
			fmt.Fprintln(stderr, err)
			return 2
		}
	}
	if *update {
		if err := write(*bounds, rows); err != nil {
			fmt.Fprintln(stderr, err)
			return 2
		}
	}
	if *bounds != "" {
		above, err := compare(*bounds, rows)
		if err != nil {
			fmt.Fprintln(stderr, err)
			return 2
		}
		for _, line := range above {
			fmt.Fprintln(stderr, "FAIL: "+line)
		}
		bad += len(above)
	}
	if bad > 0 {
		return 1
	}
	return 0
}

// exponent returns the exponent of growth from one row to the next.
func exponent(before, now row, few int64) float64 {
	return math.Log(float64(max(now.count, few))/float64(max(before.count, few))) / math.Log(
		float64(now.size)/float64(before.size))
}
