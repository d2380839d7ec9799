package release_test

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// An app, a plan and a state determine all files in Git.
func Example() {
	pod := func(name string) *corev1.PodTemplateSpec {
		return &corev1.PodTemplateSpec{
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: name, Image: "example.com/" + name}}}}
	}
	app := lanes.App{
		Name:    "shop",
		Gateway: lanes.Gateway{Name: "gateway", Namespace: "istio-system"},
		Services: []lanes.AppService{
			{Name: "web", Port: 8080, Template: pod("web"), Calls: []string{"cart"}},
			{Name: "cart", Port: 8080, Template: pod("cart")},
		},
		Versions: []lanes.Version{{Name: "v1"}, {Name: "v2"}},
	}
	weights := func(v1, v2 int) rollout.Weights { return rollout.Weights{rollout.W("v1", v1), rollout.W("v2", v2)} }
	plan := rollout.Plan{
		Candidate: "v2",
		Before:    weights(100, 0),
		Stages:    []rollout.Stage{{Name: "canary", Weights: weights(90, 10)}, {Name: "all", Weights: weights(0, 100)}},
		Rollback:  weights(100, 0),
	}
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
	route, _ := set.Get(manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "istio-system",
		Name: "shop"})
	for _, d := range route.VirtualService().Http[0].Route {
		fmt.Println(d.Destination.Subset, d.Weight)
	}

	_, err = release.Render(app, plan, state, release.Options{Mode: release.Retire})
	fmt.Println(err)
	// Output:
	// shop-v1.yaml
	// shop-v2.yaml
	// swimlanegroup.yaml
	// swimlanes.yaml
	// shop-route.yaml
	// v1 90
	// v2 10
	// render at stage 1 of 2, canary: only a finished or rolled-back release may be cleaned up
}
