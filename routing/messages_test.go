package routing_test

import (
	"errors"
	"testing"
	"time"

	networking "istio.io/api/networking/v1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/swimlane-go/swimlane/internal/messagetest"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// The messages of the package are a page for reading.
func TestMessages(t *testing.T) {
	var p messagetest.Page
	p.Head("VirtualServiceBuilder, in the mesh and at a gateway")
	for _, gateways := range [][]string{{"ingressgateway"}, {"mesh"}} {
		messagetest.Break(&p, func() routing.VirtualServiceBuilder {
			b := entry()
			b.Gateways, b.Hosts = gateways, []string{host}
			b.Routes[0].Matches = append(b.Routes[0].Matches, routing.HeaderExact("x-tester", "1"))
			b.Routes[0].Destinations[0].Headers.Request.Set = map[string]string{"x-lane": "v1"}
			b.Routes[0].Destinations[0].Headers.Response.Remove = []string{"server"}
			b.Routes[0].Timeout = time.Second
			b.Routes[0].Retries = &routing.Retries{Attempts: 2, PerTryTimeout: time.Second, On: "5xx"}
			b.Routes[0].Mirror = &routing.Mirror{Host: host, Subset: "v2", Percent: new(1.0)}
			return b
		}, func(b routing.VirtualServiceBuilder) error { _, err := b.Build(); return err })
	}
	p.Head("GatewayBuilder")
	messagetest.Break(&p, func() routing.GatewayBuilder {
		return routing.GatewayBuilder{Name: "gw", Namespace: "edge", Selector: map[string]string{"istio": "gw"},
			Servers: []routing.Server{{Port: 443, Name: "https", Protocol: "HTTPS", Hosts: []string{"shop.example.com"},
				TLS: &networking.ServerTLSSettings{}}}}
	}, func(b routing.GatewayBuilder) error { _, err := b.Build(); return err })
	p.Head("DestinationRuleBuilder")
	messagetest.Break(&p, func() routing.DestinationRuleBuilder {
		return routing.DestinationRuleBuilder{Name: "mocka", Namespace: "shop", Host: host,
			Subsets: []routing.Subset{{Name: "v1", Labels: map[string]string{"version": "v1"}}}}
	}, func(b routing.DestinationRuleBuilder) error { _, err := b.Build(); return err })
	built, err := entry().Build()
	if err != nil {
		t.Fatal(err)
	}
	p.Head("FallbackBuilder")
	messagetest.Break(&p, func() routing.FallbackBuilder {
		return routing.FallbackBuilder{VirtualService: built, Subset: "v1"}
	}, func(b routing.FallbackBuilder) error { _, err := b.Build(); return err })
	p.Head("SetWeights, AddDestination and RemoveDestination")
	type change struct {
		At      routing.RouteRef
		Weights rollout.Weights
		Lane    string
	}
	messagetest.Break(&p, func() change {
		return change{routing.RouteRef{Namespace: "istio-system", Name: "mock", Route: "main"},
			rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 50), rollout.W("v3", 0)}, "v4"}
	}, func(c change) error {
		all := []*networkingv1.VirtualService{built}
		_, set := routing.SetWeights(all, c.Weights, c.At)
		added, err := routing.AddDestination(built, c.At, c.Lane, c.Lane)
		if err == nil {
			_, err = routing.RemoveDestination(added, c.At, c.Lane)
		}
		return errors.Join(set, err)
	})
	at := routing.RouteRef{Namespace: "istio-system", Name: "mock", Route: "main"}
	_, err = routing.SetWeights([]*networkingv1.VirtualService{built}, rollout.Weights{rollout.W("v1", 100)})
	p.Add("SetWeights without a route", err)
	_, err = routing.SetWeights([]*networkingv1.VirtualService{nil}, rollout.Weights{rollout.W("v1", 100)}, at)
	p.Add("SetWeights without an object", err)
	for _, lane := range []string{"v1", "v9"} {
		_, err = routing.AddDestination(built, at, lane, lane)
		p.Add("AddDestination of "+lane, err)
		_, err = routing.RemoveDestination(built, at, lane)
		p.Add("RemoveDestination of "+lane, err)
	}
	p.Golden(t)
}
