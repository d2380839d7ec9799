package rollout

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Mermaid returns the plan as a Mermaid flowchart: a box for each place (prepared,
// the stages, rolled back), in it an edge to every lane with its weight. Whatever
// the names hold, it stays within the labels.
func (p Plan) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	box(&b, "before", p.Place(State{Phase: Prepared}), p.Before)
	last := "before"
	for i, stage := range p.Stages {
		id := fmt.Sprintf("stage%d", i+1)
		box(&b, id, p.Place(State{Phase: Running, Stage: i + 1}), stage.Weights)
		fmt.Fprintf(&b, "  %s --> %s\n", last, id)
		last = id
	}
	box(&b, "rollback", p.Place(State{Phase: RolledBack}), p.Rollback)
	fmt.Fprintf(&b, "  %s -.-> rollback\n", last)
	return b.String()
}

// box writes the weights of one vector. An edge of weight 0 is dotted.
func box(b *strings.Builder, id, title string, weights Weights) {
	fmt.Fprintf(b, "  subgraph %s[%s]\n    %s_in((requests))\n", id, markup.Label(title), id)
	for i, w := range weights {
		arrow := "-->"
		if w.Percent == 0 {
			arrow = "-.->"
		}
		fmt.Fprintf(b, "    %s_in %s|%s| %s_%d[%s]\n", id, arrow, markup.Label(fmt.Sprintf("%d%%", w.Percent)), id, i, markup.Label(w.Lane))
	}
	b.WriteString("  end\n")
}
