package rollout

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Markdown returns the plan's stages as a Markdown table, a row a stage: its
// name, the weight of every lane, and its criteria.
func (p Plan) Markdown() string {
	var b strings.Builder
	b.WriteString("| Stage |")
	for _, lane := range p.Before.Lanes() {
		fmt.Fprintf(&b, " %s weight |", markup.Cell(lane))
	}
	b.WriteString(" When to proceed |\n| --- |")
	b.WriteString(strings.Repeat(" ---: |", len(p.Before)))
	b.WriteString(" --- |\n")
	for _, stage := range p.Stages {
		fmt.Fprintf(&b, "| %s |", markup.Cell(stage.Name))
		for _, weight := range stage.Weights {
			fmt.Fprintf(&b, " %d |", weight.Percent)
		}
		fmt.Fprintf(&b, " %s |\n", markup.Cell(stage.Criteria))
	}
	return b.String()
}
