package gitops

import (
	"fmt"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// candidateValues returns the changes that add the candidate to a file of values at weight 0.
// Its workloads are made from the values. A running release has none: Move adds the candidate
// with its weight.
func (t Tree) candidateValues(state rollout.State) ([]manifest.Change, error) {
	lane := t.Config.Plan.Candidate
	if percent, _ := t.Config.Plan.Weights(state).Percent(lane); percent > 0 || state.Phase == rollout.Running {
		return nil, nil
	}
	changes, err := t.live.AddLane(lane)
	if err != nil {
		return nil, fmt.Errorf("candidate %s: %w", t.Config.Candidate.Version, err)
	}
	return changes, nil
}

// cleanUpValues returns the only commit of a clean-up of values: the lanes have no weight, and
// what is made from the values goes with them.
func (t Tree) cleanUpValues(retiring []string) (Commit, error) {
	changes, err := t.live.TakeOut(retiring, nil)
	if err != nil {
		return Commit{}, fmt.Errorf("clean-up: %w", err)
	}
	return t.commit("", rollout.State{}, fmt.Sprintf("%s: remove %s", t.Config.Name, strings.Join(retiring, ", ")),
		append(changes, t.live.RemoveState()...)...)
}

// listsValue reports whether the file of values with the weights lists a lane.
func (t Tree) listsValue(lane string) bool {
	return t.Config.Values != nil && slices.ContainsFunc(t.live.Holders, func(h release.Holder) bool {
		_, has := h.Weights.Percent(lane)
		return has
	})
}

// rendered returns a note about what is made from values, since this package cannot see it.
func (t Tree) rendered() []string {
	if t.Config.Values == nil {
		return nil
	}
	return []string{fmt.Sprintf("what is made from %s is not known here, pods least of all: look at it before the "+
		"push, with helm template DIR | preview - and lint -", t.Config.Values.File)}
}

// statePath returns the path of the state on its carrier.
func (t Tree) statePath() string {
	if t.Config.Values != nil {
		return t.Config.Values.StatePath()
	}
	return annotation(t.live.Annotations().State)
}
