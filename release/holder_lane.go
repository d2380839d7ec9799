package release

import (
	"fmt"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// groupHolder reads the lane group if lanes have the weights.
func (l Live) groupHolder() Holder {
	h := l.holder(LaneGroupRef(l.Config.LaneGroup))
	switch group := h.Object.LaneGroup(); {
	case h.Err != nil:
	case group == nil:
		h.Err = l.unreadable(h.Object)
	case group.Strategy() != lanes.RoutingWeighted:
		h.Err = holderError(ErrUnreadable, h.Object,
			fmt.Sprintf("must have the routing strategy %s: its lanes carry the app's traffic", lanes.RoutingWeighted))
	}
	return h
}

// laneHolder reads a lane of a group that shares requests by weight.
func (l Live) laneHolder(name string) Holder {
	h := l.holder(LaneRef(name))
	switch lane := h.Object.Lane(); {
	case h.Err != nil:
	case lane == nil:
		h.Err = l.unreadable(h.Object)
	default:
		h.Field = "spec.ingressWeight.weight"
		if w := lane.Spec.IngressWeight; w != nil && w.Weight != nil {
			h.Weights = rollout.Weights{rollout.W(name, int(*w.Weight))}
		}
	}
	return h
}

// LaneEntry returns where the lanes of the group send their share. The first lane with a
// destination says it.
func (l Live) LaneEntry() lanes.RouteDestination {
	for _, w := range l.Config.Plan.Before {
		if o, _ := l.Set.Get(LaneRef(w.Lane)); o.Lane() != nil && o.Lane().Spec.IngressWeight != nil &&
			o.Lane().Spec.IngressWeight.Destination != nil {
			return *o.Lane().Spec.IngressWeight.Destination
		}
	}
	return lanes.RouteDestination{}
}

// LanesOfGroup returns the lanes of the group that carries the app's traffic. It returns none
// if routes carry it.
func (l Live) LanesOfGroup() []manifest.Object {
	var out []manifest.Object
	if l.Config.LaneGroup == "" {
		return nil
	}
	for _, o := range l.Set.Labelled(lanes.KindLane, lanes.LabelLaneGroup, l.Config.LaneGroup) {
		if o.Lane() != nil {
			out = append(out, o)
		}
	}
	return out
}
