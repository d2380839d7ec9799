package gitops

import (
	"fmt"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// routeHolder is an HTTP route of a VirtualService: its destinations have the
// weights of all lanes.
type routeHolder struct {
	tree  Tree
	route release.EntryRoute
}

func (h routeHolder) ref() manifest.Ref { return h.route.Ref() }

func (h routeHolder) field() string {
	o, _ := h.tree.Set.Get(h.ref())
	if o.VirtualService() == nil {
		return ""
	}
	_, i, _ := routing.FindRoute(o.VirtualService(), h.route.Route)
	return fmt.Sprintf("spec.http[%d].route", i)
}

func (h routeHolder) share(weights rollout.Weights) rollout.Weights { return weights }

func (h routeHolder) destinations() ([]*networking.HTTPRouteDestination, error) {
	o, found := h.tree.Set.Get(h.ref())
	switch {
	case !found:
		return nil, missingHolder(h.ref())
	case o.VirtualService() == nil:
		return nil, h.tree.unreadable(o)
	}
	route, i, err := routing.FindRoute(o.VirtualService(), h.route.Route)
	switch line := o.LineOf(fmt.Sprintf("spec.http[%d]", i)); {
	case err != nil:
		return nil, holderError(ErrUnreadable, o, err.Error())
	case route.GetDelegate() != nil:
		return nil, &HolderError{o.Ref, o.File, line, ErrUnreadable, fmt.Sprintf("must share requests itself: it delegates to VirtualService %s, which is to be named in routes",
			strings.TrimPrefix(route.GetDelegate().GetNamespace()+"/"+route.GetDelegate().GetName(), "/"))}
	case len(route.GetRoute()) == 0:
		return nil, &HolderError{o.Ref, o.File, line, ErrUnreadable, "must have destinations: the route has none"}
	}
	return route.GetRoute(), nil
}

func (h routeHolder) weights() (rollout.Weights, error) {
	destinations, err := h.destinations()
	var out rollout.Weights
	for _, d := range destinations {
		percent := int(d.GetWeight())
		if len(destinations) == 1 && percent == 0 {
			percent = 100 // what Istio makes of it
		}
		out = append(out, rollout.W(routing.LaneOf(d, h.tree.header), percent))
	}
	return out, err
}

func (h routeHolder) set(next rollout.State, exact bool) ([]manifest.Change, error) {
	found, err := h.weights()
	if err != nil {
		return nil, err
	}
	var there rollout.Weights
	var changes []manifest.Change
	for _, w := range h.tree.Config.Plan.Weights(next) {
		if _, has := found.Percent(w.Lane); has {
			there = append(there, w)
		} else if h.tree.joins(w, next) {
			changes = append(changes, manifest.AddDestination{Object: h.ref(), Route: h.route.Route, Header: h.tree.header, Subset: h.subset(), Weight: w})
		}
	}
	if len(there) > 0 {
		changes = append(changes, manifest.SetWeights{Object: h.ref(), Route: h.route.Route, Header: h.tree.header, Weights: there, Exactly: exact})
	}
	return changes, nil
}

// subset returns the subset of the candidate's destination when it is not the
// candidate's own: in a permissive group the lane that it is derived from may
// lack the service, and be served by another.
func (h routeHolder) subset() string {
	from := h.tree.laneOf(h.tree.Config.Candidate.From).Ref.Name
	destinations, _ := h.destinations() // the caller has had them
	for _, d := range destinations {
		if subset := d.GetDestination().GetSubset(); routing.LaneOf(d, h.tree.header) == from && subset != from {
			return subset
		}
	}
	return ""
}

func (h routeHolder) remove(names []string) ([]manifest.Change, error) {
	found, err := h.weights()
	var changes []manifest.Change
	for _, lane := range names {
		if _, there := found.Percent(lane); there {
			changes = append(changes, manifest.RemoveDestination{Object: h.ref(), Route: h.route.Route, Header: h.tree.header, Lane: lane})
		}
	}
	return changes, err
}
