package gitops

import (
	"slices"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// laneHolder is a lane of a group that shares requests by weight: it has its own
// weight.
type laneHolder struct {
	tree Tree
	lane string
}

func (h laneHolder) ref() manifest.Ref { return laneRef(h.lane) }

func (h laneHolder) field() string { return "spec.ingressWeight.weight" }

func (h laneHolder) share(weights rollout.Weights) rollout.Weights {
	if percent, listed := weights.Percent(h.lane); listed {
		return rollout.Weights{rollout.W(h.lane, percent)}
	}
	return nil
}

func (h laneHolder) weights() (rollout.Weights, error) {
	o, _ := h.tree.Set.Get(h.ref())
	if o.Lane() == nil {
		return nil, h.tree.unreadable(o)
	}
	if w := o.Lane().Spec.IngressWeight; w != nil && w.Weight != nil {
		return rollout.Weights{rollout.W(h.lane, int(*w.Weight))}, nil
	}
	return nil, nil
}

func (h laneHolder) set(next rollout.State, _ bool) ([]manifest.Change, error) {
	found, err := h.weights()
	if err != nil {
		return nil, err
	}
	var changes []manifest.Change
	for _, w := range h.share(h.tree.Config.Plan.Weights(next)) {
		if len(found) > 0 || h.tree.joins(w, next) {
			changes = append(changes, manifest.SetIngressWeight{Object: h.ref(), Percent: w.Percent, Destination: h.tree.laneEntry()})
		}
	}
	return changes, nil
}

func (h laneHolder) remove(names []string) ([]manifest.Change, error) {
	found, err := h.weights()
	if len(found) > 0 && slices.Contains(names, h.lane) {
		return []manifest.Change{manifest.RemoveIngressWeight{Object: h.ref()}}, nil
	}
	return nil, err
}

// laneEntry returns where the lanes of the group send their share: what the first
// says that says it.
func (t Tree) laneEntry() lanes.RouteDestination {
	for _, w := range t.Config.Plan.Before {
		if o, _ := t.Set.Get(laneRef(w.Lane)); o.Lane() != nil && o.Lane().Spec.IngressWeight != nil && o.Lane().Spec.IngressWeight.Destination != nil {
			return *o.Lane().Spec.IngressWeight.Destination
		}
	}
	return lanes.RouteDestination{}
}
