package preview_test

import (
	"fmt"
	"log"
	"time"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
)

// set returns the objects of the first stage of a release.
func set() manifest.Set {
	plan := mock.Plan()
	state, err := plan.Prepare(time.Date(2024, 5, 1, 9, 0, 0, 0, time.UTC))
	if err == nil {
		state, err = plan.Start(state, state.Since)
	}
	if err != nil {
		log.Fatal(err)
	}
	set, err := release.Render(mock.App(), plan, state, release.Options{})
	if err != nil {
		log.Fatal(err)
	}
	return set
}

// Where the requests of a release's first stage go, and what becomes of them when
// one Deployment is forgotten.
func Example() {
	mesh := preview.New(set())
	result, err := mesh.Trace(preview.Request{Path: "/mock"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(result)

	var rest []manifest.Object
	for _, o := range set().All() {
		if o.Ref.Name != "mockb-v3" {
			rest = append(rest, o)
		}
	}
	result, err = preview.New(manifest.NewSet(rest...)).Trace(preview.Request{Path: "/mock"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(result)
	// Output:
	// 60.0%  mocka@v1 -> mockb@v1 -> mockc@v1
	// 30.0%  mocka@v2 -> mockb@v2 -> mockc@v2
	// 10.0%  mocka@v3 -> mockb@v3 -> mockc@v3
	// isolated: no call leaves its lane
	// 60.0%  mocka@v1 -> mockb@v1 -> mockc@v1
	// 30.0%  mocka@v2 -> mockb@v2 -> mockc@v2
	// 10.0%  mocka@v3 -> mockb@v3 (no pods)
	// broken: mocka@v3 -> mockb@v3: mockb has no pods in v3
	// note: ASMSwimLane v3 spec.labelSelector: must have every service of a strict group: it lacks default/mockb
}

// One call of one pod.
func ExampleMesh_Hop() {
	shares, err := preview.New(set()).Hop(preview.Call{
		Labels: map[string]string{"app": "mocka", "version": "v2"},
		Host:   "mockb",
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range shares {
		fmt.Println(s.Weight.RatString(), s.Host, s.Subset)
	}
	// Output: 1 mockb.default.svc.cluster.local v2
}
