package rollout

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Decision is what the facts say should happen now.
type Decision struct {
	// Action is what should happen. Only a person does what it does not say.
	Action Action `json:"action"`
	// To is the stage that it leads to, empty where it leads to none.
	To string `json:"to,omitempty"`
	// Revision is that of the state that was decided on.
	Revision int64 `json:"revision"`
	// Reasons are why, the weightiest first. For hold they are what is missing.
	Reasons []Reason `json:"reasons,omitempty"`
	// Again is when the answer may change though nothing new is seen. The zero value means
	// that it does not.
	Again time.Time `json:"again,omitzero"`
}

// decide makes what was asked for the decision, as far as the place and the plan let it be
// done.
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
	if a.strongest > ActHold.rank() { // what else is missing is not why
		d.Reasons = slices.DeleteFunc(d.Reasons,
			func(r Reason) bool { return r.Asks == ActHold && r.Cause != CauseNoReturn })
	}
	slices.SortStableFunc(d.Reasons, func(x, y Reason) int { return cmp.Compare(y.Asks.rank(), x.Asks.rank()) })
	if d.Action != ActHold {
		d.Again = time.Time{}
	}
}

// wanted returns the strongest that is asked for, or to go on to the target.
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

// Event returns the event that carries the decision out at a time, by whom. ok is false for
// hold, and when there is nothing to do. Gates look at the evidence again: the event holds
// that of the facts.
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
