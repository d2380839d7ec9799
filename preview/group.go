package preview

import (
	"cmp"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/lanes"
)

// reached returns the lane that a call to a service of a group goes to. It is empty when
// there is none, and known is false when the group does not decide.
func reached(g *mesh.Group, c mesh.Caller, m message, s *mesh.Service) (lane string, known bool) {
	if g.Permissive() == nil {
		from := g.LanesOf(c.Labels)
		if len(from) == 0 {
			return "", false
		}
		return from[0], true
	}
	lane = m.headers[g.RouteHeader()]
	if g.Lane(lane) == nil {
		return g.Permissive().FallbackTarget, true
	}
	return g.Serving(lane, s.Host), true
}

// ingress returns the VirtualServices that ASM makes of a group's strategy and its lanes.
// It returns none when other VirtualServices let the requests in.
func (x *index) ingress(g *mesh.Group) []*mesh.VirtualService {
	ingress := g.Object.LaneGroup().Spec.Ingress
	if ingress == nil || ingress.Gateway == nil {
		return nil
	}
	gateway := cmp.Or(ingress.Gateway.Namespace, lanes.DefaultNamespace) + "/" + ingress.Gateway.Name
	entries := g.Entries()
	if len(entries) == 0 {
		return nil
	}
	virtualService := func(e lanes.Entry, name string, to ...*networking.HTTPRouteDestination) *mesh.VirtualService {
		vs := &mesh.VirtualService{Ref: g.Object.Ref, Hosts: e.Hosts, Gateways: []string{gateway}}
		vs.Ref.Name += name
		vs.Add(mesh.Rule{Root: vs.Ref.String(), Maker: g.Object.Ref, Route: &networking.HTTPRoute{Route: to}},
			istioMatches(e.Matches))
		return vs
	}
	if g.Object.LaneGroup().Strategy() == lanes.RoutingWeighted {
		var to []*networking.HTTPRouteDestination
		for _, e := range entries {
			to = append(to, x.destination(g, e))
		}
		return []*mesh.VirtualService{virtualService(entries[0], "", to...)}
	}
	var out []*mesh.VirtualService
	for _, e := range entries {
		out = append(out, virtualService(e, " lane "+e.Lane+" "+e.Rule, x.destination(g, e)))
	}
	return out
}

// destination returns the destination of requests that enter a lane. In a
// permissive group the lane that serves gets them, and the route header names the
// lane.
func (x *index) destination(g *mesh.Group, e lanes.Entry) *networking.HTTPRouteDestination {
	d := &networking.HTTPRouteDestination{
		Destination: &networking.Destination{Host: x.Domain.Full(e.Destination.Host, lanes.DefaultNamespace),
			Subset: e.Serving},
		Weight: e.Weight,
	}
	if e.Destination.PortNum != nil {
		d.Destination.Port = &networking.PortSelector{Number: *e.Destination.PortNum}
	}
	if header := g.RouteHeader(); header != "" {
		d.Headers = &networking.Headers{
			Request: &networking.Headers_HeaderOperations{Set: map[string]string{header: e.Lane}}}
	}
	return d
}

// istioMatches returns matches of ASM in the form of Istio.
func istioMatches(matches []lanes.RequestMatch) []*networking.HTTPMatchRequest {
	var out []*networking.HTTPMatchRequest
	for _, m := range matches {
		match := &networking.HTTPMatchRequest{}
		if m.URI != nil {
			match.Uri = istioMatch(*m.URI)
		}
		for name, value := range m.Headers {
			if match.Headers == nil {
				match.Headers = map[string]*networking.StringMatch{}
			}
			match.Headers[name] = istioMatch(value)
		}
		out = append(out, match)
	}
	return out
}

func istioMatch(m lanes.StringMatch) *networking.StringMatch {
	switch {
	case m.Exact != "":
		return &networking.StringMatch{MatchType: &networking.StringMatch_Exact{Exact: m.Exact}}
	case m.Prefix != "":
		return &networking.StringMatch{MatchType: &networking.StringMatch_Prefix{Prefix: m.Prefix}}
	case m.Regex != "":
		return &networking.StringMatch{MatchType: &networking.StringMatch_Regex{Regex: m.Regex}}
	}
	return &networking.StringMatch{}
}
