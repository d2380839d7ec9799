package release_test

import (
	"fmt"
	"time"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// An app, a plan and a state are all that Git's files are made of.
func Example() {
	app, plan := mock.App(), mock.Plan()
	now := time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)
	state, err := plan.Prepare(now)
	if err == nil {
		state, err = plan.Start(state, now)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	set, err := release.Render(app, plan, state, release.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	files, err := set.Files()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range files { // manifest.WriteFiles writes them
		fmt.Println(f.Name)
	}
	route, _ := set.Get(manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "istio-system", Name: "mock"})
	for _, d := range route.VirtualService().Http[0].Route {
		fmt.Println(d.Destination.Subset, d.Weight)
	}

	_, err = release.Render(app, plan, state, release.Options{Mode: release.Retire})
	fmt.Println(err)
	// Output:
	// mock-v1.yaml
	// mock-v2.yaml
	// mock-v3.yaml
	// swimlanegroup.yaml
	// swimlanes.yaml
	// mock-route.yaml
	// v1 60
	// v2 30
	// v3 10
	// render at stage 1 of 4, initial-canary: only a finished or rolled-back release may be cleaned up
}
