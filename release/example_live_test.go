package release_test

import (
	"fmt"
	"time"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// A controller reads the objects, decides, and writes the result in order.
func ExampleRead() {
	config := release.Config{
		Name: "shop",
		Plan: rollout.Plan{
			Candidate: "v2",
			Before:    rollout.Weights{rollout.W("v1", 100), rollout.W("v2", 0)},
			Stages: []rollout.Stage{{Name: "canary",
				Weights: rollout.Weights{rollout.W("v1", 90), rollout.W("v2", 10)}}},
			Rollback: rollout.Weights{rollout.W("v1", 100), rollout.W("v2", 0)},
		},
		Candidate: release.Candidate{Version: "v2", From: "v1"},
		Routes:    []release.EntryRoute{{Namespace: "shop", Name: "shop"}},
	}
	route, err := routing.VirtualServiceBuilder{
		Name: "shop", Namespace: "shop", Hosts: []string{"shop.example.com"}, Gateways: []string{"gateway"},
		Routes: []routing.Route{{Destinations: []routing.Destination{{Host: "web", Subset: "v1", Weight: 100}}}},
	}.Build() // as client.Get returns it
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)
	for range 3 {
		live, err := release.Read(config, route)
		if err != nil {
			fmt.Println(err)
			return
		}
		next, err := config.Plan.Prepare(now)
		if live.State != (rollout.State{}) {
			next, err = config.Plan.Start(live.State, now)
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		written, err := live.With(next)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, o := range written { // client.Update writes it
			route = o.(*networkingv1.VirtualService)
			fmt.Println(o.GetName(), config.Plan.Place(next), len(route.Spec.Http[0].Route))
		}
	}
	// Output:
	// shop prepared 1
	// shop stage 1 of 1, canary 2
	// start from stage 1 of 1, canary: it has started already
}
