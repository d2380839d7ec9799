package rollout

import (
	"fmt"
	"time"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// Facts are what is known about a release when a decision is made.
type Facts struct {
	// State is the state of the release.
	State State
	// Evidence is what was seen. The zero Evidence means that nothing was.
	Evidence Evidence
	// Now is the time of the decision.
	Now time.Time
	// Zones are the time zones that the plan's freezes name.
	Zones Zones
}

// Decide returns what should happen now, and why. The same facts give the same decision,
// and it changes no fact. An error says that the facts cannot be judged. It is what
// [Plan.Check] returns for the state, what [Plan.Observe] returns for evidence of another
// plan or of a later state, or a field error for a missing zone.
//
// Decide prefers roll back to step back, step back to hold, and hold to going on. The
// release goes on by itself only through a gate: where none guards the next place, the
// decision holds and asks a person. Past the plan's NoReturn it never takes the release
// back over that stage.
//
//   - A guard that failed asks for its OnFail, at every place, paused or not. It asks for step
//     back only in the stay in which it failed; after that it holds.
//   - A check of the next gate that failed asks for its OnFail; missing data for OnNoData.
//   - A gate that is not open when its Dwell.Max is over asks for Dwell.Then.
//   - The release goes on when the next gate is open, no guard has failed, every guard has
//     seen the candidate at this place (where it has weight), and no freeze holds.
//
// Step back at the first stage becomes roll back, and hold when prepared or paused.
func (p Plan) Decide(f Facts) (Decision, error) { return p.decide(f, nil) }

// decide is Decide of a plan. A c that is not nil knows the plan as valid.
func (p *Plan) decide(f Facts, c *Checked) (Decision, error) {
	if err := p.check(f.State, c); err != nil {
		return Decision{}, fmt.Errorf("decide: %w", err)
	}
	if err := fielderr.Join("decide", validateTime("now", f.Now)); err != nil {
		return Decision{}, err
	}
	d := Decision{Revision: f.State.Revision, Action: ActNothing}
	if f.State.Closed() {
		return d, nil
	}
	var buffer [maxPairs + 1]pair
	a := asking{plan: p, facts: &f, out: &d, pairs: p.pairsOf(c, buffer[:0])}
	evidence, err := p.evidence(f.Evidence, f.State, a.pairs)
	if err != nil {
		return Decision{}, err
	}
	a.evidence = &evidence
	target := f.State.Stage + 1
	a.askGuards()
	gate := p.gate(target)
	switch {
	case f.State.Phase == Paused:
		a.add(Reason{Cause: CausePaused, Asks: ActHold})
	case gate == nil:
		a.add(Reason{Cause: CausePerson, Asks: ActHold, Place: p.gateName(target)})
	default:
		a.askGate(gate, target)
		a.askSeen()
	}
	if a.strongest == 0 { // nothing else keeps the release from going on: ask the freezes
		freeze, again, frozen, err := p.Frozen(f.Zones, f.Now)
		if err != nil {
			return Decision{}, fmt.Errorf("decide: %w", err)
		}
		if frozen {
			a.add(Reason{Cause: CauseFrozen, Asks: ActHold, Place: freeze.String(), Until: again})
		}
	}
	a.decide(target)
	return d, nil
}

// asking collects what guards and gates ask for.
type asking struct {
	plan      *Plan
	facts     *Facts
	evidence  *Evidence // the facts' evidence, brought up to their state
	pairs     []pair
	out       *Decision // collects the reasons, and when to look again
	strongest int       // the rank of the strongest action asked for
}

// add notes one reason.
func (a *asking) add(r Reason) {
	a.out.Reasons = append(a.out.Reasons, r)
	a.strongest = max(a.strongest, r.Asks.rank())
	a.wake(r.Until)
}

// wake notes when time alone may change the answer.
func (a *asking) wake(t time.Time) {
	if t.After(a.facts.Now) && (a.out.Again.IsZero() || t.Before(a.out.Again)) {
		a.out.Again = t
	}
}

// tally returns the tally of a pair, and the last window of its metric.
func (a *asking) tally(i int) (Tally, Window) {
	var t Tally
	var w Window
	if i < len(a.evidence.Tallies) {
		t = a.evidence.Tallies[i]
	}
	pr := &a.pairs[i]
	if cell := a.plan.cell(pr.metric, pr.service); cell < len(a.evidence.Windows) {
		w = a.evidence.Windows[cell]
	}
	return t, w
}

// weighted reports whether the candidate has traffic at the place of the release.
func (a *asking) weighted() bool { return a.plan.percent(a.facts.State.Stage) > 0 }

// askGuards adds what the guards that failed or see nothing ask for.
func (a *asking) askGuards() {
	for i := range a.pairs {
		pr := &a.pairs[i]
		if !pr.guard {
			return
		}
		t, w := a.tally(i)
		if t.Failed != 0 {
			r := a.failed(pr, &t)
			if r.Asks == ActStepBack && t.Failed != a.evidence.Stay {
				r.Asks = ActHold
			}
			a.add(r)
		} else if r, missing := a.noData(pr, &w); missing {
			a.add(r)
		}
	}
}

// askGate adds what the gate in front of a target asks for, and what it lacks.
func (a *asking) askGate(gate *Gate, target int) {
	before := len(a.out.Reasons)
	for i := range gate.Checks {
		c := &gate.Checks[i]
		m := a.plan.metric(c.Metric)
		for _, service := range m.services() {
			n := find(a.pairs, c, service, false)
			pr := &a.pairs[n]
			t, w := a.tally(n)
			switch {
			case t.Failed != 0:
				a.add(a.failed(pr, &t))
			default:
				if r, missing := a.noData(pr, &w); missing {
					a.add(r)
				} else if r, shut := notPassed(pr, &t); shut {
					a.add(r)
				}
			}
		}
	}
	for _, wanted := range gate.Approvals {
		if have := a.plan.approved(a.evidence, wanted.Role, target); have < wanted.count() {
			a.add(Reason{Cause: CauseApproval, Asks: ActHold, Have: have, Need: wanted.count(), Place: wanted.Role})
		}
	}
	dwelt := a.evidence.dwelt(a.facts.Now)
	if left := gate.Dwell.Min - dwelt; left > 0 {
		a.add(Reason{Cause: CauseDwell, Asks: ActHold, Until: a.facts.Now.Add(time.Duration(left))})
	}
	if gate.Dwell.Max == 0 || len(a.out.Reasons) == before {
		return
	}
	left := gate.Dwell.Max - dwelt
	if left > 0 {
		a.wake(a.facts.Now.Add(time.Duration(left)))
		return
	}
	then := gate.Dwell.Then
	if then == "" {
		then = ActHold
	}
	a.add(Reason{Cause: CauseDeadline, Asks: then, Place: a.plan.gateName(target)})
}

// askSeen adds the guards that have not seen the candidate at this place.
func (a *asking) askSeen() {
	if !a.weighted() {
		return
	}
	for i := range a.pairs {
		pr := &a.pairs[i]
		if !pr.guard {
			return
		}
		if _, w := a.tally(i); w.Data <= a.evidence.Entered.Unix() {
			a.add(Reason{Cause: CauseUnseen, Asks: ActHold, Metric: pr.metric.Name, Service: pr.service, Guard: true})
		}
	}
}

// failed returns the reason of a check that failed.
func (a *asking) failed(pr *pair, t *Tally) Reason {
	c := pr.check
	r := Reason{Asks: c.onFail(), Metric: pr.metric.Name, Service: pr.service, Guard: pr.guard}
	if c.Worse == nil {
		r.Cause, r.Have, r.Need = CauseFailed, t.Failures, c.Failures
		return r
	}
	ratio, ceiling := t.Ratio.Log(), t.Ceiling.Log()
	if c.Worse.Ratio != nil && (c.Worse.Ceiling == nil || ratio >= ceiling) {
		r.Cause, r.Bad, r.All = CauseWorse, t.Compared.Bad, t.Compared.Bad+t.Others.Bad
		r.Total, r.Expected, r.Bound, r.Chance = t.Compared.Total, float64(t.Expected)/1000, *c.Worse.Ratio,
			chanceOf(ratio)
		return r
	}
	r.Cause, r.Bad, r.Total = CauseCeiling, t.All.Bad, t.All.Total
	r.Expected, r.Bound, r.Chance = float64(t.All.Total)**c.Worse.Ceiling, *c.Worse.Ceiling, chanceOf(ceiling)
	return r
}

// noData returns a reason when the data of a check is missing for too long. A candidate
// without traffic is not expected to have counts.
func (a *asking) noData(pr *pair, w *Window) (Reason, bool) {
	c := pr.check
	if pr.metric.Kind == Counts && !a.weighted() {
		return Reason{}, false
	}
	r := Reason{Cause: CauseNoData, Asks: c.onNoData(), Metric: pr.metric.Name, Service: pr.service, Guard: pr.guard,
		Have: w.Missing, Need: c.errors()}
	if w.Missing > c.errors() {
		return r, true
	}
	if c.NoDataAfter == 0 || a.facts.State.Phase == Paused {
		return Reason{}, false
	}
	last := time.Unix(w.Data, 0).UTC()
	if last.Before(a.evidence.Since) {
		last = a.evidence.Since
	}
	end := last.Add(time.Duration(c.NoDataAfter))
	if a.facts.Now.After(end) {
		r.Until = last
		return r, true
	}
	a.wake(end.Add(time.Second))
	return Reason{}, false
}

// notPassed returns a reason when a gate's check has not passed yet.
func notPassed(pr *pair, t *Tally) (Reason, bool) {
	c := pr.check
	need := c.passes()
	if t.Passes >= need {
		return Reason{}, false
	}
	r := Reason{Asks: ActHold, Metric: pr.metric.Name, Service: pr.service}
	switch {
	case c.Good == nil:
		r.Cause, r.Have, r.Need = CauseNotPassed, t.Passes, need
	case c.Good.Ratio != nil:
		r.Cause, r.Bad, r.All, r.Bound = CauseNotShown, t.Compared.Bad, t.Compared.Bad+t.Others.Bad, *c.Good.Ratio
	default:
		r.Cause, r.Bad, r.Total, r.Bound = CauseNotBelow, t.All.Bad, t.All.Total, *c.Good.Ceiling
	}
	return r, true
}
