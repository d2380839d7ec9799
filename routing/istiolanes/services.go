package istiolanes

import (
	"google.golang.org/protobuf/proto"
	networking "istio.io/api/networking/v1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/routing"
)

// build makes the objects of input without faults.
func (c *conversion) build() (out Objects, err error) {
	entries := c.entries()
	routes := make([]routing.VirtualServiceBuilder, 0, len(c.Group.Spec.Services)+len(entries))
	for _, ref := range c.Group.Spec.Services {
		rule, err := c.destinationRule(ref).Build()
		if err != nil {
			return Objects{}, err
		}
		out.DestinationRules = append(out.DestinationRules, rule)
		routes = append(routes, c.virtualService(ref))
	}
	for _, b := range append(routes, entries...) {
		vs, err := b.Build()
		if err != nil {
			return Objects{}, err
		}
		c.patchRoutes(vs)
		out.VirtualServices = append(out.VirtualServices, vs)
	}
	return out, nil
}

// nameOf returns the name of the objects of a service. Neither part has a dot, so no two
// services of any groups share one, and it has 127 characters at most.
func (c *conversion) nameOf(ref lanes.ServiceRef) string { return c.Group.Name + "." + ref.Name }

func (c *conversion) destinationRule(ref lanes.ServiceRef) routing.DestinationRuleBuilder {
	host := lanes.Host(ref.Name, ref.Namespace)
	b := routing.DestinationRuleBuilder{Name: c.nameOf(ref), Namespace: ref.Namespace, Host: host,
		TrafficPolicy: c.patches[host].policy}
	for _, lane := range c.Lanes {
		if c.facts.Has(lane.Name, host) {
			b.Subsets = append(b.Subsets, routing.LaneSubsets(lane)...)
		}
	}
	return b
}

// virtualService returns the routes of calls to a service. They name no port: Istio then
// keeps the port of the call, which matters for a Service with several.
func (c *conversion) virtualService(ref lanes.ServiceRef) routing.VirtualServiceBuilder {
	host := lanes.Host(ref.Name, ref.Namespace)
	b := routing.VirtualServiceBuilder{Name: c.nameOf(ref), Namespace: ref.Namespace, Hosts: []string{host}}
	to := func(subset string) []routing.Destination {
		return []routing.Destination{{Host: host, Subset: subset, Weight: 100}}
	}
	permissive := c.Group.Permissive()
	for _, lane := range c.Lanes {
		match := routing.Match{SourceLabels: lane.Spec.LabelSelector}
		if permissive != nil {
			match = routing.HeaderExact(c.Group.RouteHeader(), lane.Name)
		}
		b.Routes = append(b.Routes, routing.Route{
			Name: lane.Name, Matches: []routing.Match{match}, Destinations: to(c.facts.Serving(lane.Name, host)),
		})
	}
	last := routing.Route{Destinations: to("")}
	if permissive != nil {
		last.Destinations = to(permissive.FallbackTarget)
	}
	b.Routes = append(b.Routes, last)
	return b
}

// patchRoutes adds the patches of a service to its routes in vs: all destinations of a
// route are of one service.
func (c *conversion) patchRoutes(vs *networkingv1.VirtualService) {
	for i, route := range vs.Spec.Http {
		if patch := c.patches[route.Route[0].Destination.Host].route; patch != nil {
			vs.Spec.Http[i] = patched(route, patch)
		}
	}
}

// patched returns a route with a patch. The patch has no field that the route itself has.
func patched(route, patch *networking.HTTPRoute) *networking.HTTPRoute {
	out := proto.Clone(patch).(*networking.HTTPRoute)
	out.Name, out.Match, out.Route = route.Name, route.Match, route.Route
	return out
}
