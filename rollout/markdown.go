package rollout

import (
	"fmt"
	"strings"
)

// Markdown returns the plan's stages as a Markdown table, a row a stage: its
// name, the weight of every lane, and its criteria.
func (p Plan) Markdown() string {
	var b strings.Builder
	b.WriteString("| Stage |")
	for _, lane := range p.Before.Lanes() {
		fmt.Fprintf(&b, " %s weight |", cell(lane))
	}
	b.WriteString(" When to proceed |\n| --- |")
	b.WriteString(strings.Repeat(" ---: |", len(p.Before)))
	b.WriteString(" --- |\n")
	for _, stage := range p.Stages {
		fmt.Fprintf(&b, "| %s |", cell(stage.Name))
		for _, weight := range stage.Weights {
			fmt.Fprintf(&b, " %d |", weight.Percent)
		}
		fmt.Fprintf(&b, " %s |\n", cell(stage.Criteria))
	}
	return b.String()
}

// cell makes s fit into one cell of a table.
func cell(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}
