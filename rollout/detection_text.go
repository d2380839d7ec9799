package rollout

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// DetectionsText returns what [Plan.Detections] has said of x, as plain text in aligned
// columns: a row for each stage, with a line above that says what was expected. It is empty
// where there is nothing to say.
func (p Plan) DetectionsText(x Expected, all []Detection) string {
	if len(all) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(x.words() + "\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "STAGE\tUSERS\tSEEN BY\tAFTER\t99 OF 100\tFAILED UNTIL THEN\tKEPT FOR")
	for _, d := range all {
		fmt.Fprintln(w, strings.Join(p.detectionCells(d), "\t"))
	}
	_ = w.Flush() // into memory
	var out strings.Builder
	for line := range strings.Lines(b.String()) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return out.String()
}

// DetectionsMarkdown returns the same as a Markdown table.
func (p Plan) DetectionsMarkdown(x Expected, all []Detection) string {
	if len(all) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(x.words() + "\n\n" +
		"| Stage | Users | Seen by | After | 99 of 100 | Failed until then | Kept for |\n" +
		"| --- | ---: | --- | --- | --- | ---: | --- |\n")
	for _, d := range all {
		b.WriteString("|")
		for _, cell := range p.detectionCells(d) {
			b.WriteString(" " + markup.Cell(cell) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// words says what is expected.
func (x Expected) words() string {
	times := x.OrDefaults().Times
	rate := fmt.Sprintf("at %s requests a second", number(x.Rate))
	if x.Rate == 0 {
		rate = fmt.Sprintf("in windows of %s requests", number(x.window()))
	}
	return fmt.Sprintf("a candidate that fails %s times as often as the other lanes (%s%%), %s:",
		number(times), share(x.Errors), rate)
}

// detectionCells returns the row of a stage.
func (p *Plan) detectionCells(d Detection) []string {
	out := []string{d.Stage, fmt.Sprintf("%d%%", d.Percent), "nothing", "", "", "", ""}
	if d.Percent == 0 {
		out[2] = "no requests"
	}
	if d.Guard >= 0 && d.Guard < len(p.Guards) {
		out[2] = p.Guards[d.Guard].Metric + ", " + d.Test
		out[3], out[4] = fmt.Sprintf("%d requests", d.Median), fmt.Sprint(d.P99)
		if d.Takes > 0 {
			out[3], out[4] = out[3]+", "+d.Takes.String(), out[4]+", "+d.TakesP99.String()
		}
		out[5] = fmt.Sprint(d.Failed)
	}
	if d.Kept > 0 {
		out[6] = d.Kept.String()
	}
	if d.Early {
		out[6] = strings.TrimSpace(out[6] + " (too short)")
	}
	return out
}
