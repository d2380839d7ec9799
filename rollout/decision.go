package rollout

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Decision is what should happen now, by the facts.
type Decision struct {
	// Action is what should happen. Anything else is for a person to do.
	Action Action `json:"action"`
	// To is the stage that the action leads to. Empty means none.
	To string `json:"to,omitempty"`
	// Revision is the revision of the state that was decided on.
	Revision int64 `json:"revision"`
	// Reasons say why, the strongest first. For hold they say what is missing.
	Reasons []Reason `json:"reasons,omitempty"`
	// Again is when the answer may change without new facts. The zero value means never.
	Again time.Time `json:"again,omitzero"`
}

// decide turns what was asked for into the decision, within what the place and the plan
// allow.
func (a *asking) decide(target int) {
	p, d, stage := a.plan, a.out, a.facts.State.Stage
	d.Action = a.wanted(target)
	if d.Action == ActStepBack {
		switch {
		case a.facts.State.Phase == Paused || stage == 0:
			d.Action = ActHold
		case stage == 1:
			d.Reasons = append(d.Reasons, Reason{Cause: CauseFirst, Asks: ActRollBack})
			d.Action = ActRollBack
		}
	}
	if no := p.named(p.NoReturn); p.NoReturn != "" && stage >= no &&
		(d.Action == ActRollBack || d.Action == ActStepBack && stage == no) {
		d.Reasons = append(d.Reasons, Reason{Cause: CauseNoReturn, Asks: ActHold, Place: p.NoReturn})
		d.Action = ActHold
	}
	switch d.Action {
	case ActStart, ActPromote:
		d.To = p.Stages[target-1].Name
	case ActStepBack:
		d.To = p.Stages[stage-2].Name
	default: // leads to no stage that must be named
	}
	if a.strongest > ActHold.rank() { // the other missing things are not the reason
		d.Reasons = slices.DeleteFunc(d.Reasons,
			func(r Reason) bool { return r.Asks == ActHold && r.Cause != CauseNoReturn })
	}
	slices.SortStableFunc(d.Reasons, func(x, y Reason) int { return cmp.Compare(y.Asks.rank(), x.Asks.rank()) })
	if d.Action != ActHold {
		d.Again = time.Time{}
	}
}

// wanted returns the strongest action asked for, or the action that goes on to the
// target.
func (a *asking) wanted(target int) Action {
	if a.strongest > 0 {
		return answers[a.strongest-1]
	}
	a.out.Reasons = append(a.out.Reasons, Reason{Cause: CauseOpen, Place: a.plan.gateName(target)})
	switch {
	case target == 1:
		return ActStart
	case target > len(a.plan.Stages):
		return ActFinish
	}
	return ActPromote
}

// Event returns the event that carries out the decision at f.Now, asked for by the named
// person or program. ok is false for hold and nothing. Gates look at the evidence again,
// so the event holds that of the facts.
func (d Decision) Event(f Facts, by string) (e Event, ok bool) {
	kind, ok := d.Action.Event()
	if !ok {
		return Event{}, false
	}
	return Event{Kind: kind, Revision: d.Revision, At: f.Now, By: by, Reason: d.Why(), Evidence: f.Evidence,
		Zones: f.Zones}, true
}

// String returns the decision in one line: "hold: errors: no data of the candidate at
// this place yet; 0 of 1 approvals by owner".
func (d Decision) String() string {
	if len(d.Reasons) == 0 {
		return d.title()
	}
	return d.title() + ": " + d.Why()
}

// Why returns the reasons in one line.
func (d Decision) Why() string {
	parts := make([]string, len(d.Reasons))
	for i, r := range d.Reasons {
		parts[i] = markup.Line(r.String())
	}
	return strings.Join(parts, "; ")
}

// title returns what should happen: "promote to half".
func (d Decision) title() string {
	if d.To == "" {
		return d.Action.Words()
	}
	return d.Action.Words() + " to " + d.To
}

// Text returns the decision for terminals: what should happen, then a line for each reason,
// then when to look again.
func (d Decision) Text() string {
	var b strings.Builder
	b.WriteString(markup.Line(d.title()) + "\n")
	for _, r := range d.Reasons {
		b.WriteString("  " + markup.Line(r.String()) + "\n")
	}
	if !d.Again.IsZero() {
		b.WriteString("look again at " + d.Again.UTC().Format(time.RFC3339) + "\n")
	}
	return b.String()
}

// Markdown returns the decision as a Markdown list.
func (d Decision) Markdown() string {
	var b strings.Builder
	b.WriteString("**" + markup.Cell(d.title()) + "**\n")
	for i, r := range d.Reasons {
		if i == 0 {
			b.WriteString("\n")
		}
		b.WriteString("- " + markup.Cell(r.String()) + "\n")
	}
	return b.String()
}
