package rollout_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/swimlane-go/swimlane/rollout"
)

// A release goes up stage by stage; what cannot be is refused with a reason.
func Example() {
	plan := rollout.Plan{
		Candidate: "v3",
		Before:    rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 50), rollout.W("v3", 0)},
		Stages: []rollout.Stage{
			{Name: "canary", Weights: rollout.Weights{rollout.W("v1", 60), rollout.W("v2", 30), rollout.W("v3", 10)}},
			{Name: "everyone", Weights: rollout.Weights{rollout.W("v1", 0), rollout.W("v2", 0), rollout.W("v3", 100)}},
		},
		Rollback: rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 50), rollout.W("v3", 0)},
	}
	now := time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

	state, err := plan.Prepare(now)
	if err != nil {
		log.Fatal(err)
	}
	for _, kind := range []rollout.EventKind{rollout.Start, rollout.Promote, rollout.Promote, rollout.RollBack} {
		next, err := plan.Apply(state, rollout.Event{Kind: kind, Revision: state.Revision, At: now})
		if err != nil {
			fmt.Println(err)
			fmt.Println(errors.Is(err, rollout.ErrLastStage))
			continue
		}
		state = next
		fmt.Println(state.Phase, plan.Weights(state))
	}
	// Output:
	// Running 60/30/10
	// Running 0/0/100
	// promote from stage 2 of 2, everyone: it is the last stage
	// true
	// RolledBack 50/50/0
}

// A caller that names the revision it saw cannot promote twice.
func ExamplePlan_Apply_stale() {
	plan, err := rollout.PlanFromPercents(rollout.Weights{rollout.W("stable", 100)}, "canary", 10, 50, 100)
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)
	state, _ := plan.Prepare(now)
	state, _ = plan.Start(state, now)

	promote := rollout.Event{Kind: rollout.Promote, Revision: state.Revision, At: now}
	state, err = plan.Apply(state, promote)
	fmt.Println(plan.Weights(state), err)
	_, err = plan.Apply(state, promote) // sent again, after a crash
	fmt.Println(err)
	// Output:
	// 50/50 <nil>
	// promote from stage 2 of 3, to-50-percent: stale revision: the event names revision 2, the state is at 3
}

// The state is a small JSON value that fits into an annotation.
func ExampleState() {
	plan, _ := rollout.PlanFromPercents(rollout.Weights{rollout.W("stable", 100)}, "canary", 100)
	state, _ := plan.Prepare(time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC))
	data, _ := json.Marshal(state)
	fmt.Println(string(data))
	// Output:
	// {"schema":1,"planDigest":"sha256:5549b380618bd0d17ec0e789329ad3428c535c08247c50a21f9adece1722b5ea","revision":1,"phase":"Prepared","stage":0,"since":"2026-03-11T08:00:00Z"}
}

// The candidate takes its share from the stable lanes in proportion.
func ExampleShift() {
	stable := rollout.Weights{rollout.W("v1", 60), rollout.W("v2", 40)}
	for _, percent := range []int{0, 10, 50, 100} {
		w, err := rollout.Shift(stable, "v3", percent)
		fmt.Println(w, err)
	}
	// Output:
	// 60/40/0 <nil>
	// 54/36/10 <nil>
	// 30/20/50 <nil>
	// 0/0/100 <nil>
}

// A plan from the candidate's percentages alone.
func ExamplePlanFromPercents() {
	plan, err := rollout.PlanFromPercents(rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 50)}, "v3", 10, 50, 100)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(plan.Markdown(rollout.State{}))
	// Output:
	// | Stage | v1 weight | v2 weight | v3 weight | When to proceed |
	// | --- | ---: | ---: | ---: | --- |
	// | to-10-percent | 45 | 45 | 10 |  |
	// | to-50-percent | 25 | 25 | 50 |  |
	// | to-100-percent | 0 | 0 | 100 |  |
}

// Where a release stands, for a terminal.
func ExamplePlan_Table() {
	plan, err := rollout.PlanFromPercents(rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 50)}, "v3", 10, 100)
	if err != nil {
		fmt.Println(err)
		return
	}
	plan.Stages[1].Criteria = "errors below 1% for a day"
	now := time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)
	state, _ := plan.Prepare(now)
	state, _ = plan.Start(state, now)
	state, _ = plan.Pause(state, now)
	fmt.Print(plan.Table(state))
	// Output:
	//    #  STAGE                  v1  v2   v3  WHEN TO PROCEED
	//       prepared               50  50    0
	// >  1  to-10-percent, paused  45  45   10
	//    2  to-100-percent          0   0  100  errors below 1% for a day
	//       rolled back            50  50    0
}
