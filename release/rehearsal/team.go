package rehearsal

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// team are the bot and the people who run the release.
type team struct {
	// asked is for what a person was asked last, and when.
	asked string
	since time.Time
}

// Who makes the moves of a rehearsal.
const (
	bot    = "the bot"
	person = "a person"
)

// act is the end of a window: what was measured is looked at, and at most one commit made.
func (r *run) act() error {
	if err := r.edits(); err != nil {
		return err
	}
	behind, faults := r.live.Behind()
	if len(behind) > 0 {
		return r.write(r.live.State, Completed, "the bot finds a commit that was cut off, and completes it")
	}
	if r.live.State.Closed() {
		return nil
	}
	if err := r.arrive(r.live.State); err != nil {
		return err
	}
	facts := rollout.Facts{State: r.live.State, Evidence: r.evidence, Now: r.now, Zones: r.Zones}
	d, err := r.plan.Decide(facts)
	if err != nil {
		return err
	}
	event, ok := d.Event(facts, bot)
	if len(faults) > 0 && !(ok && event.Kind == rollout.RollBack) {
		if r.ask("restore", "the weights are not those of the state: "+drift(faults)) {
			return r.write(r.live.State, Restored, "a person restores the weights")
		}
		return nil
	}
	if !ok {
		if event, ok, err = r.people(facts, d); !ok || err != nil {
			return err
		}
	}
	return r.move(d, event)
}

// edits makes the hand edits that are due.
func (r *run) edits() error {
	for i := range r.faults {
		f := &r.faults[i]
		if f.Kind != HandEdit || f.spent || f.from.IsZero() || r.now.Before(f.from) {
			continue
		}
		f.spent = true
		objects, err := handEdit(r.live, f.Weights)
		if err != nil { // a lane that the route does not have yet
			r.noteFault(f, f.what()+", in vain: "+err.Error())
			continue
		}
		if err := r.commit(objects, r.now, r.delay()); err != nil {
			return err
		}
		r.noteFault(f, f.what())
	}
	return nil
}

// drift returns the first thing that is wrong with the weights.
func drift(faults []error) string {
	var d *release.DriftError
	if errors.As(faults[0], &d) {
		return d.Detail()
	}
	return faults[0].Error()
}

// delay returns how long a commit needs to the cluster now.
func (r *run) delay() time.Duration {
	out := time.Duration(r.Sync)
	for i := range r.faults {
		if f := &r.faults[i]; f.Kind == SlowSync && f.holds(r.now) {
			out += time.Duration(f.Delay)
		}
	}
	return out
}

// ask asks a person for something, and reports whether that was asked long enough ago.
func (r *run) ask(what, why string) bool {
	if r.team.asked != what {
		r.team = team{asked: what, since: r.now}
		r.note(Asked, rollout.State{}, why)
	}
	return r.now.Sub(r.team.since) >= time.Duration(r.People)
}

// people returns what a person does about a decision that asks one: what only a person may.
// Of a check that failed, or a deadline that passed, that is to roll back; else it is to
// approve, to resume or to go on.
func (r *run) people(f rollout.Facts, d rollout.Decision) (e rollout.Event, ok bool, err error) {
	if d.Action != rollout.ActHold || len(d.Reasons) == 0 {
		return rollout.Event{}, false, nil
	}
	e = rollout.Event{Revision: f.State.Revision, At: f.Now, By: person, Evidence: f.Evidence, Zones: f.Zones}
	has := func(causes ...rollout.Cause) bool {
		return slices.ContainsFunc(d.Reasons, func(x rollout.Reason) bool { return slices.Contains(causes, x.Cause) })
	}
	only := func(causes ...rollout.Cause) bool {
		return !slices.ContainsFunc(d.Reasons, func(x rollout.Reason) bool { return !slices.Contains(causes, x.Cause) })
	}
	switch {
	case has(rollout.CauseWorse, rollout.CauseCeiling, rollout.CauseFailed, rollout.CauseDeadline,
		rollout.CauseNoReturn):
		e.Kind, e.Reason = rollout.RollBack, d.Why()
		return e, r.ask("roll back", d.Why()), nil
	case has(rollout.CauseNoData):
		r.ask("no data", d.Why()) // and nobody goes on without
	case only(rollout.CausePaused):
		e.Kind = rollout.Resume
		return e, r.ask("resume", d.Why()), nil
	case only(rollout.CausePerson):
		e.Kind = r.onward(f.State)
		return e, r.ask(fmt.Sprint("go on ", f.State.Stage), d.Why()), nil
	case only(rollout.CauseApproval):
		if r.ask(fmt.Sprint("approve ", f.State.Stage), d.Why()) {
			return e, false, r.approve(f, d)
		}
	}
	return e, false, nil
}

// onward returns the event that goes on from a state.
func (r *run) onward(s rollout.State) rollout.EventKind {
	switch s.Stage {
	case 0:
		return rollout.Start
	case len(r.Config.Plan.Stages):
		return rollout.Finish
	}
	return rollout.Promote
}

// approve says what the decision misses, by the people who may, in the order of the plan.
func (r *run) approve(f rollout.Facts, d rollout.Decision) error {
	now, err := r.Config.Plan.Now(f.State, r.evidence)
	if err != nil {
		return err
	}
	for _, reason := range d.Reasons {
		missing := reason.Need - reason.Have
		for _, by := range r.Config.Plan.Approvers[reason.Place] {
			if missing == 0 {
				break
			}
			e, err := r.Config.Plan.Approve(f.State, now, rollout.Approval{
				Role: reason.Place, By: by, At: r.now, PlanDigest: f.State.PlanDigest, Stay: now.Stay,
			})
			if err == nil {
				now, missing = e, missing-1
			}
		}
	}
	r.evidence = now
	return nil
}

// move makes a move and its commit.
func (r *run) move(d rollout.Decision, e rollout.Event) error {
	next, err := r.plan.Apply(r.live.State, e)
	if errors.Is(err, rollout.ErrGated) || errors.Is(err, rollout.ErrFrozen) {
		return nil // a person who is refused asks again later
	}
	if err != nil {
		return err
	}
	onward := e.Kind == rollout.Start || e.Kind == rollout.Promote
	if onward && r.fleet.raise(r.Config.FloorsAt(next.Stage)) { // the weights are for the next window
		r.note(Scaled, rollout.State{}, "pods before the weights of stage "+r.Config.Plan.Stages[next.Stage-1].Name)
		return nil
	}
	if r.evidence, err = r.Config.Plan.Now(next, r.evidence); err != nil {
		return err
	}
	r.team = team{}
	if e.Kind == rollout.RollBack {
		r.line.Stopped = &Stop{At: r.since(), By: e.By, Why: d.Why()}
	}
	why := d.Why()
	switch {
	case e.By == person && e.Kind == rollout.RollBack:
		why = "a person rolls back: " + why
	case e.By == person:
		why = "a person goes on"
	}
	if err := r.write(next, Moved, why); err != nil {
		return err
	}
	r.enter(next)
	return nil
}

// write commits the objects of a state. A bot that dies commits the first of them alone.
func (r *run) write(s rollout.State, kind MomentKind, why string) error {
	objects, err := r.live.With(s)
	if err != nil {
		return err
	}
	for i := range r.faults {
		f := &r.faults[i]
		if f.Kind != Crash || f.spent || !f.holds(r.now) || len(objects) == 0 {
			continue
		}
		f.spent = true
		r.noteFault(f, fmt.Sprintf("the bot dies after 1 of %d objects", len(objects)))
		objects = objects[:1]
	}
	r.note(kind, s, why)
	return r.commit(objects, r.now, r.delay())
}
