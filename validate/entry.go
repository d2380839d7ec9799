package validate

import (
	"fmt"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// checkEntries checks the routes by which requests enter the lanes of a group:
// those of VirtualServices at a gateway.
func (c *checker) checkEntries() {
	own := map[*mesh.Group]laneEntry{}
	for _, g := range c.Groups {
		own[g] = newLaneEntry(g)
	}
	for _, o := range c.routes {
		if o.VirtualService() == nil || !c.atGateway(o.Ref) {
			continue
		}
		mixed := map[*mesh.Group]bool{}
		for i, r := range o.VirtualService().Http {
			if forSidecars(r.GetMatch()) {
				continue
			}
			for j, d := range r.GetRoute() {
				s := c.Services[c.Domain.Full(d.GetDestination().GetHost(), o.Ref.Namespace)]
				if s == nil || s.Group == nil {
					continue
				}
				g := s.Group
				if len(r.GetRoute()) == 1 || d.GetWeight() > 0 {
					c.enter(o, fieldpath.New("spec.http").Index(i).Child("route").Index(j), s, r, d)
				}
				if by, clash := own[g].clash(c.Roots(o.Ref)); clash && !mixed[g] &&
					g.Lane(d.GetDestination().GetSubset()) != nil {
					mixed[g] = true
					c.report(MixedStrategies, o, fieldpath.New("spec.hosts"),
						fmt.Sprintf("must not send requests into lanes of group %s, as %s does at the same gateway "+
							"and host", g.Object.Ref.Name, by))
				}
			}
		}
	}
}

// forSidecars reports whether all matches of a route are only for the sidecars.
func forSidecars(matches []*networking.HTTPMatchRequest) bool {
	return len(matches) > 0 && !slices.ContainsFunc(matches, func(m *networking.HTTPMatchRequest) bool {
		return !slices.Equal(slices.Compact(slices.Clone(m.GetGateways())), []string{istioname.Mesh})
	})
}

// atGateway reports whether routes are for a gateway.
func (c *checker) atGateway(ref manifest.Ref) bool {
	return slices.ContainsFunc(c.Roots(ref), func(vs *mesh.VirtualService) bool {
		return slices.ContainsFunc(vs.Gateways, func(g string) bool { return g != istioname.Mesh })
	})
}

// enter checks a destination by which requests enter a lane group. In a permissive group
// the route header must name their lane, so that later calls find it, and the pods must
// be those that serve for the lane.
func (c *checker) enter(o *manifest.Object, path *fieldpath.Path, s *mesh.Service, r *networking.HTTPRoute,
	d *networking.HTTPRouteDestination) {
	g, subset := s.Group, d.GetDestination().GetSubset()
	header := g.RouteHeader()
	if header == "" {
		c.enterPods(s, subset)
		return
	}
	at := path.Child("headers.request.set").Key(header)
	for _, before := range headerOfMatches(r.GetMatch(), header) {
		if g.Lane(before.value) != nil {
			c.report(LaneFromOutside, o, path,
				fmt.Sprintf("must not let clients choose lane %s: a match accepts header %s from outside",
					before.value, header))
		}
		lane, known := before.after(r, d, header)
		switch {
		case known && g.Lane(lane) != nil:
			c.loads.add(g, lane)
			if want := g.Serving(lane, s.Host); subset != want && (subset != "" || len(s.Pods) > 1) {
				c.report(WrongLane, o, path.Child("destination.subset"),
					fmt.Sprintf("must be %s, which serves requests of lane %s in group %s: %q", want, lane,
						g.Object.Ref.Name, subset))
			}
		case known && lane != "":
			c.report(RouteHeaderNotSet, o, at, fmt.Sprintf("must be a lane of group %s: %q", g.Object.Ref.Name, lane))
		default:
			c.enterPods(s, subset)
			severity := Error
			if !c.loses(g, subset, s.Host) {
				severity = Warning
			}
			c.reportAs(severity, RouteHeaderNotSet, o, at.String(), "must be set to the lane: group "+g.Object.Ref.Name+
				" is permissive")
		}
	}
	c.loads.add(g, g.Permissive().FallbackTarget)
}

// enterPods notes the existing lanes that requests enter by a subset of a service, or by
// all of its pods.
func (c *checker) enterPods(s *mesh.Service, subset string) {
	if subset != "" {
		c.loads.add(s.Group, subset)
		return
	}
	for _, w := range s.Pods {
		if w.Replicas == 0 {
			continue
		}
		for _, lane := range s.LanesOf(w) {
			c.loads.add(s.Group, lane)
		}
	}
}

// loses reports whether requests that enter the pods of a subset without naming their
// lane may leave it. They do when the subset is not the baseline, which such calls go to,
// and has another service of the group.
func (c *checker) loses(g *mesh.Group, subset, entry string) bool {
	if subset == g.Permissive().FallbackTarget {
		return false
	}
	if g.Lane(subset) == nil {
		return true // pods of any lane
	}
	return slices.ContainsFunc(g.Hosts, func(host string) bool { return host != entry && g.Has(subset, host) })
}

// laneEntry is how ASM lets requests into the lanes of a group.
type laneEntry struct {
	gateway string // namespace/name
	hosts   []string
	by      string // the object that declares it
}

func newLaneEntry(g *mesh.Group) laneEntry {
	ingress := g.Object.LaneGroup().Spec.Ingress
	if ingress == nil || ingress.Gateway == nil {
		return laneEntry{}
	}
	out := laneEntry{gateway: ingress.Gateway.Namespace + "/" + ingress.Gateway.Name}
	for _, e := range g.Entries() {
		if out.by == "" {
			out.by = manifest.Ref{Kind: lanes.KindLane, Name: e.Lane}.String()
		}
		out.hosts = append(out.hosts, e.Hosts...)
	}
	return out
}

// clash reports whether a VirtualService is at the same gateway and has a host that the
// lanes have too, and which object declares it.
func (e laneEntry) clash(all []*mesh.VirtualService) (by string, clash bool) {
	return e.by, slices.ContainsFunc(all, func(vs *mesh.VirtualService) bool {
		return slices.Contains(vs.Gateways, e.gateway) && slices.ContainsFunc(vs.Hosts, func(a string) bool {
			return slices.ContainsFunc(e.hosts,
				func(b string) bool { return istioname.Overlap(strings.ToLower(a), strings.ToLower(b)) })
		})
	})
}
