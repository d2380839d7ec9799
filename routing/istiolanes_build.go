package routing

import (
	"google.golang.org/protobuf/proto"
	networking "istio.io/api/networking/v1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
)

// build makes the objects of a mesh without faults. Its builders are good then,
// and not asked again: that would cost most of the time.
func (m *mesh) build() IstioLanes {
	var out IstioLanes
	for _, s := range m.services {
		out.DestinationRules = append(out.DestinationRules, m.destinationRule(s).object())
		out.VirtualServices = append(out.VirtualServices, m.withPatches(m.virtualService(s).object()))
	}
	for _, b := range m.ingress() {
		out.VirtualServices = append(out.VirtualServices, m.withPatches(b.object()))
	}
	return out
}

// nameOf returns the name of the objects of a service. Neither part holds a dot,
// so no two services of any groups share one, and it has 127 characters at most.
func (m *mesh) nameOf(s meshService) string { return m.group.Name + "." + s.name }

func (m *mesh) destinationRule(s meshService) DestinationRuleBuilder {
	b := DestinationRuleBuilder{Name: m.nameOf(s), Namespace: s.namespace, Host: s.host, TrafficPolicy: s.policy}
	for i, lane := range m.lanes {
		if s.has[i] {
			b.Subsets = append(b.Subsets, LaneSubsets(lane)...)
		}
	}
	return b
}

// virtualService returns the routes of calls to a service. They name no port:
// Istio then keeps that of the call, which matters to a Service of several.
func (m *mesh) virtualService(s meshService) VirtualServiceBuilder {
	b := VirtualServiceBuilder{Name: m.nameOf(s), Namespace: s.namespace, Hosts: []string{s.host}}
	to := func(subset string) []Destination { return []Destination{{Host: s.host, Subset: subset, Weight: 100}} }
	for i, lane := range m.lanes {
		match := Match{SourceLabels: lane.Spec.LabelSelector}
		if m.permissive {
			match = HeaderExact(m.routeHeader, lane.Name)
		}
		b.Routes = append(b.Routes, Route{Name: lane.Name, Matches: []Match{match}, Destinations: to(m.serving(i, s).Name)})
	}
	last := Route{Destinations: to("")}
	if m.permissive {
		last.Destinations = to(m.lanes[m.baseline].Name)
	}
	b.Routes = append(b.Routes, last)
	return b
}

// withPatches adds to the routes of vs what is patched into those to the service
// that they go to.
func (m *mesh) withPatches(vs *networkingv1.VirtualService) *networkingv1.VirtualService {
	for i, route := range vs.Spec.Http {
		to := m.services[m.byHost[route.Route[0].Destination.Host]] // one service: checkIngress
		if to.route != nil {
			vs.Spec.Http[i] = patched(route, to.route)
		}
	}
	return vs
}

// patched returns a route with what is patched into it, which is none of what
// the route has itself.
func patched(route, patch *networking.HTTPRoute) *networking.HTTPRoute {
	out := proto.Clone(patch).(*networking.HTTPRoute)
	out.Name, out.Match, out.Route = route.Name, route.Match, route.Route
	return out
}
