package validate

import (
	"fmt"
	"slices"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
)

// checkMatches checks that the gateways of matches are gateways of the VirtualService,
// and that a VirtualService for delegation is delegated to.
func (c *checker) checkMatches() {
	for _, o := range c.routes {
		vs := o.VirtualService()
		if len(vs.Hosts) == 0 {
			if len(c.Roots(o.Ref)) == 0 {
				c.report(DelegateUnused, o, nil,
					"must have hosts, or a route that delegates to it")
			}
			continue
		}
		bound := func(gateway string) bool {
			return len(vs.Gateways) == 0 && gateway == istioname.Mesh ||
				slices.ContainsFunc(vs.Gateways,
					func(name string) bool { return istioname.Gateway(name, o.Ref.Namespace) == gateway })
		}
		check := func(kind string, i, j int, gateways []string) {
			for n, name := range gateways {
				if g := istioname.Gateway(name, o.Ref.Namespace); !bound(g) {
					at := fieldpath.New("spec").Child(kind).Index(i).Child("match").Index(j)
					c.report(MatchGateway, o, at.Child("gateways").Index(n),
						"must be a gateway of the VirtualService: "+g)
				}
			}
		}
		for i, r := range vs.Http {
			for j, m := range r.GetMatch() {
				check("http", i, j, m.GetGateways())
			}
		}
		for i, r := range vs.Tls {
			for j, m := range r.GetMatch() {
				check("tls", i, j, m.GetGateways())
			}
		}
		for i, r := range vs.Tcp {
			for j, m := range r.GetMatch() {
				check("tcp", i, j, m.GetGateways())
			}
		}
	}
}

// checkInstead checks routes of the mesh that something else overrides: an HTTPRoute, a
// waypoint that does not look where they are, a gateway that sends to the Service without
// them.
func (c *checker) checkInstead() {
	for _, o := range c.routes {
		vs := o.VirtualService()
		for _, root := range c.Roots(o.Ref) {
			if root.Ref == o.Ref && root.AtMesh() {
				c.instead(o, root)
			}
		}
		if c.atGateway(o.Ref) {
			for i, r := range vs.Http {
				c.passesBy(o, fieldpath.New("spec.http").Index(i), r)
			}
		}
	}
}

func (c *checker) instead(o *manifest.Object, vs *mesh.VirtualService) {
	for i, host := range o.VirtualService().Hosts {
		s, at := c.Services[c.Domain.Full(host, o.Ref.Namespace)], fieldpath.New("spec.hosts").Index(i)
		if s == nil {
			continue
		}
		if route, found := c.RouteOf(s); found {
			c.report(RouteBesides, o, at, "must not be a Service that a route of the Gateway API is for: "+
				route.Ref.String()+" decides, and these routes are ignored")
		}
		if s.Group != nil {
			c.report(LanesDecide, o, at, fmt.Sprintf("must not be a service of a lane group, since its lanes decide: "+
				"%s "+
				"is one of group %s", s.Object.Ref, s.Group.Object.Ref.Name))
		}
		if w := s.Waypoint; w != nil && vs.Ref.Namespace != s.Object.Ref.Namespace && vs.Ref.Namespace != w.Namespace {
			c.report(WaypointElsewhere, o, at,
				"must be in the namespace of the Service or of its waypoint: "+
					s.Object.Ref.String())
		}
	}
}

// passesBy reports a route of gateways to all pods of a Service that has routes of the
// sidecars: the gateway ignores those.
func (c *checker) passesBy(o *manifest.Object, at *fieldpath.Path, r *networking.HTTPRoute) {
	for j, d := range r.GetRoute() {
		to := d.GetDestination()
		s := c.Services[c.Domain.Full(to.GetHost(), o.Ref.Namespace)]
		if s == nil || to.GetSubset() != "" || s.AtIngress || !c.HasSidecarRules(s.Host) {
			continue
		}
		if !slices.ContainsFunc(c.Roots(o.Ref), func(vs *mesh.VirtualService) bool {
			return vs.AtMesh() && slices.Contains(vs.Hosts, s.Host)
		}) {
			c.report(PassesBy, o, at.Child("route").Index(j).Child("destination"),
				"must name a subset to keep the routes of the sidecars: those of "+s.Object.Ref.String()+
					" are ignored for requests from a gateway")
		}
	}
}
