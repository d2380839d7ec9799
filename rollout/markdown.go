package rollout

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Markdown returns the plan's stages as a Markdown table, a row a stage: its name, the
// weight of every lane, and its criteria. With the state of a release it also has rows
// for prepared and rolled back, and marks the place of the release with an arrow and bold
// type: "→ **half**, paused". The zero State marks nothing.
func (p Plan) Markdown(at State) string {
	var b strings.Builder
	b.WriteString("| Stage |")
	for _, lane := range p.Before.Lanes() {
		fmt.Fprintf(&b, " %s weight |", markup.Cell(lane))
	}
	b.WriteString(" When to proceed |\n| --- |")
	b.WriteString(strings.Repeat(" ---: |", len(p.Before)))
	b.WriteString(" --- |\n")
	for _, r := range p.rows(at) {
		if r.number == 0 && at == (State{}) {
			continue
		}
		name := markup.Cell(r.name)
		if r.now {
			name = "→ **" + name + "**" + strings.TrimPrefix(r.label(), r.name)
		}
		fmt.Fprintf(&b, "| %s |", name)
		for _, weight := range r.weights {
			fmt.Fprintf(&b, " %d |", weight.Percent)
		}
		fmt.Fprintf(&b, " %s |\n", markup.Cell(r.criteria))
	}
	return b.String()
}
