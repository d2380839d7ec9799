package release

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/routing"
)

// plainRoute is an HTTP route at the gateway that leads to a Service of the lane.
type plainRoute struct {
	object  manifest.Object
	http    int
	service *mesh.Service
	host    string // as the route writes it
	subset  string
	pinned  bool   // all its matches ask for a header or a query
	name    string // of the HTTP route; empty for the only one
	unnamed bool   // the file must get the name
}

func (p plainRoute) field() string { return fmt.Sprintf("spec.http[%d]", p.http) }

// readRoutes finds the routes that lead to the Services of the lane from a gateway.
func (r *adopting) readRoutes() {
	for _, vs := range r.mesh.VirtualServices {
		for i := range vs.Rules {
			rule := &vs.Rules[i]
			if rule.Object == nil {
				continue
			}
			pinned := len(rule.Match.GetHeaders())+len(rule.Match.GetQueryParams()) > 0
			at := slices.IndexFunc(r.routes,
				func(p plainRoute) bool { return p.object.Ref == rule.Object.Ref && p.http == rule.HTTP })
			if at >= 0 {
				r.routes[at].pinned = r.routes[at].pinned && pinned
				continue
			}
			if slices.Equal(vs.Gateways, []string{istioname.Mesh}) {
				continue // calls of pods: the lane group routes them
			}
			if p, ok := r.plain(rule); ok {
				p.pinned = pinned
				r.routes = append(r.routes, p)
				r.readGateway(vs, p)
			}
		}
	}
	r.readEntries()
	for _, pinned := range []bool{false, true} { // first the routes that a plan names
		for i := range r.routes {
			if r.routes[i].pinned == pinned {
				r.nameRoute(&r.routes[i])
			}
		}
	}
}

// plain returns the route of a rule; ok is false for a rule that leads elsewhere.
func (r *adopting) plain(rule *mesh.Rule) (p plainRoute, ok bool) {
	p = plainRoute{object: *rule.Object, http: rule.HTTP}
	destinations := rule.Route.GetRoute()
	for _, d := range destinations {
		host := d.GetDestination().GetHost()
		full := r.mesh.Domain.Full(host, rule.Namespace)
		if r.hosts[full] {
			p.service, p.host, p.subset, ok = r.mesh.Services[full], host, d.GetDestination().GetSubset(), true
		}
	}
	if !ok {
		return p, false
	}
	lane := cmp.Or(r.Lane, r.Version)
	weight := destinations[0].GetWeight()
	switch {
	case len(destinations) > 1:
		r.fault(p.object, p.field()+".route", "must have one destination, to lead it to lane %s: there are %d", lane,
			len(destinations))
	case p.subset != "" && p.subset != lane:
		r.fault(p.object, p.field()+".route[0].destination.subset",
			"must have no subset, or that of lane %s: it has %q", lane, p.subset)
	case weight != 0 && weight != 100:
		r.fault(p.object, p.field()+".route[0].weight", "must be 100 or left out, not %d", weight)
	}
	return p, true
}

// readGateway checks that all routes are at one gateway.
func (r *adopting) readGateway(vs *mesh.VirtualService, p plainRoute) {
	gateways := slices.Compact(slices.Sorted(slices.Values(vs.Gateways)))
	if r.gateway == "" && len(gateways) == 1 {
		r.gateway = gateways[0]
	}
	if len(gateways) != 1 || gateways[0] != r.gateway {
		r.fault(p.object, "spec.gateways",
			"must be at one gateway, as all routes to the Services of the lane: a lane group has one; found %q and %q",
			gateways, r.gateway)
	}
}

// readEntries checks the routes that are not pinned. Each is in Routes, unless that is empty,
// and is the only one of its VirtualService.
func (r *adopting) readEntries() {
	first := map[manifest.Ref]plainRoute{}
	for _, p := range r.routes {
		if p.pinned {
			continue
		}
		if other, twice := first[p.object.Ref]; twice {
			r.fault(p.object, p.field(),
				"must be the only route of its VirtualService to Services of the lane, since a plan names one: line "+
					"%d has another; put it into another VirtualService", p.object.LineOf(other.field()))
		} else {
			first[p.object.Ref] = p
		}
		named := func(e EntryRoute) bool { return e.Ref() == p.object.Ref }
		if len(r.Routes) > 0 && !slices.ContainsFunc(r.Routes, named) {
			r.fault(p.object, p.field(),
				"must be among the routes: it leads to a Service of the lane, and would reach all versions")
		}
	}
	for _, e := range r.Routes {
		p, found := first[e.Ref()]
		switch {
		case !found:
			r.missing("%s must be a route at a gateway to a Service of the lane", e.Ref())
		case e.Route != "" && e.Route != p.object.VirtualService().Http[p.http].GetName():
			r.fault(p.object, p.field(), "must have the name that the adoption gives it: %q", e.Route)
		}
	}
	if len(first) == 0 && len(r.Routes) == 0 {
		r.missing("requests must enter by a route at a gateway to a Service with pods of version %s", r.Version)
	}
}

// nameRoute finds the name by which a route is edited, and whether the file must get it.
func (r *adopting) nameRoute(p *plainRoute) {
	spec := p.object.VirtualService()
	if len(spec.Http) == 1 {
		return
	}
	if p.name = spec.Http[p.http].GetName(); p.name != "" {
		if _, first, err := routing.FindRoute(spec, p.name); err != nil || first != p.http {
			r.fault(p.object, p.field(), "must have a unique name: another has %q too", p.name)
		}
		return
	}
	p.unnamed, p.name = true, p.object.Ref.Name
	taken := func(name string) bool {
		_, _, err := routing.FindRoute(spec, name)
		return err == nil || slices.ContainsFunc(r.routes, func(other plainRoute) bool {
			return other.object.Ref == p.object.Ref && other.http != p.http && other.name == name
		})
	}
	for i := 2; taken(p.name); i++ {
		p.name = fmt.Sprintf("%s-%d", p.object.Ref.Name, i)
	}
}
