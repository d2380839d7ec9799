package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// Exact weights leave nothing of the weights that somebody wrote.
func TestSetWeightsExactly(t *testing.T) {
	dest := func(subset, weight, rest string) string {
		out := "    - destination: {host: a"
		if subset != "" {
			out += ", subset: " + subset
		}
		return out + "}\n" + weight + rest
	}
	weight := func(text string) string { return "      weight:" + text + "\n" }
	header := func(lane string) string { return "      headers: {request: {set: {X-Lane: " + lane + "}}}\n" }
	for name, test := range map[string]struct {
		header        string
		weights       rollout.Weights
		before, after string
	}{
		"others": {"", rollout.Weights{w("v1", 50), w("v2", 50)},
			dest("v1", weight(" 10"), "") + dest("v2", weight(" 10 # c"), "") + dest("v3", weight(" 70"), "") +
				dest("hot", weight(" '10'"), ""),
			dest("v1", weight(" 50"), "") + dest("v2", weight(" 50 # c"), "") + dest("v3", weight(" 0"), "") +
				dest("hot", weight(" '0'"), "")},
		"without a lane": {"", rollout.Weights{w("v1", 100)},
			dest("", weight(" 50"), "") + dest("v1", weight(" 50"), ""),
			dest("", weight(" 0"), "") + dest("v1", weight(" 100"), "")},
		"without a weight": {"", rollout.Weights{w("v1", 50), w("v2", 50)},
			dest("v1", "", "") + dest("v2", weight(" 90"), "") + dest("v3", "", "") + dest("", weight(" 10"), ""),
			dest("v1", weight(" 50"), "") + dest("v2", weight(" 50"), "") + dest("v3", "", "") +
				dest("", weight(" 0"), "")},
		"the same lane again": {"", rollout.Weights{w("v1", 60), w("v2", 40)},
			dest("v1", weight(" 30"), "") + dest("v2", weight(" 40"), "") + dest("v1", weight(" 30"), ""),
			dest("v1", weight(" 60"), "") + dest("v2", weight(" 40"), "") + dest("v1", weight(" 0"), "")},
		"weights that are none": {"", rollout.Weights{w("v1", 100)},
			dest("v1", weight(""), "") + dest("v2", weight(" ~"), "") + dest("v3", weight(" # none: yet"), "") +
				dest("v4", weight("  "), "") + dest("v5", weight(" 0.0"), ""),
			dest("v1", weight(" 100"), "") + dest("v2", weight(" 0"), "") + dest("v3", weight(" 0 # none: yet"), "") +
				dest("v4", weight(" 0 "), "") + dest("v5", weight(" 0.0"), "")},
		"sums of more": {"", rollout.Weights{w("v1", 100)},
			dest("v1", weight(" 100"), "") + dest("v2", weight(" 200"), "") + dest("v3", weight(" -1"), ""),
			dest("v1", weight(" 100"), "") + dest("v2", weight(" 0"), "") + dest("v3", weight(" 0"), "")},
		"the only one": {"", rollout.Weights{w("v1", 100)}, dest("v1", weight(" 40"), ""),
			dest("v1", weight(" 100"), "")},
		"the only one without a weight": {"", rollout.Weights{w("v1", 100)}, "# c\n" + dest("v1", "", ""), "# c\n" +
			dest("v1", "", "")},
		"as it is": {"", rollout.Weights{w("v1", 100)}, dest("v1", weight(" 100"), "") + dest("v2", weight(" 0"), ""),
			dest("v1", weight(" 100"), "") + dest("v2", weight(" 0"), "")},
		"permissive": {"x-lane", rollout.Weights{w("v1", 50), w("v3", 50)},
			dest("v1", weight(" 80"), header("v1")) + dest("v1", weight(" 10"), header("v3")) +
				dest("v1", weight(" 5"), header("v9")) + dest("v3", weight(" 5"), header("v1")),
			dest("v1", weight(" 50"), header("v1")) + dest("v1", weight(" 50"), header("v3")) +
				dest("v1", weight(" 0"), header("v9")) + dest("v3", weight(" 0"), header("v1"))},
		"permissive, named by the subset": {"x-lane", rollout.Weights{w("v1", 50), w("v3", 50)},
			dest("v1", weight(" 80"), "") + dest("v1", weight(" 10"), header("v3")) +
				dest("v1", weight(" 10"), header("v1")) + dest("", weight(" 0"), header("v2")),
			dest("v1", weight(" 50"), "") + dest("v1", weight(" 50"), header("v3")) +
				dest("v1", weight(" 0"), header("v1")) + dest("", weight(" 0"), header("v2"))},
		"in flow": {"", rollout.Weights{w("v1", 100)},
			"      [{destination: {host: a, subset: v1}, weight: 1}, {destination: {host: a}, weight: 98}, {weight: , destination: {host: a, subset: v1}}]\n",
			"      [{destination: {host: a, subset: v1}, weight: 100}, {destination: {host: a}, weight: 0}, {weight: 0, destination: {host: a, subset: v1}}]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			text := func(s string) string { return vs("  - route:\n" + s) }
			change := manifest.SetWeights{Object: mockRoute, Header: test.header, Weights: test.weights, Exactly: true}
			edit, err := setOf(t, text(test.before)).Edit(change)
			require.NoError(t, err)
			if test.before == test.after {
				require.Empty(t, edit.Files)
				return
			}
			require.Equal(t, text(test.after), string(edit.Files[0].After))
			again, err := edit.After.Edit(change)
			require.NoError(t, err)
			require.Empty(t, again.Files, "it is done")
		})
	}
	for want, weights := range map[string]rollout.Weights{
		"must have weights that sum to 100, not 90":              {w("v1", 90)},
		"must have a destination for lane v9: there are":         {w("v1", 50), w("v9", 50)},
		"must list the weights to set":                           {},
		"must not be changed twice in one place":                 {w("v1", 50), w("v1", 50)},
		"must not have a negative weight: -10":                   {w("v1", -10), w("v2", 110)},
		`must have a destination for lane: there are "v1", "v2"`: {w("", 100)},
	} {
		_, err := setOf(t, vs(twoLanes)).Edit(manifest.SetWeights{Object: mockRoute, Weights: weights, Exactly: true})
		require.ErrorContains(t, err, want)
	}
}

// TestExactWeightsComeBackFromAnything holds that a route of any weights, in any form, has exactly
// the weights that are set, and that nothing else of it changes.
func TestExactWeightsComeBackFromAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lanes := []string{"v1", "v2", "v3"}
		wanted := gen.Weights(t, lanes)
		n := rapid.IntRange(3, 7).Draw(t, "destinations")
		blank, filled := "", ""
		seen := map[string]bool{}
		for i := range n {
			lane := rapid.SampledFrom([]string{"v1", "v2", "v3", "hot", ""}).Draw(t, "lane")
			if i < len(lanes) {
				lane = lanes[i]
			}
			percent := 0
			for _, weight := range wanted {
				if weight.Lane == lane && !seen[lane] {
					percent = weight.Percent
				}
			}
			seen[lane] = true
			row := "    # about " + fmt.Sprint(i) + "\n    - destination: {host: a, subset: " + lane + "}\n"
			if lane == "" {
				row = "    - destination:\n        host: a\n"
			}
			blank += row + "      weight: " +
				rapid.SampledFrom([]string{"0", "100", "17", "'3'", "\"40\"", "-5", "2000", "", "~", "1e3"}).Draw(t,
					"weight") + " # w\n"
			filled += row + fmt.Sprintf("      weight: %d # w\n", percent)
		}
		head := vs("  - route:\n")
		edit, err := setOf(t, head+blank).Edit(manifest.SetWeights{Object: mockRoute, Weights: wanted, Exactly: true})
		require.NoError(t, err, "%s", blank)
		got := head + blank
		if len(edit.Files) > 0 {
			got = string(edit.Files[0].After)
		}
		require.Equal(t, head+filled, strings.NewReplacer("'", "", `"`, "").Replace(got))
	})
}
