package release

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// routeHolder reads a route that carries the app's traffic.
func (l Live) routeHolder(route EntryRoute) Holder {
	h := l.holder(route.Ref())
	h.Route = route.Route
	if h.Err != nil {
		return h
	}
	found, index, err := l.route(route)
	if err != nil {
		h.Err = err
		return h
	}
	h.Field = fmt.Sprintf("spec.http[%d].route", index)
	h.destinations = found.GetRoute()
	h.Weights = routing.WeightsOf(found, l.header)
	return h
}

// route returns a route of an existing VirtualService, and its position. A route without
// destinations is an error.
func (l Live) route(r EntryRoute) (*networking.HTTPRoute, int, error) {
	o, _ := l.Set.Get(r.Ref())
	if o.VirtualService() == nil {
		return nil, 0, l.unreadable(o)
	}
	route, i, err := routing.FindRoute(o.VirtualService(), r.Route)
	switch line := o.LineOf(fmt.Sprintf("spec.http[%d]", i)); {
	case err != nil:
		return nil, 0, holderError(ErrUnreadable, o, err.Error())
	case route.GetDelegate() != nil:
		return nil, 0, &HolderError{o.Ref, o.File, line, ErrUnreadable,
			fmt.Sprintf("must share requests itself: it delegates to VirtualService %s, which is to be named in routes",
				strings.TrimPrefix(route.GetDelegate().GetNamespace()+"/"+route.GetDelegate().GetName(), "/"))}
	case len(route.GetRoute()) == 0:
		return nil, 0, &HolderError{o.Ref, o.File, line, ErrUnreadable, "must have destinations: the route has none"}
	}
	return route, i, nil
}

// RouteHeader returns the header by which the routes name the plan's lanes: see routing.LaneOf.
// It is empty if they name them by subset.
func (l Live) RouteHeader() string { return l.header }

// routeHeader finds the header, which the lane group names. If the group is missing, or names a
// header that the routes do not set, the routes tell it: each destination sets the header, some
// to a lane of the plan.
func (l Live) routeHeader() string {
	known, header := false, ""
	for _, name := range l.Groups() {
		group, _ := l.Set.Get(LaneGroupRef(name))
		known = known || group.LaneGroup() != nil
		if header == "" {
			header = group.LaneGroup().RouteHeader()
		}
	}
	var all []*networking.HTTPRouteDestination
	for _, r := range l.Config.Routes {
		if _, there := l.Set.Get(r.Ref()); there {
			route, _, _ := l.route(r) // its holder has the error
			all = append(all, route.GetRoute()...)
		}
	}
	if known && (header == "" || allSet(all, header)) {
		return header
	}
	return cmp.Or(headerOf(all, l.Config.Plan.Before), header)
}

// allSet reports whether all destinations set a header.
func allSet(all []*networking.HTTPRouteDestination, header string) bool {
	return !slices.ContainsFunc(all, func(d *networking.HTTPRouteDestination) bool {
		_, sets := istioname.Header(d.GetHeaders().GetRequest().GetSet(), header)
		return !sets
	})
}

// headerOf returns the header that all destinations set, some to planned lanes; empty if there
// is none.
func headerOf(all []*networking.HTTPRouteDestination, planned rollout.Weights) string {
	header := ""
	for _, d := range all {
		set := d.GetHeaders().GetRequest().GetSet()
		for _, name := range slices.Sorted(maps.Keys(set)) {
			if _, is := planned.Percent(set[name]); is {
				header = strings.ToLower(name)
			}
		}
	}
	if header == "" || !allSet(all, header) {
		return ""
	}
	return header
}

// subset returns the subset of the candidate's destination in a route; empty means the
// candidate's lane. In a permissive group another lane may serve the entry service for the lane
// that the candidate is derived from.
func (l Live) subset(h Holder) string {
	from := l.NameOf(l.Config.Candidate.From)
	for _, d := range h.destinations {
		if subset := d.GetDestination().GetSubset(); routing.LaneOf(d, l.header) == from && subset != from {
			return subset
		}
	}
	return ""
}
