package gitops

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/rollout"
)

// subsetEntry returns how requests enter the lanes of a set without lane groups: by the
// routes that share them among subsets.
func subsetEntry(m *mesh.Mesh) (entry, error) {
	shared := subsetRoutes(m)
	if len(shared) == 0 {
		return entry{}, errors.New("there must be a lane group, or a route that leads to subsets of a DestinationRule by weights")
	}
	return entryBy(shared[0].object.Ref.Name, shared)
}

// subsetRoutes returns the routes all of whose destinations are subsets of one Service:
// those that share requests among several, or else those to one. Where some are at a
// gateway, they are the entry, and the others are calls.
func subsetRoutes(m *mesh.Mesh) []sharedRoute {
	var all []sharedRoute
	for _, vs := range m.VirtualServices {
		for _, rule := range vs.Rules {
			weights := subsetWeights(m, rule)
			asks := len(rule.Match.GetHeaders())+len(rule.Match.GetQueryParams())+len(rule.Match.GetSourceLabels()) > 0
			if rule.Object == nil || len(weights) == 0 || len(weights) == 1 && asks { // testers', or a lane's own
				continue
			}
			gateways := vs.Gateways
			if names := rule.Match.GetGateways(); len(names) > 0 {
				gateways = nil
				for _, name := range names {
					gateways = append(gateways, istioname.Gateway(name, rule.Namespace))
				}
			}
			r := sharedRoute{object: *rule.Object, http: rule.HTTP, weights: weights}
			r.outside = slices.ContainsFunc(gateways, func(name string) bool { return name != istioname.Mesh })
			if i := slices.IndexFunc(all, func(o sharedRoute) bool { return o.object.Ref == r.object.Ref && o.http == r.http }); i >= 0 {
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
		return cmp.Or(strings.Compare(a.object.Ref.Namespace, b.object.Ref.Namespace), strings.Compare(a.object.Ref.Name, b.object.Ref.Name))
	})
	return all
}

// subsetWeights returns the weights of a route by subset; nil unless all its destinations
// are subsets of one Service of the set.
func subsetWeights(m *mesh.Mesh, rule mesh.Rule) rollout.Weights {
	var out rollout.Weights
	var host string
	destinations := rule.Route.GetRoute()
	for i, d := range destinations {
		at, subset := m.Domain.Full(d.GetDestination().GetHost(), rule.Namespace), d.GetDestination().GetSubset()
		if i == 0 {
			host = at
		}
		if at != host || !m.IsSubset(subset) || m.Services[host] == nil {
			return nil
		}
		percent := int(d.GetWeight())
		if len(destinations) == 1 && percent == 0 {
			percent = 100 // what Istio makes of it
		}
		out = append(out, rollout.W(subset, percent))
	}
	return out
}
