package rollout_test

import (
	"time"

	"github.com/swimlane-go/swimlane/rollout"
)

func ptr[T any](v T) *T { return &v }

const minute = rollout.Duration(time.Minute)

// gated returns the seed's plan with guards, gates in front of every place but the last
// stage, and a point of no return there.
func gated() rollout.Plan {
	p := seed()
	p.Metrics = []rollout.Metric{
		{Name: "errors", Kind: rollout.Counts, Services: []string{"mocka", "mockb"}},
		{Name: "memory", Kind: rollout.Value},
	}
	p.Guards = []rollout.Check{{Metric: "errors", Worse: &rollout.Worse{Ratio: ptr(2.0), Ceiling: ptr(0.05)}}}
	p.Stages[0].Gate = &rollout.Gate{}
	p.Stages[1].Gate = &rollout.Gate{
		Dwell:     rollout.Dwell{Min: 10 * minute, Max: 120 * minute, Then: rollout.ActRollBack},
		Approvals: []rollout.Approvals{{Role: "owner"}},
		Checks:    []rollout.Check{{Metric: "memory", Ceiling: ptr(0.8), Passes: 2, OnFail: rollout.ActStepBack}},
	}
	p.Stages[2].Gate = &rollout.Gate{Checks: []rollout.Check{{Metric: "errors", Good: &rollout.Good{Ratio: ptr(3.0)}}}}
	p.FinishGate = &rollout.Gate{
		Approvals: []rollout.Approvals{{Role: "owner", Count: 2}},
		Checks:    []rollout.Check{{Metric: "errors", Good: &rollout.Good{Ceiling: ptr(0.1)}}},
	}
	p.Approvers = map[string][]string{"owner": {"ann", "bob", "cid"}, "qa": {"bob", "dan"}}
	p.NoReturn = "d"
	return p
}

// entered is a release that stands where it was moved to last, with its evidence.
type entered struct {
	plan     rollout.Plan
	state    rollout.State
	evidence rollout.Evidence
	now      time.Time
}

// enter returns a release of p that people moved to a stage, each move a minute after the
// other. At 0 it is prepared.
func enter(p rollout.Plan, stage int) entered {
	s := must(p.Prepare(t0))
	now := t0
	for s.Stage < stage {
		now = now.Add(time.Minute)
		kind := rollout.Promote
		if s.Stage == 0 {
			kind = rollout.Start
		}
		s = must(p.Apply(s, rollout.Event{Kind: kind, Revision: s.Revision, At: now, By: "ann", Override: "test"}))
	}
	return entered{plan: p, state: s, now: now}
}

// window returns a window of errors at a service, that begins at from and is a minute long:
// bad of total requests of the candidate, and of the lane v1.
func window(service string, from time.Time, bad, total, othersBad, others int64) rollout.Observation {
	return rollout.Observation{Metric: "errors", Service: service, From: from, To: from.Add(time.Minute),
		Lanes: []rollout.LaneCount{
			{Lane: "v1", Bad: othersBad, Total: others}, {Lane: "v3", Bad: bad, Total: total},
		}}
}

// memory returns a window of the value, a minute long.
func memory(from time.Time, candidate, other float64) rollout.Observation {
	return rollout.Observation{Metric: "memory", From: from, To: from.Add(time.Minute), Lanes: []rollout.LaneCount{
		{Lane: "v1", Value: &other}, {Lane: "v3", Value: &candidate},
	}}
}

// see folds observations.
func (r *entered) see(observations ...rollout.Observation) {
	for _, o := range observations {
		r.evidence = must(r.plan.Observe(r.state, r.evidence, o))
		if o.To.After(r.now) {
			r.now = o.To
		}
	}
}

// move applies an event that nothing may refuse.
func (r *entered) move(kind rollout.EventKind, after time.Duration) {
	r.now = r.now.Add(after)
	e := rollout.Event{Kind: kind, Revision: r.state.Revision, At: r.now, Evidence: r.evidence}
	if kind == rollout.Start || kind == rollout.Promote || kind == rollout.Finish {
		e.By, e.Override = "ann", "test"
	}
	r.state = must(r.plan.Apply(r.state, e))
}

// decide returns the decision at the release's time.
func (r *entered) decide() rollout.Decision {
	return must(r.plan.Decide(rollout.Facts{State: r.state, Evidence: r.evidence, Now: r.now}))
}

// approve folds the approval of one who saw what there is.
func (r *entered) approve(role, by string) error {
	e, err := r.plan.Approve(r.state, r.evidence, r.approval(role, by))
	if err == nil {
		r.evidence = e
	}
	return err
}

func (r *entered) approval(role, by string) rollout.Approval {
	stay := r.evidence.Stay
	if stay == 0 || r.evidence.Stage != r.state.Stage {
		stay = r.state.Revision
	}
	return rollout.Approval{Role: role, By: by, At: r.now, PlanDigest: r.state.PlanDigest, Stay: stay}
}
