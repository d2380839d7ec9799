package release

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// bearer is an object that bears weights or the state: a route, with the weights
// of all lanes; or, with the weighted strategy, the lane group, which has none,
// and each lane, which has its own.
type bearer struct {
	ref   manifest.Ref
	route string // the HTTP route of a VirtualService
	lane  string // the lane
}

// bearers returns what bears the weights of the release; the first carries the
// state. Lanes that are not there are left out.
func (t Tree) bearers() []bearer {
	if t.Config.LaneGroup == "" {
		out := make([]bearer, len(t.Config.Routes))
		for i, r := range t.Config.Routes {
			out[i] = bearer{ref: r.ref(), route: r.Route}
		}
		return out
	}
	out := []bearer{{ref: laneRef(lanes.KindLaneGroup, t.Config.LaneGroup)}}
	for _, w := range t.Config.Plan.Before {
		b := bearer{ref: laneRef(lanes.KindLane, w.Lane), lane: w.Lane}
		if _, found := t.Set.Get(b.ref); found {
			out = append(out, b)
		}
	}
	return out
}

func laneRef(kind, name string) manifest.Ref {
	return manifest.Ref{Group: lanes.GroupVersion().Group, Kind: kind, Name: name}
}

// carrier returns the object that carries the state; the zero Ref for a Tree that
// Open did not make.
func (t Tree) carrier() manifest.Ref {
	if all := t.bearers(); len(all) > 0 {
		return all[0].ref
	}
	return manifest.Ref{}
}

// share returns the part of weights that b bears.
func (b bearer) share(weights rollout.Weights) rollout.Weights {
	if b.ref.Kind == "VirtualService" {
		return weights
	}
	return slices.DeleteFunc(slices.Clone(weights), func(w rollout.Weight) bool { return w.Lane != b.lane })
}

// found returns the weights that b has, by lane, in the order of its destinations.
func (t Tree) found(b bearer) (rollout.Weights, error) {
	o, ok := t.Set.Get(b.ref)
	switch {
	case !ok:
		return nil, fmt.Errorf("%s: must be there: it carries the app's traffic", b.ref)
	case b.lane != "" && o.Lane() == nil:
		return nil, fmt.Errorf("%s: must be readable: it carries a part of the app's traffic", place(o))
	case b.lane != "":
		if w := o.Lane().Spec.IngressWeight; w != nil && w.Weight != nil {
			return rollout.Weights{rollout.W(b.lane, int(*w.Weight))}, nil
		}
		return nil, nil
	case b.ref.Kind == lanes.KindLaneGroup:
		if o.LaneGroup() == nil {
			return nil, fmt.Errorf("%s: must be readable: its lanes carry the app's traffic", place(o))
		}
		if routing := routingOf(o.LaneGroup()); routing == nil || routing.Strategy != lanes.RoutingWeighted {
			return nil, fmt.Errorf("%s: must have the routing strategy %s: its lanes carry the app's traffic", place(o), lanes.RoutingWeighted)
		}
		return nil, nil
	case o.VirtualService() == nil:
		return nil, fmt.Errorf("%s: must be readable: it carries the app's traffic", place(o))
	}
	route, _, err := routing.FindRoute(o.VirtualService(), b.route)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", place(o), err)
	}
	var out rollout.Weights
	for _, d := range route.Route {
		percent := int(d.GetWeight())
		if len(route.Route) == 1 && percent == 0 {
			percent = 100 // what Istio makes of it
		}
		out = append(out, rollout.W(routing.LaneOf(d, t.header), percent))
	}
	return out, nil
}

// drift returns how the weights of b differ from those of a place; nil when they
// do not.
func (t Tree) drift(b bearer, place string, want rollout.Weights) error {
	found, err := t.found(b)
	if err != nil {
		return err
	}
	if want = b.share(want); !equal(found, want) {
		return &Drift{Object: b.ref, Place: place, Expected: want, Found: found}
	}
	return nil
}

// missing returns an error for every lane that must bear a weight and is not
// there.
func (t Tree) missing(want rollout.Weights) []error {
	if t.Config.LaneGroup == "" {
		return nil
	}
	there := map[string]bool{}
	for _, b := range t.bearers() {
		there[b.lane] = true
	}
	var errs []error
	for _, w := range want {
		if w.Percent > 0 && !there[w.Lane] {
			errs = append(errs, fmt.Errorf("%s: must be there: its weight is %d", laneRef(lanes.KindLane, w.Lane), w.Percent))
		}
	}
	return errs
}

// set returns the changes that give b its part of weights. A lane that has none
// yet gets one when it is to take requests, or is the candidate of a release that
// runs.
func (t Tree) set(b bearer, next rollout.State) ([]manifest.Change, error) {
	found, err := t.found(b)
	if err != nil {
		return nil, err
	}
	var there rollout.Weights
	var changes []manifest.Change
	for _, w := range b.share(t.Config.Plan.Weights(next)) {
		_, has := found.Percent(w.Lane)
		wanted := w.Percent > 0 || w.Lane == t.Config.Plan.Candidate && next.Phase == rollout.Running
		switch {
		case b.lane != "" && (has || wanted):
			changes = append(changes, manifest.SetIngressWeight{Object: b.ref, Percent: w.Percent, Destination: t.destination()})
		case has:
			there = append(there, w)
		case wanted:
			changes = append(changes, manifest.AddDestination{Object: b.ref, Route: b.route, Header: t.header, Subset: t.subset(b), Weight: w})
		}
	}
	if len(there) > 0 {
		changes = append(changes, manifest.SetWeights{Object: b.ref, Route: b.route, Header: t.header, Weights: there})
	}
	return changes, nil
}

// remove returns the changes that take lanes out of b.
func (t Tree) remove(b bearer, names []string) ([]manifest.Change, error) {
	found, err := t.found(b)
	if err != nil {
		return nil, err
	}
	var changes []manifest.Change
	for _, lane := range names {
		if _, there := found.Percent(lane); !there {
			continue
		}
		if b.lane != "" {
			changes = append(changes, manifest.RemoveIngressWeight{Object: b.ref})
		} else {
			changes = append(changes, manifest.RemoveDestination{Object: b.ref, Route: b.route, Header: t.header, Lane: lane})
		}
	}
	return changes, nil
}

// destination returns where the lanes of the group send their share.
func (t Tree) destination() lanes.RouteDestination {
	for _, b := range t.bearers() {
		if o, _ := t.Set.Get(b.ref); o.Lane() != nil && o.Lane().Spec.IngressWeight != nil && o.Lane().Spec.IngressWeight.Destination != nil {
			return *o.Lane().Spec.IngressWeight.Destination
		}
	}
	return lanes.RouteDestination{}
}

// subset returns the subset of the candidate's destination when it is not the
// candidate's own: in a permissive group the lane that it is derived from may
// lack the service, and be served by another.
func (t Tree) subset(b bearer) string {
	from := t.laneOf(t.Config.Candidate.From).Ref.Name
	o, _ := t.Set.Get(b.ref)
	route, _, err := routing.FindRoute(o.VirtualService(), b.route)
	if err != nil {
		return ""
	}
	for _, d := range route.Route {
		if subset := d.GetDestination().GetSubset(); routing.LaneOf(d, t.header) == from && subset != from {
			return subset
		}
	}
	return ""
}

// laneOf returns the lane that selects the pods of a version; the zero Object when
// none does.
func (t Tree) laneOf(version string) manifest.Object {
	sources, groups := t.deployments(version), t.groups()
	for _, o := range t.Set.Kind(lanes.KindLane) {
		if o.Lane() != nil && slices.Contains(groups, o.Meta().GetLabels()[lanes.LabelLaneGroup]) && slices.ContainsFunc(sources, func(d manifest.Object) bool { return selects(o.Lane().Spec.LabelSelector, d.PodLabels()) }) {
			return o
		}
	}
	return manifest.Object{}
}

// routeHeader returns the route header of the lane group whose lanes the plan
// names; empty when the group is strict.
func routeHeader(set manifest.Set, plan rollout.Plan) string {
	for _, w := range plan.Before {
		lane, _ := set.Get(laneRef(lanes.KindLane, w.Lane))
		if lane.Value == nil {
			continue
		}
		group, _ := set.Get(laneRef(lanes.KindLaneGroup, lane.Meta().GetLabels()[lanes.LabelLaneGroup]))
		if config := permissiveOf(group.LaneGroup()); config != nil {
			return config.RouteHeader
		}
	}
	return ""
}

// Found returns the weights of the app as they are in the directory: those of each
// route, or those of the lanes together.
func (t Tree) Found() []Found {
	var out []Found
	for _, b := range t.bearers() {
		w, err := t.found(b)
		switch {
		case err != nil:
		case b.lane != "" && len(out) > 0:
			out[0].Weights = append(out[0].Weights, w...) // the lane group is the first
		default:
			out = append(out, Found{Object: b.ref, Weights: w})
		}
	}
	return out
}

// Found are weights that stand in the directory.
type Found struct {
	// Object is the VirtualService, or the lane group whose lanes bear the
	// weights.
	Object manifest.Ref
	// Weights are by lane, in their order.
	Weights rollout.Weights
}

// String returns "VirtualService istio-system/mock: v1=60 v2=40".
func (f Found) String() string { return f.Object.String() + ": " + spell(f.Weights) }

// ref returns the object of a route.
func (r Route) ref() manifest.Ref {
	return manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: cmp.Or(r.Namespace, lanes.DefaultNamespace), Name: r.Name}
}
