package rehearsal_test

import (
	"fmt"
	"time"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/rehearsal"
	"github.com/swimlane-go/swimlane/rollout"
)

// What would it cost if one call of five to the candidate failed, from the first stage on?
func Example() {
	plan := mock.Plan()
	plan.Metrics = []rollout.Metric{{Name: "errors", Kind: rollout.Counts}}
	plan.Guards = []rollout.Check{{Metric: "errors", Worse: &rollout.Worse{Ratio: new(1.5)}}}
	now := time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)
	state, err := plan.Prepare(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	set, err := release.Render(mock.App(), plan, state, release.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	line, err := rehearsal.Rehearse(rehearsal.Scenario{
		Set: set, Start: now, Seed: 1,
		Config: release.Config{Name: "mock", Plan: plan,
			Routes: []release.EntryRoute{{Namespace: "istio-system", Name: "mock"}}},
		Traffic: rehearsal.Traffic{Rate: 60, Errors: 0.001},
		Faults:  []rehearsal.Fault{{Kind: rehearsal.Bad, Service: "mockb", Rate: 0.2, Stage: "initial-canary"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(line.Summary())
	// Output:
	// Given these gates, this fault costs about 200 failed requests and 3m.
	// The bot rolls back after 19m: errors: 205 of 236 bad requests were the candidate's, 34.08 were expected at most (1.5 times the others' rate); by chance at most 1 in 510, however often one looks.
	// 200 calls to mockb@v3 failed because of it.
}
