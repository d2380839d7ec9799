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

func (h groupHolder) field() string { return "" }

func (h groupHolder) share(rollout.Weights) rollout.Weights { return nil }

func (h groupHolder) weights() (rollout.Weights, error) {
	o, found := h.tree.Set.Get(h.ref())
	switch {
	case !found:
		return nil, missingHolder(h.ref())
	case o.LaneGroup() == nil:
		return nil, h.tree.unreadable(o)
	case o.LaneGroup().Strategy() != lanes.RoutingWeighted:
		return nil, holderError(ErrUnreadable, o, fmt.Sprintf("must have the routing strategy %s: its lanes carry the app's traffic", lanes.RoutingWeighted))
	}
	return nil, nil
}

func (h groupHolder) set(rollout.State, bool) ([]manifest.Change, error) {
	_, err := h.weights()
	return nil, err
}

func (h groupHolder) remove([]string) ([]manifest.Change, error) {
	_, err := h.weights()
	return nil, err
}
