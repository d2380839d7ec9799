package gitops

import (
	"fmt"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// groupHolder is the lane group of lanes that have the weights: it has none, and
// carries the state.
type groupHolder struct{ tree Tree }

func (h groupHolder) ref() manifest.Ref { return groupRef(h.tree.Config.LaneGroup) }

func (h groupHolder) share(rollout.Weights) rollout.Weights { return nil }

func (h groupHolder) weights() (rollout.Weights, error) {
	o, found := h.tree.Set.Get(h.ref())
	switch {
	case !found:
		return nil, fmt.Errorf("%s: must be there: it carries the app's traffic", h.ref())
	case o.LaneGroup() == nil:
		return nil, fmt.Errorf("%s: must be readable: its lanes carry the app's traffic", where(o))
	case o.LaneGroup().Strategy() != lanes.RoutingWeighted:
		return nil, fmt.Errorf("%s: must have the routing strategy %s: its lanes carry the app's traffic", where(o), lanes.RoutingWeighted)
	}
	return nil, nil
}

func (h groupHolder) set(rollout.State) ([]manifest.Change, error) {
	_, err := h.weights()
	return nil, err
}

func (h groupHolder) remove([]string) ([]manifest.Change, error) {
	_, err := h.weights()
	return nil, err
}
