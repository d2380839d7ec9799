package gitops

import (
	"strings"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// Found are the weights of an object in the directory.
type Found struct {
	// Object is the VirtualService, the file of values, or the lane group if its lanes hold the
	// weights.
	Object manifest.Ref
	// Weights are the weights by lane, in their order.
	Weights rollout.Weights
}

// String returns "VirtualService istio-system/mock: v1=60 v2=40".
func (f Found) String() string { return f.Object.String() + ": " + f.Weights.ByLane() }

// Found returns the weights of the app in the directory: of each route, of the file of values,
// or of the lanes together.
func (t Tree) Found() []Found {
	var out []Found
	for _, h := range t.live.Holders {
		switch {
		case h.Err != nil:
		case t.Config.LaneGroup != "" && len(out) > 0:
			out[0].Weights = append(out[0].Weights, h.Weights...) // the lane group is the first
		default:
			out = append(out, Found{Object: h.Ref, Weights: h.Weights})
		}
	}
	return out
}

// spellFound returns Found in lines.
func (t Tree) spellFound() string {
	var out []string
	for _, f := range t.Found() {
		out = append(out, f.String())
	}
	return strings.Join(out, "\n")
}
