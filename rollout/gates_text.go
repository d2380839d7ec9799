package rollout

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// GatesText returns what must be known before the release goes on, in words, for
// terminals: the guards with the part of Alpha that each of their tests has, the gates,
// the freezes and the rest. It is empty for a plan without any.
func (p Plan) GatesText() string {
	if !p.Gated() {
		return ""
	}
	var b strings.Builder
	line := func(indent int, format string, args ...any) {
		b.WriteString(strings.Repeat("  ", indent) + markup.Line(fmt.Sprintf(format, args...)) + "\n")
	}
	if len(p.Guards) > 0 {
		line(0, "guards, from start to finish:")
		for i := range p.Guards {
			line(1, "%s", p.checkText(&p.Guards[i]))
		}
	}
	if n := p.tests(); n > 0 {
		line(1, "risk of stopping a good candidate by chance: %s%% in all, %s%% for each of %d tests",
			share(p.alpha()*float64(n)), share(p.alpha()), n)
	}
	for target := range p.gates() {
		gate := p.gate(target)
		if gate == nil {
			continue
		}
		line(0, "gate of %s:", p.gateName(target))
		for _, text := range p.gateText(gate) {
			line(1, "%s", text)
		}
	}
	for _, f := range p.Freezes {
		line(0, "frozen: %s", f)
	}
	if p.Settle > 0 {
		line(0, "not compared for %s after each move", p.Settle)
	}
	if p.NoReturn != "" {
		line(0, "from stage %s on only people roll back", p.NoReturn)
	}
	if r := p.Rails; r != nil && r.LargestStep > 0 {
		line(0, "the candidate rises by at most %d%% at once", r.LargestStep)
	}
	return b.String()
}

// gateText returns what a gate asks for, a line each.
func (p *Plan) gateText(g *Gate) []string {
	var out []string
	if d := g.Dwell; d.Min > 0 || d.Max > 0 {
		text := "the place before is kept"
		if d.Min > 0 {
			text += " for at least " + d.Min.String()
		}
		if d.Max > 0 {
			then := d.Then
			if then == "" {
				then = ActHold
			}
			text += fmt.Sprintf(", at most for %s, then %s", d.Max, then.Words())
		}
		out = append(out, text)
	}
	for _, a := range g.Approvals {
		out = append(out, fmt.Sprintf("%d approved as %s: %s", a.count(), a.Role,
			strings.Join(p.Approvers[a.Role], ", ")))
	}
	for i := range g.Checks {
		out = append(out, p.checkText(&g.Checks[i]))
	}
	if len(out) == 0 {
		out = append(out, "open")
	}
	return out
}

// checkText returns what a check asks for, in a line.
func (p *Plan) checkText(c *Check) string {
	text := c.Metric
	if m := p.metric(c.Metric); m != nil && len(m.Services) > 0 {
		text += " at " + strings.Join(m.Services, ", ")
	}
	var asks []string
	add := func(x *float64, format string, text func(float64) string) {
		if x != nil {
			asks = append(asks, fmt.Sprintf(format, text(*x)))
		}
	}
	switch {
	case c.Worse != nil:
		add(c.Worse.Ratio, "not more than %s times the others' rate", number)
		add(c.Worse.Ceiling, "not more than %s%%", share)
	case c.Good != nil:
		add(c.Good.Ratio, "shown to be less than %s times the others' rate", number)
		add(c.Good.Ceiling, "shown to be less than %s%%", share)
		asks = append(asks, "at risk "+share(c.Good.beta())+"%")
	default:
		add(c.Ceiling, "at most %s", number)
		add(c.Floor, "at least %s", number)
		add(c.Ratio, "at most %s times the others'", number)
		add(c.Difference, "at most %s above the others'", number)
		if n := c.passes(); n > 1 {
			asks = append(asks, fmt.Sprintf("%d windows in a row", n))
		}
		if c.Failures > 0 {
			asks = append(asks, fmt.Sprintf("%d may fail", c.Failures))
		}
	}
	return text + ": " + strings.Join(asks, ", ") + "; else " + c.onFail().Words()
}

// share returns a part of 1 in percent, as a person would write it.
func share(x float64) string { return number(x * 100) }

// number returns x with at most six digits.
func number(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
