package gitops

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// entry is the way in which requests enter a lane group by weights.
type entry struct {
	group   string
	routes  []release.EntryRoute // none when the lanes hold the weights
	weights rollout.Weights
	at      string // the position of the first holder

	values   *release.Values       // if a file of values has the weights
	services []release.ServiceName // to which the routes lead, on Istio without ASM
}

// findEntry returns the entry of the only lane group with one. Beside other plans it is the
// entry that they leave to a new plan.
func findEntry(set manifest.Set, plans planned) (entry, error) {
	m := mesh.New(set, "")
	var found []entry
	var errs []error
	for _, g := range m.Groups {
		e, err := entryOf(m, g)
		if errs = append(errs, err); e.group != "" {
			found = append(found, e)
		}
	}
	var names []string
	for _, g := range m.Groups {
		names = append(names, where(g.Object))
	}
	switch {
	case len(m.Groups) == 0:
		return subsetEntry(m, plans)
	case len(found) == 0 && errors.Join(errs...) == nil:
		return entry{},
			fmt.Errorf("requests must enter %s by weights: through a route at its gateway of which all destinations "+
				"are its lanes, or by the routing strategy %s", strings.Join(names, ", or "), lanes.RoutingWeighted)
	case len(plans) > 0 && errors.Join(errs...) == nil:
		return plans.choose(found)
	case len(found) > 1:
		return entry{},
			fmt.Errorf("there must be one lane group that requests enter by weights, not %s: keep each app in a "+
				"separate directory", strings.Join(names, ", "))
	}
	return found[0], errors.Join(errs...)
}

// entryOf returns the entry of a lane group; the zero entry when there is none.
func entryOf(m *mesh.Mesh, g *mesh.Group) (entry, error) {
	out := entry{group: g.Object.Ref.Name}
	if g.Object.LaneGroup().Strategy() == lanes.RoutingWeighted {
		out.at, out.weights = where(g.Object), laneWeights(m, g)
		return out, summed(out)
	}
	return entryBy(out.group, sharedRoutes(m, g))
}

// entryBy returns the entry by routes that share requests in one way; the zero entry when
// there are none.
func entryBy(group string, shared []sharedRoute) (entry, error) {
	out := entry{group: group}
	var errs []error
	for i, r := range shared {
		ref, err := r.entryRoute()
		e := entry{at: r.at(), weights: r.weights}
		errs = append(errs, err, summed(e))
		if i == 0 {
			out.at, out.weights = e.at, e.weights
		} else if !out.weights.Equivalent(e.weights) {
			errs = append(errs, fmt.Errorf("weights must be the same in all routes: %s has %s, %s has %s", out.at,
				out.weights.ByLane(), e.at, e.weights.ByLane()))
		}
		for _, w := range e.weights { // the first route may lack lanes without weight
			if _, listed := out.weights.Percent(w.Lane); !listed {
				out.weights = append(out.weights, w)
			}
		}
		if slices.ContainsFunc(out.routes, func(other release.EntryRoute) bool { return other.Ref() == ref.Ref() }) {
			errs = append(errs, fmt.Errorf("%s: must be the only route of its VirtualService that shares requests "+
				"among the lanes", e.at))
		}
		out.routes = append(out.routes, ref)
	}
	if len(shared) == 0 {
		return entry{}, nil
	}
	return out, errors.Join(errs...)
}

func summed(e entry) error {
	sum := 0
	for _, w := range e.weights {
		sum += w.Percent
	}
	if sum != 100 {
		return fmt.Errorf("%s: weights must sum to 100, not %d: %s", e.at, sum, e.weights.ByLane())
	}
	return nil
}

// laneWeights returns the weights of the lanes of a group, in the order in which the lanes were
// read.
func laneWeights(m *mesh.Mesh, g *mesh.Group) rollout.Weights {
	var out rollout.Weights
	for _, o := range m.Set.Kind(lanes.KindLane) {
		if o.Lane() == nil || m.GroupOf(o.Ref.Name) != g || o.Lane().Spec.IngressWeight == nil ||
			o.Lane().Spec.IngressWeight.Weight == nil {
			continue
		}
		if _, twice := out.Percent(o.Ref.Name); !twice {
			out = append(out, rollout.W(o.Ref.Name, int(*o.Lane().Spec.IngressWeight.Weight)))
		}
	}
	return out
}

// sharedRoute is an HTTP route that shares requests among lanes.
type sharedRoute struct {
	object  manifest.Object
	http    int
	weights rollout.Weights
	pinned  bool                // leads requests that ask for it to one lane, for testers
	outside bool                // it is at a gateway
	service release.ServiceName // of routes to subsets
}

// sharedRoutes returns the routes at the gateway of a group with lanes of it as all
// destinations, by namespace, name and position. It leaves out pinned routes.
func sharedRoutes(m *mesh.Mesh, g *mesh.Group) []sharedRoute {
	ingress := g.Object.LaneGroup().Spec.Ingress
	if ingress == nil || ingress.Gateway == nil {
		return nil
	}
	gateway := cmp.Or(ingress.Gateway.Namespace, lanes.DefaultNamespace) + "/" + ingress.Gateway.Name
	var out []sharedRoute
	for _, vs := range m.VirtualServices {
		if !slices.Contains(vs.Gateways, gateway) {
			continue
		}
		for _, rule := range vs.Rules { // one for each match of a route, those of delegates too
			if rule.Object == nil || len(rule.Match.GetGateways()) > 0 &&
				!slices.ContainsFunc(rule.Match.GetGateways(),
					func(name string) bool { return istioname.Gateway(name, rule.Namespace) == gateway }) {
				continue
			}
			r := sharedRoute{object: *rule.Object, http: rule.HTTP, weights: weightsOf(m, g, rule)}
			r.pinned = len(r.weights) == 1 && len(rule.Match.GetHeaders())+len(rule.Match.GetQueryParams()) > 0
			i := slices.IndexFunc(out, func(o sharedRoute) bool {
				return o.object.Ref == r.object.Ref &&
					o.http == r.http
			})
			switch {
			case len(r.weights) == 0:
			case i < 0:
				out = append(out, r)
			default:
				out[i].pinned = out[i].pinned && r.pinned
			}
		}
	}
	out = slices.DeleteFunc(out, func(r sharedRoute) bool { return r.pinned })
	slices.SortStableFunc(out, func(a, b sharedRoute) int {
		return cmp.Or(strings.Compare(a.object.Ref.Namespace, b.object.Ref.Namespace),
			strings.Compare(a.object.Ref.Name, b.object.Ref.Name))
	})
	return out
}

// weightsOf returns the weights of a route by lane; nil unless all its destinations
// are lanes of the group.
func weightsOf(m *mesh.Mesh, g *mesh.Group, rule mesh.Rule) rollout.Weights {
	var out rollout.Weights
	destinations := rule.Route.GetRoute()
	for _, d := range destinations {
		lane := routing.LaneOf(d, g.RouteHeader())
		if g.Lane(lane) == nil || !g.Lists(m.Domain.Full(d.GetDestination().GetHost(), rule.Namespace)) {
			return nil
		}
		percent := int(d.GetWeight())
		if len(destinations) == 1 && percent == 0 {
			percent = 100 // Istio's default for a single destination
		}
		out = append(out, rollout.W(lane, percent))
	}
	return out
}

// at returns the position of the route.
func (r sharedRoute) at() string {
	http := fmt.Sprintf("http[%d]", r.http)
	return position.Of(r.object.File, r.object.LineOf("spec."+http), r.object.Ref) + " " + http
}

// entryRoute returns the route as a plan names it.
func (r sharedRoute) entryRoute() (release.EntryRoute, error) {
	out := release.EntryRoute{Name: r.object.Ref.Name}
	if r.object.Meta().GetNamespace() != "" {
		out.Namespace = r.object.Ref.Namespace
	}
	if spec := r.object.VirtualService(); len(spec.Http) > 1 {
		out.Route = spec.Http[r.http].GetName()
		if _, first, err := routing.FindRoute(spec, out.Route); err != nil || first != r.http {
			return out, fmt.Errorf("%s: must have a unique name, which the plan uses", r.at())
		}
	}
	return out, nil
}
