package rehearsal

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/rollout"
)

// String returns the moments, a line each, and the summary.
func (t Timeline) String() string {
	var b strings.Builder
	for _, f := range t.Faults {
		fmt.Fprintf(&b, "fault: %s\n", f)
	}
	for _, m := range t.Moments {
		fmt.Fprintf(&b, "%8s  %-10s  %s\n", "+"+m.At.String(), m.Kind.words(), m.what())
	}
	fmt.Fprintf(&b, "\n%s\n", t.Summary())
	return b.String()
}

// words returns the kind as a timeline shows it.
func (k MomentKind) words() string {
	switch k {
	case Began:
		return "begin"
	case Moved, Scaled, Completed, Restored:
		return "commit"
	case Landed:
		return "cluster"
	case FaultBegan:
		return "fault"
	case Asked:
		return "person"
	default: // Ended
		return "end"
	}
}

// what says what happens in one line.
func (m Moment) what() string {
	var parts []string
	if m.Place != "" {
		parts = append(parts, m.Place+", "+m.Weights.ByLane())
	}
	switch m.Kind {
	case Landed:
		parts = append(parts, percent(m.Exposed)+" of the requests meet the candidate")
	case Ended:
		parts = append(parts, tally(m))
	default: // Why says it
	}
	if m.Why != "" {
		parts = append(parts, m.Why)
	}
	return strings.Join(parts, ": ")
}

// tally says how many requests there were.
func tally(m Moment) string {
	return fmt.Sprintf("%d requests, %d of them failed, %d because of a fault", m.Requests, m.Failed, m.Faulty)
}

// Summary says in a few sentences how it goes and what the faults cost.
func (t Timeline) Summary() string {
	end := t.End()
	var out []string
	took, stopped := t.Took()
	without := "Without a fault"
	if len(t.Faults) > 0 {
		without = "No fault begins, and"
	}
	switch {
	case t.Fault == nil && t.Phase == rollout.Finished:
		out = append(out, fmt.Sprintf("%s the release is finished after %s.", without, end.At))
	case t.Fault == nil && t.Phase == rollout.RolledBack:
		out = append(out, fmt.Sprintf("%s the release is rolled back after %s.", without, end.At))
	case t.Fault == nil:
		out = append(out, fmt.Sprintf("%s the release is still at %s after %s.", without, end.Place, end.At))
	case stopped && end.Faulty == 0:
		out = append(out, fmt.Sprintf("Given these gates, this fault fails no request, and the candidate is out "+
			"after %s.", took))
	case stopped:
		out = append(out, fmt.Sprintf("Given these gates, this fault costs about %s and %s.", requests(end.Faulty),
			took))
	case t.Phase == rollout.Finished && end.Faulty > 0:
		out = append(out, fmt.Sprintf("Nothing stops this fault: the release is finished after %s, and it has cost "+
			"%s by then.", end.At, requests(end.Faulty)))
	case t.Phase == rollout.Finished:
		out = append(out, fmt.Sprintf("This fault costs no request: the release is finished after %s.", end.At))
	default:
		out = append(out, fmt.Sprintf("After %s the release is at %s, and this fault has cost %s.", end.At, end.Place,
			requests(end.Faulty)))
	}
	if s := t.Stopped; s != nil {
		out = append(out, fmt.Sprintf("%s rolls back after %s: %s.", strings.ToUpper(s.By[:1])+s.By[1:], s.At, s.Why))
	}
	for _, b := range t.Blames {
		out = append(out, fmt.Sprintf("%d calls to %s failed because of it.", b.Failed,
			strings.TrimSuffix(b.Service+"@"+b.Lane, "@")))
	}
	if t.Unserved > 0 {
		out = append(out, fmt.Sprintf("At the worst moment %s of the requests got no answer.", percent(t.Unserved)))
	}
	return strings.Join(out, "\n")
}

// requests says how many requests failed: "1 failed request".
func requests(n int64) string {
	switch n {
	case 0:
		return "no request"
	case 1:
		return "1 failed request"
	}
	return fmt.Sprintf("%d failed requests", n)
}

// percent returns a share in percent, with at most two digits after the point.
func percent(share float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(share*100, 'f', 2, 64), "0"), ".") + "%"
}

// Markdown returns the summary, the moments as a table, and a chart that Mermaid draws: the
// share of requests that meet the candidate, and the share of the requests between two
// moments that failed.
func (t Timeline) Markdown() string {
	var b strings.Builder
	for line := range strings.SplitSeq(t.Summary(), "\n") {
		fmt.Fprintf(&b, "%s\n\n", markup.Prose(line))
	}
	b.WriteString(t.chart())
	b.WriteString("| after | what | weights | meets the candidate | failed |\n| --- | --- | --- | --- | --- |\n")
	for _, m := range t.Moments {
		what := cmp.Or(m.Why, m.Kind.words())
		if m.Place != "" {
			what = m.Place + ": " + what
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %d |\n", m.At, markup.Cell(what), markup.Cell(m.Weights.ByLane()),
			percent(m.Exposed), m.Failed)
	}
	return b.String()
}
