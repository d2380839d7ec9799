package capacity_test

import (
	"fmt"
	"time"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/capacity"
)

// Every lane has one pod of each service. Do they carry what the stages of the plan give them?
func ExampleOf() {
	plan := mock.Plan()
	state, err := plan.Prepare(time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	set, err := release.Render(mock.App(), plan, state, release.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	config := release.Config{Name: "mock", Plan: plan,
		Routes: []release.EntryRoute{{Namespace: "istio-system", Name: "mock"}}}
	live := release.ReadSet(config, set)
	c, err := capacity.Of(live, release.Demand{
		Requests: []release.Requests{{Path: "/mock", Rate: 100}},
		PerPod:   map[string]float64{"mocka": 70, "mockb": 200, "mockc": 200},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, place := range c.Places {
		for _, load := range place.Faults() {
			fmt.Printf("%s: %s\n", place.Name, load)
		}
	}
	// Output:
	// shift-majority-to-v3: mocka@v3: needs 2 pods, has 1
	// full-promotion: mocka@v3: needs 2 pods, has 1
}
