package rollout

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Table returns the plan as plain text in aligned columns, for terminals: a row for each
// place (prepared, the stages by number, rolled back) with the weight of every lane and,
// last, the criteria. A ">" marks the row of state at; the zero State marks nothing. A
// row is always one line, whatever the plan holds.
func (p Plan) Table(at State) string {
	lines := [][]string{append(append([]string{"", "#", "STAGE"}, p.Before.Lanes()...), "WHEN TO PROCEED")}
	for _, r := range p.rows(at) {
		cells := []string{"", "", r.label()}
		if r.now {
			cells[0] = ">"
		}
		if r.number > 0 {
			cells[1] = strconv.Itoa(r.number)
		}
		for _, w := range r.weights {
			cells = append(cells, strconv.Itoa(w.Percent))
		}
		lines = append(lines, append(cells, r.criteria))
	}
	widths := []int{1} // of the mark, even if no row has it
	for _, cells := range lines {
		for i, cell := range cells {
			cells[i] = markup.Line(strings.Join(strings.Fields(cell), " "))
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cells[i]))
		}
	}
	var b strings.Builder
	for _, cells := range lines {
		for i, cell := range cells {
			width := widths[i]
			if i == 2 || i == len(cells)-1 {
				width = -width // text to the left, numbers to the right
			}
			cells[i] = fmt.Sprintf("%*s", width, cell)
		}
		b.WriteString(strings.TrimRight(strings.Join(cells, "  "), " ") + "\n")
	}
	return b.String()
}
