package rehearsal

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// points bounds what a chart shows.
const points = 40

// colour makes the line visible: the first one of Mermaid's charts is nearly white.
const colour = `%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#c0392b"}}}}%%`

// chart returns the share of requests that meet the candidate over time, as Mermaid draws
// it. Without moments it returns nothing.
func (t Timeline) chart() string {
	end := t.End().At
	if end == 0 {
		return ""
	}
	var values []string
	at := 0
	for i := range points + 1 {
		for at+1 < len(t.Moments) && int64(t.Moments[at+1].At) <= int64(end)/points*int64(i) {
			at++
		}
		values = append(values, strconv.FormatFloat(t.Moments[at].Exposed*100, 'f', -1, 64))
	}
	unit, size := "seconds", time.Second
	if time.Duration(end) >= 10*time.Minute {
		unit, size = "minutes", time.Minute
	}
	return fmt.Sprintf("```mermaid\n%s\nxychart-beta\n    x-axis \"%s\" 0 --> %s\n    y-axis \"%% of requests that meet "+
		"the candidate\" 0 --> 100\n    line [%s]\n```\n\n",
		colour, unit, strconv.FormatFloat(float64(end)/float64(size), 'f', -1, 64), strings.Join(values, ", "))
}
