package preview

import (
	"cmp"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// group is a lane group with its lanes.
type group struct {
	ref      manifest.Ref
	spec     *lanes.ASMSwimLaneGroupSpec
	services map[string]string // by host, "namespace/name"
	lanes    selectors
	specs    []laneEntry                // in order of their names
	listed   map[string]map[string]bool // by lane, the hosts of the services that it lists
}

type laneEntry struct {
	name string
	spec *lanes.ASMSwimLaneSpec
}

func newGroup(o manifest.Object) *group {
	g := &group{ref: o.Ref, spec: &o.LaneGroup().Spec, services: map[string]string{}, listed: map[string]map[string]bool{}}
	for _, ref := range g.spec.Services {
		g.services[lanes.Host(ref.Name, ref.Namespace)] = cmp.Or(ref.Namespace, lanes.DefaultNamespace) + "/" + ref.Name
	}
	return g
}

func (g *group) addLanes(all []laneEntry) {
	var subsets []subset
	for _, lane := range all {
		subsets = append(subsets, subset{lane.name, lane.spec.LabelSelector})
		for _, ref := range lane.spec.Services {
			if g.listed[lane.name] == nil {
				g.listed[lane.name] = map[string]bool{}
			}
			g.listed[lane.name][lanes.Host(ref.Name, ref.Namespace)] = true
		}
	}
	g.lanes = newSelectors(subsets)
	g.specs = all
}

// permissive returns how calls find their lane in a permissive group, nil for a
// strict one.
func (g *group) permissive() *lanes.PermissiveModeConfiguration {
	if g.spec.IsPermissive == nil || !*g.spec.IsPermissive {
		return nil
	}
	if g.spec.PermissiveModeConfiguration == nil {
		return &lanes.PermissiveModeConfiguration{}
	}
	return g.spec.PermissiveModeConfiguration
}

// routeHeader returns the header that names the lane of a request; empty for a
// strict group.
func (g *group) routeHeader() string {
	if p := g.permissive(); p != nil {
		return strings.ToLower(p.RouteHeader)
	}
	return ""
}

// has reports whether a lane serves a service itself: it lists the service, or
// none at all, and has a workload of it, be it without pods.
func (g *group) has(lane string, s *service) bool {
	listed := g.listed[lane]
	return s.hasLane[lane] && (listed == nil || listed[s.host])
}

// serving returns the lane of a permissive group that serves a service for the
// requests of a lane; empty when nothing says which.
func (g *group) serving(lane string, s *service) string {
	if g.has(lane, s) {
		return lane
	}
	p := g.permissive()
	if p == nil {
		return lane
	}
	key := g.services[s.host]
	if to := p.ServiceLevelFallbackTarget[key]; to != "" {
		return to
	}
	// ASM does not document how namespace and name are joined; a name that only
	// one service of the group has is clear as well.
	_, name, _ := strings.Cut(key, "/")
	if to := p.ServiceLevelFallbackTarget[name]; to != "" {
		same := 0
		for _, other := range g.services {
			if strings.HasSuffix(other, "/"+name) {
				same++
			}
		}
		if same == 1 {
			return to
		}
	}
	return p.FallbackTarget
}

// reached returns the lane that a call to a service of the group goes to; empty
// with a reason when there is none to go to, and with known false when the group
// does not decide.
func (g *group) reached(c caller, m message, s *service) (lane string, known bool) {
	if g.permissive() == nil {
		from := g.lanes.matching(c.labels)
		if len(from) == 0 {
			return "", false
		}
		return from[0], true
	}
	lane = m.headers[g.routeHeader()]
	if _, named := g.lanes.byName[lane]; !named {
		return g.permissive().FallbackTarget, true
	}
	return g.serving(lane, s), true
}

// ingress returns the VirtualServices that ASM makes of the group's strategy and
// its lanes, nil when a VirtualService of one's own is all there is.
func (g *group) ingress(services map[string]*service) []*virtualService {
	ingress := g.spec.Ingress
	if ingress == nil || ingress.Gateway == nil {
		return nil
	}
	gateway := cmp.Or(ingress.Gateway.Namespace, lanes.DefaultNamespace) + "/" + ingress.Gateway.Name
	if r := ingress.IngressRouting; r != nil && r.Strategy == lanes.RoutingWeighted {
		return g.weighted(gateway, r.WeightedRoutingRule, services)
	}
	var out []*virtualService
	for _, lane := range g.specs {
		for _, r := range lane.spec.IngressRules {
			if r.Online == nil || !*r.Online || r.Route == nil || r.Route.Destination == nil {
				continue
			}
			vs := g.virtualService(gateway, r.Hosts, lane.name+" "+r.Name)
			var matches []lanes.RequestMatch
			if r.Match != nil {
				matches = append(matches, *r.Match)
			}
			vs.add(rule{at: vs.at(), route: &networking.HTTPRoute{
				Route: []*networking.HTTPRouteDestination{g.destination(lane.name, r.Route.Destination, 100, services)},
			}}, istioMatches(matches))
			out = append(out, vs)
		}
	}
	return out
}

// weighted returns the VirtualService that shares requests by the lanes' weights.
func (g *group) weighted(gateway string, r *lanes.WeightedRoutingRule, services map[string]*service) []*virtualService {
	route := &networking.HTTPRoute{}
	for _, lane := range g.specs {
		if w := lane.spec.IngressWeight; w != nil && w.Destination != nil && w.Weight != nil {
			route.Route = append(route.Route, g.destination(lane.name, w.Destination, *w.Weight, services))
		}
	}
	if r == nil || len(route.Route) == 0 {
		return nil
	}
	vs := g.virtualService(gateway, r.Hosts, "")
	vs.add(rule{at: vs.at(), route: route}, istioMatches(r.RequestMatches))
	return []*virtualService{vs}
}

func (g *group) virtualService(gateway string, hosts []string, name string) *virtualService {
	ref := g.ref
	if name != "" {
		ref.Name += " lane " + name
	}
	return &virtualService{ref: ref, hosts: hosts, gateways: []string{gateway}}
}

func (vs *virtualService) at() string { return vs.ref.String() }

// destination returns a share for a lane. In a permissive group the lane that
// serves gets it, and the route header names the lane.
func (g *group) destination(lane string, to *lanes.RouteDestination, weight int32, services map[string]*service) *networking.HTTPRouteDestination {
	d := &networking.HTTPRouteDestination{
		Destination: &networking.Destination{Host: istioname.Domain("").Full(to.Host, lanes.DefaultNamespace), Subset: lane},
		Weight:      weight,
	}
	if to.PortNum != nil {
		d.Destination.Port = &networking.PortSelector{Number: *to.PortNum}
	}
	if s := services[d.Destination.Host]; s != nil {
		d.Destination.Subset = g.serving(lane, s)
	}
	if header := g.routeHeader(); header != "" {
		d.Headers = &networking.Headers{Request: &networking.Headers_HeaderOperations{Set: map[string]string{header: lane}}}
	}
	return d
}

// istioMatches returns matches of ASM as Istio's.
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
