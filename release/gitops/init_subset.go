package gitops

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// subsetEntry returns how requests enter the lanes of a set without lane groups: by the routes
// that share requests among subsets.
func subsetEntry(m *mesh.Mesh, plans planned) (entry, error) {
	free, err := entryOfSubsets(subsetRoutes(m, func(e entry) bool { return len(plans.of(e)) == 0 }))
	if err != nil || len(free.routes) > 0 {
		return free, err
	}
	if len(plans) == 0 {
		return entry{},
			errors.New("there must be a lane group, or a route that leads to subsets of a DestinationRule by weights")
	}
	var found []entry
	for i := range plans {
		e, err := entryOfSubsets(subsetRoutes(m,
			func(e entry) bool { return namesRoute(plans[i].Config, e.routes[0]) }))
		if err != nil {
			return entry{}, err
		}
		same := func(other entry) bool { return len(e.routes) == 0 || slices.Equal(other.routes, e.routes) }
		if !slices.ContainsFunc(found, same) && len(e.routes) > 0 {
			found = append(found, e)
		}
	}
	if len(found) == 0 {
		return entry{},
			errors.New("there must be a route with weights to subsets of a DestinationRule, for services without " +
				"another plan")
	}
	return plans.choose(found)
}

// entryOfSubsets returns the entry by routes to subsets; the zero entry for none.
func entryOfSubsets(shared []sharedRoute) (entry, error) {
	if len(shared) == 0 {
		return entry{}, nil
	}
	out, err := entryBy(shared[0].object.Ref.Name, shared)
	for _, r := range shared {
		out.services = append(out.services, r.service)
	}
	return out, err
}

// subsetRoutes returns the routes with subsets of one Service as all destinations. If some are
// at a gateway, it returns these alone: the others are for calls. If some of the rest lead to
// several subsets, it returns these alone. taken says which routes to look at, each as an
// entry.
func subsetRoutes(m *mesh.Mesh, taken func(entry) bool) []sharedRoute {
	var all []sharedRoute
	for _, vs := range m.VirtualServices {
		for _, rule := range vs.Rules {
			weights, service := subsetWeights(m, rule)
			asks := len(rule.Match.GetHeaders())+len(rule.Match.GetQueryParams())+len(rule.Match.GetSourceLabels()) > 0
			if rule.Object == nil || len(weights) == 0 || len(weights) == 1 && asks { // testers, or a lane's calls
				continue
			}
			gateways := vs.Gateways
			if names := rule.Match.GetGateways(); len(names) > 0 {
				gateways = nil
				for _, name := range names {
					gateways = append(gateways, istioname.Gateway(name, rule.Namespace))
				}
			}
			r := sharedRoute{object: *rule.Object, http: rule.HTTP, weights: weights, service: service}
			if route, _ := r.entryRoute(); !taken(entry{routes: []release.EntryRoute{route},
				services: []release.ServiceName{service}}) {
				continue
			}
			r.outside = slices.ContainsFunc(gateways, func(name string) bool { return name != istioname.Mesh })
			if i := slices.IndexFunc(all, func(o sharedRoute) bool {
				return o.object.Ref == r.object.Ref &&
					o.http == r.http
			}); i >= 0 {
				all[i].outside = all[i].outside || r.outside
				continue
			}
			all = append(all, r)
		}
	}
	for _, preferred := range []func(r sharedRoute) bool{
		func(r sharedRoute) bool { return r.outside },
		func(r sharedRoute) bool { return len(r.weights) > 1 },
	} {
		if slices.ContainsFunc(all, preferred) {
			all = slices.DeleteFunc(all, func(r sharedRoute) bool { return !preferred(r) })
		}
	}
	slices.SortStableFunc(all, func(a, b sharedRoute) int {
		return cmp.Or(strings.Compare(a.object.Ref.Namespace, b.object.Ref.Namespace),
			strings.Compare(a.object.Ref.Name, b.object.Ref.Name))
	})
	return all
}

// subsetWeights returns the weights of a route by lane, and the Service that it leads to. The
// weights are nil unless all destinations are subsets of one Service of the set. If a lane
// lacks the Service, only the route header names the lane.
func subsetWeights(m *mesh.Mesh, rule mesh.Rule) (out rollout.Weights, service release.ServiceName) {
	var host string
	destinations := rule.Route.GetRoute()
	header := laneHeader(m, destinations)
	for i, d := range destinations {
		at, lane := m.Domain.Full(d.GetDestination().GetHost(), rule.Namespace), routing.LaneOf(d, header)
		if i == 0 {
			host = at
		}
		if at != host || d.GetDestination().GetSubset() == "" || !m.IsSubset(lane) || m.Services[host] == nil {
			return nil, release.ServiceName{}
		}
		service = release.ServiceName{Namespace: m.Services[host].Object.Ref.Namespace,
			Name: m.Services[host].Object.Ref.Name}
		percent := int(d.GetWeight())
		if len(destinations) == 1 && percent == 0 {
			percent = 100 // Istio's default for a single destination
		}
		out = append(out, rollout.W(lane, percent))
	}
	return out, service
}

// laneHeader returns the request header that each destination sets to a different subset, in
// lower case; empty if there is none.
func laneHeader(m *mesh.Mesh, destinations []*networking.HTTPRouteDestination) string {
	if len(destinations) == 0 {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(destinations[0].GetHeaders().GetRequest().GetSet())) {
		named := map[string]bool{}
		for _, d := range destinations {
			if lane, _ := istioname.Header(d.GetHeaders().GetRequest().GetSet(), name); m.IsSubset(lane) {
				named[lane] = true
			}
		}
		if len(named) == len(destinations) {
			return strings.ToLower(name)
		}
	}
	return ""
}
