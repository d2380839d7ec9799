package rollout_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/swimlane-go/swimlane/rollout"
)

func (x *exhausted) walk(t *testing.T) {
	x.reach(walker{state: must(x.plan.Prepare(t0)), now: t0})
	for len(x.todo) > 0 {
		w := x.todo[0]
		x.todo = x.todo[1:]
		x.visit(t, w)
	}
}

// reach adds a release, unless one of its class was met.
func (x *exhausted) reach(w walker) {
	if w.evidence.Revision != w.state.Revision {
		w.evidence = must(x.plan.Now(w.state, w.evidence))
	}
	c := x.class(w)
	if !x.seen[c] {
		x.seen[c] = true
		x.todo = append(x.todo, w)
	}
}

func (x *exhausted) class(w walker) class {
	c := class{phase: w.state.Phase, stage: w.state.Stage}
	if w.state.Closed() {
		return c
	}
	e := w.evidence
	var window rollout.Window
	var guard, gate rollout.Tally
	if len(e.Windows) > 0 {
		window, guard = e.Windows[0], e.Tallies[0]
	}
	if len(e.Tallies) > 1 {
		gate = e.Tallies[1]
	}
	switch guard.Failed {
	case 0:
	case e.Stay:
		c.guard = "in this stay"
	default:
		c.guard = "before"
	}
	c.failed, c.passed, c.missing = gate.Failed != 0, gate.Passes > 0, window.Missing > 0
	c.seen, c.approved = window.Data > e.Entered.Unix(), len(e.Approvals) > 0
	c.late = x.dwelt(w) >= late
	return c
}

// dwelt is how long a release has been at its place.
func (x *exhausted) dwelt(w walker) time.Duration {
	if w.state.Phase == rollout.Paused {
		return time.Duration(w.evidence.Dwelt)
	}
	return time.Duration(w.evidence.Dwelt) + w.now.Sub(w.evidence.Since)
}

// judge returns the facts of a release in words.
func (x *exhausted) judge(w walker, frozen bool) decideJudge {
	c, n := x.class(w), len(x.plan.Stages)
	percent, _ := x.plan.Weights(w.state).Percent("v3")
	_, gate := onward(x.plan, w.state)
	j := decideJudge{
		phase: w.state.Phase, stage: w.state.Stage, last: n, noReturn: x.noReturn, weight: percent, frozen: frozen,
		gated: gate != nil,
		guards: []guardFact{{failed: c.guard, onFail: x.answers.guard, noData: c.missing, onNoData: x.answers.noData,
			seenAtHere: c.seen}},
		gate: gateFact{approved: true, dwelt: x.dwelt(w)},
	}
	if gate != nil && len(gate.Checks) > 0 {
		j.gate.approved, j.gate.most, j.gate.afterMost = c.approved, late, x.answers.deadline
		j.gate.checks = []checkFact{{failed: c.failed, passed: c.passed, noData: c.missing, onFail: x.answers.gate,
			onNoData: x.answers.noData}}
	}
	return j
}

// visit checks a release, and goes on to all that can happen to it.
func (x *exhausted) visit(t *testing.T, w walker) {
	p := x.plan
	at := func() string { return fmt.Sprintf("%+v of %+v, no return %d", x.class(w), x.answers, x.noReturn) }
	if sum := total(p.Weights(w.state)); sum != 100 {
		t.Fatalf("%s: weights sum to %d", at(), sum)
	}
	for _, frozen := range []bool{false, true} {
		f := rollout.Facts{State: w.state, Evidence: w.evidence, Now: w.now, Zones: freeze(frozen, w.now)}
		d, err := p.Decide(f)
		if want := x.judge(w, frozen).decide(); err != nil || d.Action != want {
			t.Fatalf("%s, frozen %v: want %s, got %s, %v", at(), frozen, want, d, err)
		}
		if e, ok := d.Event(f, "bot"); ok {
			next, err := p.Apply(w.state, e)
			if err != nil {
				t.Fatalf("%s: %s is refused: %v", at(), d, err)
			}
			if back := next.Phase == rollout.RolledBack || next.Stage < x.noReturn; x.noReturn > 0 &&
				w.state.Stage >= x.noReturn && back {
				t.Fatalf("%s: %s goes back over the point of no return", at(), d)
			}
			x.moved(t, w, e.Kind, next)
		}
		if w.state.Closed() && d.Action != rollout.ActNothing {
			t.Fatalf("%s: %s for a release that is over", at(), d)
		}
	}
	x.people(t, w)
	if w.state.Closed() {
		return
	}
	later := w.now.Add(time.Minute)
	for _, value := range []float64{0, 1.5, 3} {
		x.observe(w, rollout.Observation{Metric: "m", From: w.now, To: later,
			Lanes: []rollout.LaneCount{{Lane: "v3", Value: &value}}})
	}
	x.observe(w, rollout.Observation{Metric: "m", From: w.now, To: later, NoData: "none"})
	a := rollout.Approval{Role: "owner", By: "ann", At: w.now, PlanDigest: w.state.PlanDigest, Stay: w.evidence.Stay}
	if e, err := p.Approve(w.state, w.evidence, a); err == nil {
		x.reach(walker{w.state, e, w.now})
	}
	x.reach(walker{w.state, w.evidence, w.now.Add(late)})
}

func (x *exhausted) observe(w walker, o rollout.Observation) {
	x.reach(walker{w.state, must(x.plan.Observe(w.state, w.evidence, o)), o.To})
}

// people tries every event that there is while releases are frozen, with an override where
// there can be one.
func (x *exhausted) people(t *testing.T, w walker) {
	p := x.plan
	for _, kind := range []rollout.EventKind{rollout.Start, rollout.Promote, rollout.StepBack, rollout.Pause,
		rollout.Resume, rollout.RollBack, rollout.Finish} {
		targets := []string{""}
		if kind == rollout.Promote || kind == rollout.StepBack {
			targets = append(targets, p.Stages[0].Name, p.Stages[len(p.Stages)-1].Name)
		}
		for _, to := range targets {
			e := rollout.Event{Kind: kind, Revision: w.state.Revision, To: to, At: w.now, Evidence: w.evidence,
				Zones: freeze(true, w.now)}
			if kind == rollout.Start || kind == rollout.Promote || kind == rollout.Finish {
				e.By, e.Override = "ann", "because"
			}
			next, err := p.Apply(w.state, e)
			switch {
			case kind == rollout.RollBack && w.state.Phase != rollout.Finished:
				if err != nil || next.Phase != rollout.RolledBack {
					t.Fatalf("a person's roll back is refused: %v", err)
				}
			case err == nil && w.state.Closed():
				t.Fatalf("%s changes a release that is over", kind)
			}
			if err == nil {
				x.moved(t, w, kind, next)
			}
		}
	}
}

// moved checks a move, and goes on from there.
func (x *exhausted) moved(t *testing.T, w walker, kind rollout.EventKind, next rollout.State) {
	x.moves++
	before, _ := x.plan.Weights(w.state).Percent("v3")
	after, _ := x.plan.Weights(next).Percent("v3")
	if after < before && kind != rollout.StepBack && kind != rollout.RollBack {
		t.Fatalf("%s takes the candidate from %d to %d", kind, before, after)
	}
	if (kind == rollout.Pause || kind == rollout.Resume) && after != before {
		t.Fatalf("%s changes weights", kind)
	}
	if kind == rollout.RollBack && after != 0 {
		t.Fatalf("roll back leaves the candidate at %d", after)
	}
	x.reach(walker{next, w.evidence, w.now})
}
