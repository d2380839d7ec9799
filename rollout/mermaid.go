package rollout

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Mermaid returns the plan as a Mermaid flowchart, from top to bottom: a box for each place (prepared,
// the stages, rolled back) with the weight of every lane. Dotted arrows lead from each place to rolled
// back. The box of the place of state at has "now" in its title and a thick frame; the zero State marks
// nothing. Names are escaped, so they stay within the labels.
func (p Plan) Mermaid(at State) string {
	var b strings.Builder
	b.WriteString("flowchart TB\n")
	var ids []string
	rows := p.rows(at)
	for i, r := range rows {
		id, title := fmt.Sprintf("stage%d", r.number), r.place
		switch i {
		case 0:
			id = "before"
		case len(rows) - 1:
			id = "rollback"
		}
		if r.now {
			title += " (" + strings.TrimSuffix("now, "+r.note, ", ") + ")"
		}
		ids = append(ids, id)
		first, second := markup.Label(title), markup.Label(shares(r.weights))
		fmt.Fprintf(&b, "  %s[%s<br/>%s]\n", id, strings.TrimSuffix(first, `"`), strings.TrimPrefix(second, `"`))
		if r.now {
			fmt.Fprintf(&b, "  style %s stroke:#1a7f37,stroke-width:4px\n", id)
		}
	}
	up := ids[:len(ids)-1]
	fmt.Fprintf(&b, "  %s\n  %s -.-> rollback\n", strings.Join(up, " --> "), strings.Join(up, " & "))
	return b.String()
}

// shares returns weights as "v1 60%, v2 40%".
func shares(weights Weights) string {
	texts := make([]string, len(weights))
	for i, w := range weights {
		texts[i] = fmt.Sprintf("%s %d%%", w.Lane, w.Percent)
	}
	return strings.Join(texts, ", ")
}
