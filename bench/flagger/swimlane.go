package main

import (
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// ours returns a function with which the library sets the weights of two lanes, and the copying of
// the VirtualService that is a part of it.
func ours() (set, copies func()) {
	vs, err := routing.VirtualServiceBuilder{
		Name: "mocka", Namespace: "default", Hosts: []string{"*"}, Gateways: []string{"ingressgateway"},
		Routes: []routing.Route{{Name: "mock", Matches: []routing.Match{routing.PathExact("/mock")},
			Destinations: []routing.Destination{
				{Host: "mocka", Subset: "v1", Weight: 90}, {Host: "mocka", Subset: "v2", Weight: 10},
			}}},
	}.Build()
	if err != nil {
		panic(err)
	}
	all, weights := []*networkingv1.VirtualService{vs}, rollout.Weights{rollout.W("v1", 70), rollout.W("v2", 30)}
	route := routing.RouteRef{Namespace: "default", Name: "mocka", Route: "mock"}
	set = func() {
		set, err := routing.SetWeights(all, weights, route)
		if err != nil {
			panic(err)
		}
		if r := set[0].Spec.Http[0].Route; r[0].Weight != 70 || r[1].Weight != 30 {
			panic("not set")
		}
	}
	return set, func() { kept = vs.DeepCopy() }
}

// kept keeps the compiler from leaving a copy out.
var kept *networkingv1.VirtualService
