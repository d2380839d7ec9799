package gitops

import (
	"fmt"
	"maps"

	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// DriftError says that the weights of an object are not those of the state:
// somebody edited them by hand. [Tree.Adopt] takes them over.
type DriftError struct {
	// Object is the VirtualService, or the lane.
	Object manifest.Ref
	// File and Line say where the weights stand.
	File string
	Line int
	// Place is where the state says that the release stands.
	Place string
	// Expected and Found are the weights, with the lanes of the plan.
	Expected, Found rollout.Weights
}

func (d *DriftError) Error() string {
	return fmt.Sprintf("%s: the weights must be those of %s, %s, not %s",
		position.Of(d.File, d.Line, d.Object), d.Place, orNothing(d.Expected), orNothing(d.Found))
}

// drift returns how the weights that h holds differ from its share of those of a
// place; nil when they do not.
func (t Tree) drift(h holder, place string, weights rollout.Weights) error {
	found, err := h.weights()
	if err != nil {
		return err
	}
	if want := h.share(weights); !equal(found, want) {
		o, _ := t.Set.Get(h.ref())
		return &DriftError{Object: o.Ref, File: o.File, Line: o.LineOf(h.field()), Place: place, Expected: want, Found: found}
	}
	return nil
}

// orNothing spells weights; a lane may have none.
func orNothing(w rollout.Weights) string {
	if len(w) == 0 {
		return "no weight"
	}
	return w.ByLane()
}

// equal reports whether weights mean the same: a lane at 0 may be missing.
func equal(a, b rollout.Weights) bool {
	return maps.Equal(shares(a), shares(b))
}

func shares(w rollout.Weights) map[string]int {
	out := map[string]int{}
	for _, weight := range w {
		if weight.Percent != 0 {
			out[weight.Lane] += weight.Percent
		}
	}
	return out
}
