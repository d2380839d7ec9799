package release_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// laneSet is a set of a weighted lane group with lanes of these weights. A lane with a weight
// below 0 is missing.
func laneSet(t require.TestingT, strategy string, weights ...int) manifest.Set {
	text := "apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLaneGroup\nmetadata: {name: shop}\nspec:\n" +
		"  ingress: {ingressRouting: {ingressRoutingStrategy: " + strategy + "}}\n"
	for i, w := range weights {
		if w >= 0 {
			text += fmt.Sprintf("---\napiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\n"+
				"metadata: {name: v%d, labels: {swimlane-group: shop}}\n"+
				"spec: {labelSelector: {version: v%[1]d}, ingressWeight: {weight: %d}}\n", i, w)
		}
	}
	set, err := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(text)})
	require.NoError(t, err)
	return set
}

func TestLaneSums(t *testing.T) {
	t.Parallel()
	require.Empty(t, release.LaneSums(laneSet(t, "weighted", 50, 50), laneSet(t, "weighted", 50, 50, 0)),
		"a lane without weight changes no sum")
	require.Empty(t, release.LaneSums(laneSet(t, "header", 50, 50), laneSet(t, "header", 30, 70)),
		"the lanes hold no weights of requests")
	sums := release.LaneSums(laneSet(t, "weighted", 50, 50), laneSet(t, "weighted", 60, 30, 10))
	require.Len(t, sums, 1)
	require.Equal(t,
		"a.yaml:1: ASMSwimLaneGroup shop: a cluster applies its lanes one by one: on the way their weights sum to between 80 and 120",
		sums[0].String())

	// A lane that changes its group leaves one and comes to the other.
	moved := laneSet(t, "weighted", 50, 50)
	data, _ := moved.Source("a.yaml")
	to, err := manifest.Decode(manifest.File{Name: "a.yaml",
		Data: []byte(strings.Replace(string(data), "name: v1, labels: {swimlane-group: shop",
			"name: v1, labels: {swimlane-group: other", 1))})
	require.NoError(t, err)
	sums = release.LaneSums(moved, to)
	require.Len(t, sums, 1)
	require.Equal(t, [2]int{50, 100}, [2]int{sums[0].Least, sums[0].Most})
}

// The bounds are the least and the greatest sum of all moments.
func TestLaneSumsByEveryMoment(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "lanes")
		weight := rapid.IntRange(-1, 100)
		before, after := rapid.SliceOfN(weight, n, n).Draw(t, "before"), rapid.SliceOfN(weight, n, n).Draw(t, "after")
		least, most := 1<<30, 0
		for moment := range 1 << n {
			sum := 0
			for i := range n {
				if moment>>i&1 == 0 {
					sum += max(before[i], 0)
				} else {
					sum += max(after[i], 0)
				}
			}
			least, most = min(least, sum), max(most, sum)
		}
		sums := release.LaneSums(laneSet(t, "weighted", before...), laneSet(t, "weighted", after...))
		if least == most {
			require.Empty(t, sums)
			return
		}
		require.Len(t, sums, 1)
		require.Equal(t, [2]int{least, most}, [2]int{sums[0].Least, sums[0].Most})
	})
}
