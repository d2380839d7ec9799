package table

import (
	"fmt"
	"strings"
	"time"
)

// Short rounds a duration to three digits.
func Short(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}

// Short returns the rows that have a goal, for the README.
func (r Results) Short() string {
	var b strings.Builder
	b.WriteString("| work | beside | processor time, ours to theirs | allocations |\n| --- | --- | ---: | ---: |\n")
	for _, row := range r.Rows {
		if row.Goal > 0 {
			fmt.Fprintf(&b, "| %s (`%s`) | %s | %.2f | %d / %d |\n", row.Work, row.Name, row.Peer, row.Found.Ratio,
				row.Found.OurAllocations, row.Found.TheirAllocations)
		}
	}
	return b.String()
}
