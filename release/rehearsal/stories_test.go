package rehearsal_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/release/rehearsal"
	"github.com/swimlane-go/swimlane/rollout"
)

// bad is the candidate with one call of twenty that fails, two minutes into the second
// stage.
func bad() rehearsal.Fault {
	return rehearsal.Fault{Kind: rehearsal.Bad, Service: "mockb", Rate: 0.05, Stage: "increase-v3-share",
		At: 2 * minute}
}

// approved is a plan with no gate but people: two of them say that it may start.
func approved() rollout.Plan {
	p := mock.Plan()
	p.Approvers = map[string][]string{"owner": {"ann", "bob", "eve"}}
	p.Stages[0].Gate = &rollout.Gate{Approvals: []rollout.Approvals{{Role: "owner", Count: 2}}}
	return p
}

// valued is the gated plan that watches the memory of the candidate besides.
func valued() rollout.Plan {
	p := gated()
	p.Metrics = append(p.Metrics, rollout.Metric{Name: "memory", Kind: rollout.Value, Services: []string{"mocka"}})
	p.Guards = append(p.Guards, rollout.Check{Metric: "memory", Ceiling: new(512.0), Failures: 2,
		OnFail: rollout.ActStepBack})
	return p
}

func TestStories(t *testing.T) {
	returned := gated()
	returned.NoReturn = "increase-v3-share"
	slow := gated()
	slow.Metrics[0].Over = new(0.5)
	for name, s := range map[string]rehearsal.Scenario{
		"good":           scenario(t, gated()),
		"people":         scenario(t, approved()),
		"nobody-looks":   scenario(t, mock.Plan(), bad()),
		"bad":            scenario(t, gated(), bad()),
		"past-no-return": scenario(t, returned, bad()),
		"slow": scenario(t, slow,
			rehearsal.Fault{Kind: rehearsal.Bad, Metric: "errors", Rate: 0.2, Stage: "initial-canary"}),
		"value": scenario(t, valued(),
			rehearsal.Fault{Kind: rehearsal.Bad, Metric: "memory", Service: "mocka", Value: new(900.0),
				Stage: "increase-v3-share", For: 5 * minute}),
		"no-metrics": scenario(t, gated(),
			rehearsal.Fault{Kind: rehearsal.NoMetrics, At: 15 * minute, For: 30 * minute}),
		"late-metrics": scenario(t, gated(),
			rehearsal.Fault{Kind: rehearsal.LateMetrics, Metric: "errors", Delay: 3 * minute}, bad()),
		"slow-sync": scenario(t, gated(),
			rehearsal.Fault{Kind: rehearsal.SlowSync, At: 5 * minute, Delay: 7 * minute}),
		"pods-lost": scenario(t, gated(),
			rehearsal.Fault{Kind: rehearsal.PodsLost, Service: "mockc", Lane: "v3", At: 15 * minute, For: 3 * minute}),
		"pods-lost-before": scenario(t, gated(),
			rehearsal.Fault{Kind: rehearsal.PodsLost, Service: "mocka", Lane: "v1", At: 2 * minute, For: 3 * minute}),
		"hand-edit": scenario(t, gated(), rehearsal.Fault{Kind: rehearsal.HandEdit, At: 15 * minute,
			Weights: rollout.Weights{rollout.W("v1", 0), rollout.W("v2", 0), rollout.W("v3", 100)}}),
		"crash": scenario(t, gated(), rehearsal.Fault{Kind: rehearsal.Crash, At: 15 * minute}),
	} {
		t.Run(name, func(t *testing.T) {
			line := rehearse(t, s)
			golden.Equal(t, "stories/"+name+".txt", line.String())
			require.Zero(t, line.Unserved)
		})
	}
}
