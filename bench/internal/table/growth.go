package table

import (
	"fmt"
	"strings"
)

// Growth says how counts grow with the size of the input.
type Growth struct {
	// Counts is the thing that is counted: allocations or statements.
	Counts string  `json:"counts"`
	Rows   []Count `json:"rows"`
}

// Count is the cost of a work on an input of one size.
type Count struct {
	Work  string `json:"work"`
	Unit  string `json:"unit"`
	Size  int    `json:"size"`
	Count int64  `json:"count"`
	// Exponent is the exponent of growth since the size before: 1 is linear. It is 0 for the first
	// size.
	Exponent float64 `json:"exponent,omitempty"`
}

// Text returns the counts in columns.
func (g Growth) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-20s %-9s %6s %12s  %s\n", "work", "unit", "size", g.Counts, "exponent")
	for _, r := range g.Rows {
		fmt.Fprintf(&b, "%-20s %-9s %6d %12d  %s\n", r.Work, r.Unit, r.Size, r.Count, r.exponent())
	}
	return b.String()
}

func (c Count) exponent() string {
	if c.Exponent == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", c.Exponent)
}

// GrowthMarkdown returns two counts of the same works side by side.
func GrowthMarkdown(a, b Growth) string {
	var out strings.Builder
	fmt.Fprintf(&out, "| work | input | %s | exponent | %s | exponent |\n| --- | ---: | ---: | ---: | ---: | ---: |\n",
		a.Counts, b.Counts)
	for i, r := range a.Rows {
		other := Count{}
		if i < len(b.Rows) {
			other = b.Rows[i]
		}
		fmt.Fprintf(&out, "| %s | %d %s | %d | %s | %d | %s |\n", r.Work, r.Size, r.Unit, r.Count, r.exponent(),
			other.Count, other.exponent())
	}
	return out.String()
}
