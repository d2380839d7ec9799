package rollout_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/internal/messagetest"
	"github.com/swimlane-go/swimlane/rollout"
)

// everything returns a plan in which every field is set.
func everything() rollout.Plan {
	p := gated()
	p.Metrics = append(p.Metrics, rollout.Metric{Name: "slow", Kind: rollout.Counts, Over: new(0.5)})
	p.Guards = append(p.Guards, rollout.Check{Metric: "slow", Worse: &rollout.Worse{Ceiling: new(0.2)}},
		rollout.Check{Metric: "memory", Ceiling: new(0.9), Failures: 2,
			OnFail: rollout.ActRollBack, OnNoData: rollout.ActHold, Errors: new(4), NoDataAfter: 10 * minute})
	p.Alpha, p.Settle = 0.02, minute
	p.Freezes = []rollout.Freeze{{Days: []string{"Sat", "Sun"}, From: "08:00", To: "18:00", Zone: "UTC"},
		{First: "2026-12-20", Last: "2027-01-02", Zone: "UTC"}}
	p.Rails = &rollout.Rails{LargestStep: 80, FinalPercent: 100, Cap: &rollout.Cap{Percent: 30, Metric: "errors"}}
	return p
}

// The messages of the package are a page for reading.
func TestMessages(t *testing.T) {
	var p messagetest.Page
	validate := func(plan rollout.Plan) error { return fielderr.Join("plan", plan.Validate()) }
	p.Head("Plan")
	messagetest.Break(&p, seed, validate)
	messagetest.Break(&p, everything, validate)
	p.Head("State")
	messagetest.Break(&p, func() rollout.State { return at(seed(), rollout.Running, 2) }, seed().Check)
	p.Head("Event")
	messagetest.Break(&p, func() rollout.Event {
		return rollout.Event{Kind: rollout.Promote, Revision: 7, To: "c", At: t0, By: "ann", Override: "hotfix"}
	}, func(e rollout.Event) error { _, err := seed().Apply(at(seed(), rollout.Running, 2), e); return err })
	refusals := map[error]bool{} // each sentinel once
	for _, kind := range []rollout.EventKind{rollout.Start, rollout.Promote, rollout.StepBack, rollout.Pause,
		rollout.Resume, rollout.RollBack, rollout.Finish} {
		for _, s := range []rollout.State{at(seed(), rollout.Prepared, 0), at(seed(), rollout.Running, 1),
			at(seed(), rollout.Running, 4), at(seed(), rollout.Paused, 2), at(seed(), rollout.Finished, 4),
			at(seed(), rollout.RolledBack, 0)} {
			_, err := seed().Apply(s, rollout.Event{Kind: kind, Revision: 7, At: t0})
			if err != nil && !refusals[errors.Unwrap(err)] {
				refusals[errors.Unwrap(err)] = true
				p.Add(kind.Words(), err)
			}
		}
	}
	_, err := rollout.ParseEventKind("forward")
	p.Add("ParseEventKind", err)
	p.Head("Gates, freezes and decisions")
	plan := everything()
	for _, now := range []time.Time{t0.Add(time.Hour), t0.Add(3 * time.Hour), t0.AddDate(0, 0, 3),
		time.Date(2026, 12, 24, 9, 0, 0, 0, time.UTC)} {
		for stage := range 5 {
			s := at(plan, rollout.Running, stage)
			if stage == 0 {
				s.Phase = rollout.Prepared
			}
			d, err := plan.Decide(rollout.Facts{State: s, Now: now, Zones: rollout.Zones{"UTC": time.UTC}})
			p.Add("Decide", err)
			for _, r := range d.Reasons {
				p.Lines("Decide at stage "+string(rune('0'+stage)), r.String())
			}
			for _, kind := range []rollout.EventKind{rollout.Start, rollout.Promote, rollout.Finish} {
				_, err := plan.Apply(s, rollout.Event{Kind: kind, Revision: 7, At: now})
				p.Add(kind.Words(), err)
			}
		}
	}
	p.Head("Observation and approval")
	messagetest.Break(&p, func() rollout.Observation {
		return rollout.Observation{Metric: "errors", Service: "mocka", From: t0, To: t0.Add(time.Minute),
			Lanes: []rollout.LaneCount{{Lane: "v1", Bad: 1, Total: 100}, {Lane: "v3", Total: 10}}}
	}, func(o rollout.Observation) error {
		_, err := plan.Observe(at(plan, rollout.Running, 2), rollout.Evidence{}, o)
		return err
	})
	messagetest.Break(&p, func() rollout.Approval {
		return rollout.Approval{By: "bob", Role: "owner", At: t0, Stay: 7, PlanDigest: plan.Digest()}
	}, func(a rollout.Approval) error {
		_, err := plan.Approve(at(plan, rollout.Running, 1), rollout.Evidence{}, a)
		return err
	})
	p.Head("PlanFromPercents")
	type percents struct {
		Stable    rollout.Weights
		Candidate string
		Percents  []int
	}
	messagetest.Break(&p, func() percents {
		return percents{rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 50)}, "v3", []int{10, 100}}
	}, func(in percents) error {
		_, err := rollout.PlanFromPercents(in.Stable, in.Candidate, in.Percents...)
		return err
	})
	p.Head("JSON")
	for _, v := range []any{everything(), at(seed(), rollout.Running, 2)} {
		text, err := json.MarshalIndent(v, "", "  ")
		messagetest.Texts(&p, string(text)+"\n", func(text string) error {
			var plan rollout.Plan
			var state rollout.State
			var o rollout.Observation
			if _, is := v.(rollout.Plan); is {
				return errors.Join(err, json.Unmarshal([]byte(text), &plan))
			}
			_ = json.Unmarshal([]byte(`{"metric": 1}`), &o)
			return json.Unmarshal([]byte(text), &state)
		})
	}
	p.Golden(t)
}
