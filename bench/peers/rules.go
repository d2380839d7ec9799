package main

import (
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/validation"

	"github.com/swimlane-go/swimlane/bench/internal/table"
	"github.com/swimlane-go/swimlane/bench/internal/work"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/routing"
	"github.com/swimlane-go/swimlane/validate"
)

const host = "mocka.default.svc.cluster.local"

// rules has checks of one VirtualService: a route to three lanes.
func rules() []comparison {
	builder := routing.VirtualServiceBuilder{
		Name: "mock", Namespace: "istio-system", Hosts: []string{"*"}, Gateways: []string{"ingressgateway"},
		Routes: []routing.Route{{Name: "mock", Matches: []routing.Match{routing.PathExact("/mock")},
			Destinations: []routing.Destination{
				{Host: host, Subset: "v1", Weight: 60}, {Host: host, Subset: "v2", Weight: 30},
				{Host: host, Subset: "v3", Weight: 10},
			}}},
	}
	vs := must(builder.Build())
	object := config.Config{Meta: config.Meta{Name: vs.Name, Namespace: vs.Namespace}, Spec: &vs.Spec}
	istio := func() { must(validation.ValidateVirtualService(object)) }

	set := must(manifest.Decode(work.Canary()))
	return []comparison{
		{
			Row: table.Row{Name: "rules", Work: "rules of one VirtualService (builder)",
				Peer: "Istio's ValidateVirtualService", Goal: 0.5},
			ours: func() {
				if faults := builder.Validate(); len(faults) > 0 {
					panic(faults)
				}
			},
			theirs: istio,
		},
		{
			Row: table.Row{Name: "check", Work: "check of a set of seven objects",
				Peer: "Istio's ValidateVirtualService, one object", Goal: 1.2},
			ours: func() { check(validate.Check(set).Err()) }, theirs: istio,
		},
	}
}
