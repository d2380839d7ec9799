package manifest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// A lane in the route header is found in any letter case of the header, and the header stays as it
// is.
func TestEditsFindTheRouteHeaderInAnyCase(t *testing.T) {
	destination := func(header, lane, weight string) string {
		return "    - destination: {host: a, subset: v1}\n      weight: " + weight +
			"\n      headers: {request: {set: {" + header + ": " + lane + "}}}\n"
	}
	for _, header := range []string{"x-lane", "X-Lane"} {
		before := vs("  - route:\n" + destination(header, "v1", "60") + destination(header, "v2", "40"))
		for name, test := range map[string]struct {
			change manifest.Change
			after  string
		}{
			"set": {manifest.SetWeights{Object: mockRoute, Header: "x-lane",
				Weights: rollout.Weights{w("v1", 50), w("v2", 50)}},
				destination(header, "v1", "50") + destination(header, "v2", "50")},
			"add": {manifest.AddDestination{Object: mockRoute, Header: "x-lane", Subset: "v1", Weight: w("v3", 0)},
				destination(header, "v1", "60") + destination(header, "v2", "40") + destination(header, "v3", "0")},
		} {
			t.Run(header+" "+name, func(t *testing.T) {
				require.Equal(t, vs("  - route:\n"+test.after), edited(t, before, test.change))
			})
		}
		_, err := setOf(t, before).Edit(manifest.AddDestination{Object: mockRoute, Header: "x-LANE",
			Weight: w("v2", 0)})
		require.ErrorContains(t, err, "must not have a destination for lane v2 already")
	}
}
