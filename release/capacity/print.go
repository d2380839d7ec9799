package capacity

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Faults returns the loads of a place that are not safe, in its order: those that are short,
// and those that an autoscaler may have left with too few pods.
func (p Place) Faults() []Load {
	var out []Load
	for _, l := range p.Loads {
		if l.Verdict == Short || l.Shrinks {
			out = append(out, l)
		}
	}
	return out
}

// Safe reports whether no place has a fault.
func (c Capacity) Safe() bool {
	for _, p := range c.Places {
		if len(p.Faults()) > 0 {
			return false
		}
	}
	return true
}

// Verdict returns the worst verdict of the loads of a place: Short, Scaled, Unknown, Safe.
func (p Place) Verdict() Verdict {
	out := Safe
	rank := map[Verdict]int{Safe: 0, Unknown: 1, Scaled: 2, Short: 3}
	for _, l := range p.Loads {
		if rank[l.Verdict] > rank[out] {
			out = l.Verdict
		}
	}
	return out
}

// Words says the verdict as tables show it.
func (v Verdict) Words() string {
	switch v {
	case Safe:
		return "safe"
	case Scaled:
		return "safe once scaled"
	case Short:
		return "too few pods"
	default: // Unknown
		return "not known"
	}
}

// String returns a line for each load of each place, and the notes.
func (c Capacity) String() string {
	var b strings.Builder
	for _, p := range c.Places {
		b.WriteString(markup.Line(fmt.Sprintf("%s, %s: %s", p.Name, p.Weights.ByLane(), p.Verdict().Words())) + "\n")
		for _, l := range p.Loads {
			b.WriteString("  " + markup.Line(l.Verdict.Words()+": "+l.String()) + "\n")
		}
	}
	for _, note := range c.Notes {
		b.WriteString("note: " + markup.Line(note) + "\n")
	}
	return b.String()
}

// Markdown returns the loads as a table, one a row, and the notes.
func (c Capacity) Markdown() string {
	var b strings.Builder
	b.WriteString("| place | weights | service | lane | calls | needs | pods | verdict |\n| --- | --- | --- | --- | " +
		"--- | --- | --- | --- |\n")
	for _, p := range c.Places {
		for _, l := range p.Loads {
			has := fmt.Sprint(l.Min)
			if l.Min != l.Max {
				has = fmt.Sprintf("%d to %d", l.Min, l.Max)
			}
			need := fmt.Sprint(l.Need)
			if l.Verdict == Unknown {
				need = ""
			}
			verdict := l.Verdict.Words()
			if l.Shrinks {
				verdict += ", but may have been scaled down"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", markup.Cell(p.Name),
				markup.Cell(p.Weights.ByLane()),
				markup.Cell(l.Service), markup.Cell(l.Lane), figure(l.Calls), need, has, verdict)
		}
	}
	for _, note := range c.Notes {
		fmt.Fprintf(&b, "\n%s\n", markup.Prose(note))
	}
	return b.String()
}

// figure returns a number with at most three digits after the point.
func figure(x *big.Rat) string {
	text := x.FloatString(3)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
