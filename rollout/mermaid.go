package rollout

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Mermaid returns the plan as a Mermaid flowchart: a box for each place (prepared, the
// stages, rolled back), with an edge to every lane that shows its weight. The box of the
// place of state at has "now" in its title and a thick frame; the zero State marks
// nothing. Names are escaped, so they stay within the labels.
func (p Plan) Mermaid(at State) string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	last := ""
	rows := p.rows(at)
	for i, r := range rows {
		id, title, arrow := fmt.Sprintf("stage%d", r.number), r.place, "-->"
		switch i {
		case 0:
			id = "before"
		case len(rows) - 1:
			id, arrow = "rollback", "-.->"
		}
		if r.now {
			title += " (" + strings.TrimSuffix("now, "+r.note, ", ") + ")"
		}
		box(&b, id, title, r.weights)
		if last != "" {
			fmt.Fprintf(&b, "  %s %s %s\n", last, arrow, id)
		}
		if r.now {
			fmt.Fprintf(&b, "  style %s stroke:#1a7f37,stroke-width:4px\n", id)
		}
		last = id
	}
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
		fmt.Fprintf(b, "    %s_in %s|%s| %s_%d[%s]\n", id, arrow, markup.Label(fmt.Sprintf("%d%%", w.Percent)), id, i,
			markup.Label(w.Lane))
	}
	b.WriteString("  end\n")
}
