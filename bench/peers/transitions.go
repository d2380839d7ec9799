package main

import (
	"context"
	"encoding/json"

	"knative.dev/pkg/logging"
	"knative.dev/serving/pkg/reconciler/route/traffic"

	"go.uber.org/zap"

	"github.com/swimlane-go/swimlane/bench/internal/table"
	"github.com/swimlane-go/swimlane/bench/internal/work"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// transitions has moves of a release by one step. Knative's Step changes its arguments and gets a
// new copy each time.
func transitions() []comparison {
	plan, state := work.Started()
	checked := must(plan.Checked())
	promote := rollout.Event{Kind: rollout.Promote, Revision: state.Revision, At: work.Now}
	text := must(release.EncodeState(state))

	ctx := logging.WithLogger(context.Background(), zap.NewNop().Sugar())
	at := int64(2_000_000_000)
	goal, before := revisions(100), revisions(60, 30, 10)
	goal.Configurations[0].Revisions[0].RevisionName = "v3"
	annotation := string(must(json.Marshal(before)))
	return []comparison{
		{
			Row:    table.Row{Name: "transition", Work: "promote, in memory", Peer: "knative's Step", Goal: 3},
			ours:   func() { must(plan.Apply(state, promote)) },
			theirs: func() { clone(goal).Step(ctx, clone(before), at) },
		},
		{
			Row: table.Row{Name: "transition-checked", Work: "promote, in memory, of a plan that was checked",
				Peer: "knative's Step"},
			ours:   func() { must(checked.Apply(state, promote)) },
			theirs: func() { clone(goal).Step(ctx, clone(before), at) },
		},
		{
			Row: table.Row{Name: "transition-text", Work: "promote, annotation text to text",
				Peer: "JSON and knative's Step", Goal: 1.1},
			ours: func() {
				var s rollout.State
				check(json.Unmarshal([]byte(text), &s))
				must(release.EncodeState(must(plan.Apply(s, promote))))
			},
			theirs: func() {
				var r traffic.Rollout
				check(json.Unmarshal([]byte(annotation), &r))
				next, _ := clone(goal).Step(ctx, &r, at)
				must(json.Marshal(next))
			},
		},
	}
}

// revisions returns a rollout of one configuration. Its next step is due.
func revisions(percents ...int) *traffic.Rollout {
	c := &traffic.ConfigurationRollout{
		ConfigurationName: "mock", Percent: 100,
		StepParams: traffic.RolloutParams{StartTime: 1, NextStepTime: 1_000_000_000, StepDuration: 1_000_000_000,
			StepSize: 10},
	}
	for i, p := range percents {
		c.Revisions = append(c.Revisions,
			traffic.RevisionRollout{RevisionName: []string{"v1", "v2", "v3"}[i], Percent: p})
	}
	return &traffic.Rollout{Configurations: []*traffic.ConfigurationRollout{c}}
}

func clone(r *traffic.Rollout) *traffic.Rollout {
	c := *r.Configurations[0]
	c.Revisions = append([]traffic.RevisionRollout(nil), c.Revisions...)
	return &traffic.Rollout{Configurations: []*traffic.ConfigurationRollout{&c}}
}
