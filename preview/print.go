package preview

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// String returns a line for each outcome, as "60.0% mocka@v1 -> mockb@v1", one for the
// verdict, and one that begins with "note: " for each of [Result.Remarks]. Without
// outcomes it has a line for each edge.
func (r Result) String() string {
	var b strings.Builder
	for _, o := range r.Outcomes {
		fmt.Fprintf(&b, "%s  %s\n", percent(o.Share), markup.Line(o.String()))
	}
	if r.Outcomes == nil {
		for _, e := range r.Edges {
			fmt.Fprintf(&b, "%s  %s\n", percent(e.Rate), markup.Line(e.From.String()+" -> "+e.To.String()))
		}
	}
	b.WriteString(r.Verdict.String() + "\n")
	for _, note := range r.Remarks() {
		fmt.Fprintf(&b, "note: %s\n", markup.Line(note))
	}
	return b.String()
}

// Markdown returns the verdict, a table of the outcomes and one of the calls, for
// a merge request.
func (r Result) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", markup.Cell(r.Verdict.String()))
	if r.Outcomes != nil {
		b.WriteString("\n| Share | Outcome |\n| ---: | --- |\n")
		for _, o := range r.Outcomes {
			fmt.Fprintf(&b, "| %s | %s |\n", percent(o.Share), markup.Cell(o.String()))
		}
	}
	b.WriteString("\n| From | To | Calls per request |\n| --- | --- | ---: |\n")
	for _, e := range r.Edges {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", markup.Cell(e.From.String()), markup.Cell(e.To.String()), percent(e.Rate))
	}
	for i, note := range r.Remarks() {
		b.WriteString(strings.Repeat("\n", 1-min(i, 1)))
		fmt.Fprintf(&b, "- %s\n", markup.Cell(note))
	}
	return b.String()
}

// Remarks returns the notes, the cycles in words, and whether there were too many
// outcomes.
func (r Result) Remarks() []string {
	out := slices.Clone(r.Notes)
	for _, c := range r.Cycles {
		out = append(out, "cycle, not followed: "+strings.Join(c, " -> "))
	}
	if r.Outcomes == nil {
		out = append(out, "there are too many outcomes to list: the shares are those of single calls")
	}
	return out
}

// Mermaid returns the calls as a Mermaid flowchart: a box for each lane with its
// services, and edges with the number of calls for one request. The way of the verdict is
// thick. Each of [Result.Remarks] is a flag beside the calls. Names are escaped, so they
// stay within the labels.
func (r Result) Mermaid() string {
	ids := map[Stop]string{{}: "gateway"}
	var lanes []string
	inLane := map[string][]Stop{}
	for _, e := range r.Edges {
		if _, found := ids[e.To]; found {
			continue
		}
		ids[e.To] = fmt.Sprintf("n%d", len(ids))
		if len(inLane[e.To.Lane]) == 0 {
			lanes = append(lanes, e.To.Lane)
		}
		inLane[e.To.Lane] = append(inLane[e.To.Lane], e.To)
	}
	slices.Sort(lanes)
	var b strings.Builder
	b.WriteString("flowchart LR\n  gateway([gateway])\n")
	for i, lane := range slices.Backward(lanes) { // Mermaid draws the last box at the top
		indent := "  "
		if lane != "" {
			fmt.Fprintf(&b, "  subgraph lane%d[%s]\n", i, markup.Label(lane))
			indent = "    "
		}
		for _, s := range inLane[lane] {
			fmt.Fprintf(&b, "%s%s[%s]\n", indent, ids[s],
				markup.Label(Stop{Service: s.Service, End: s.End, Failure: s.Failure}.String()))
		}
		if lane != "" {
			b.WriteString("  end\n")
		}
	}
	for _, e := range r.Edges {
		arrow := "-->"
		if r.Verdict.shows(e) {
			arrow = "==>"
		}
		fmt.Fprintf(&b, "  %s %s|%s| %s\n", ids[e.From], arrow, markup.Label(percent(e.Rate)), ids[e.To])
	}
	for i, note := range r.Remarks() {
		fmt.Fprintf(&b, "  gateway ~~~ note%d>%s]\n", i, markup.Label(note)) // behind the gateway it covers no call
	}
	return b.String()
}

// shows reports whether a call is on the way of the verdict.
func (v Verdict) shows(e Edge) bool {
	from := Stop{}
	for _, s := range v.Path {
		if e.From == from && e.To == s {
			return true
		}
		from = s
	}
	return false
}

// percent returns a share with one digit after the point, or with more if it would look
// like 0 or 100%.
func percent(share *big.Rat) string {
	p := new(big.Rat).Mul(share, big.NewRat(100, 1))
	text := ""
	for digits := 1; digits <= 9; digits++ {
		text = p.FloatString(digits)
		shown, _ := new(big.Rat).SetString(text)
		if shown.Sign() > 0 && (shown.Cmp(hundred) != 0 || p.Cmp(hundred) == 0) {
			break
		}
	}
	return text + "%"
}

var hundred = big.NewRat(100, 1)
