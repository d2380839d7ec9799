package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/routing"
)

// laneGroup returns a permissive lane group with a route header.
func laneGroup(name, header string) string {
	return "---\napiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLaneGroup\nmetadata: {name: " + name +
		"}\nspec:\n  isPermissive: true\n  permissiveModeConfiguration: {fallbackTarget: v1, routeHeader: " + header +
		", traceHeader: " + header + "}\n"
}

// Differences name weights by lane, in permissive routes too.
func TestDiffTellsWeightsByLane(t *testing.T) {
	// dest returns a destination: "SUBSET WEIGHT HEADER=VALUE ...".
	dest := func(s string) string {
		fields := strings.Fields(s)
		out := "    - destination: {host: a"
		if fields[0] != "-" {
			out += ", subset: " + fields[0]
		}
		out += "}\n"
		if fields[1] != "-" {
			out += "      weight: " + fields[1] + "\n"
		}
		if len(fields) > 2 {
			out += "      headers: {request: {set: {" + strings.ReplaceAll(strings.Join(fields[2:], ", "), "=", ": ") +
				"}}}\n"
		}
		return out
	}
	set := func(groups, route string) manifest.Set {
		out := vs("  - route:\n")
		for d := range strings.SplitSeq(route, "; ") {
			out += dest(d)
		}
		return setOf(t, out+groups)
	}
	xLane := laneGroup("mock", "X-Lane")
	for name, test := range map[string]struct {
		groups        string
		before, after string
		want          []string
	}{
		"strict": {"", "v1 60; v2 40", "v1 50; v2 50",
			[]string{"weight of lane v1: 60 -> 50", "weight of lane v2: 40 -> 50"}},
		"strict, in another order": {"", "v1 60; v2 40", "v2 50; v1 50",
			[]string{"weight of lane v1: 60 -> 50", "weight of lane v2: 40 -> 50"}},
		"strict, among others": {xLane, "v1 60; v2 40", "v1 50; v2 50",
			[]string{"weight of lane v1: 60 -> 50", "weight of lane v2: 40 -> 50"}},
		"permissive": {xLane, "v1 90 x-lane=v1; v1 10 x-lane=v3", "v1 85 x-lane=v1; v1 15 x-lane=v3",
			[]string{"weight of lane v1: 90 -> 85", "weight of lane v3: 10 -> 15"}},
		"permissive, other case": {xLane, "v1 90 X-LANE=v1; v1 10 x-Lane=v3", "v1 85 x-lane=v1; v1 15 X-Lane=v3",
			[]string{"spec.http[0].route[v1].headers.request.set.X-LANE: v1 -> none",
				"spec.http[0].route[v1].headers.request.set.x-lane: none -> v1", "weight of lane v1: 90 -> 85",
				"spec.http[0].route[v3].headers.request.set.X-Lane: none -> v3",
				"spec.http[0].route[v3].headers.request.set.x-Lane: v3 -> none", "weight of lane v3: 10 -> 15"}},
		"permissive, unlike subsets": {xLane, "v1 90 x-lane=v2; v2 10 x-lane=v1", "v1 85 x-lane=v2; v2 15 x-lane=v1",
			[]string{"weight of lane v1: 10 -> 15", "weight of lane v2: 90 -> 85"}},
		"permissive, in part": {xLane, "v1 90; v1 10 x-lane=v3", "v1 85; v1 15 x-lane=v3",
			[]string{"weight of lane v1: 90 -> 85", "weight of lane v3: 10 -> 15"}},
		"permissive, more headers": {xLane, "v1 90 a=1 x-lane=v1; v1 10 a=2 x-lane=v3",
			"v1 85 a=1 x-lane=v1; v1 15 a=2 x-lane=v3",
			[]string{"weight of lane v1: 90 -> 85", "weight of lane v3: 10 -> 15"}},
		"two groups": {laneGroup("other", "a-lane") + xLane,
			"v1 90 a-lane=s x-lane=v1; v1 10 a-lane=s x-lane=v3", "v1 85 a-lane=s x-lane=v1; v1 15 a-lane=s x-lane=v3",
			[]string{"weight of lane v1: 90 -> 85", "weight of lane v3: 10 -> 15"}},
		"two groups that fit": {laneGroup("other", "z-lane") + xLane,
			"v1 90 z-lane=s x-lane=v1; v1 10 z-lane=t x-lane=v3", "v1 85 z-lane=s x-lane=v1; v1 15 z-lane=t x-lane=v3",
			[]string{"weight of lane v1: 90 -> 85", "weight of lane v3: 10 -> 15"}},
		"a group of another header": {laneGroup("other", "a-lane"), "v1 90 x-lane=v1; v1 10 x-lane=v3",
			"v1 85 x-lane=v1; v1 15 x-lane=v3", []string{"weight of lane v1: 90 -> 85", "weight of lane v3: 10 -> 15"}},
		"no group": {"", "v1 90 x-lane=v1; v1 10 x-lane=v3", "v1 85 x-lane=v1; v1 15 x-lane=v3",
			[]string{"weight of lane v1: 90 -> 85", "weight of lane v3: 10 -> 15"}},
		"no group, unlike subsets": {"", "v1 90 x-lane=a; v2 10 x-lane=b", "v1 85 x-lane=a; v2 15 x-lane=b",
			[]string{"weight of lane v1: 90 -> 85", "weight of lane v2: 10 -> 15"}},
		"no group, one header of two": {"", "v1 90 a=1 x-lane=v1; v1 10 a=1 x-lane=v3",
			"v1 85 a=1 x-lane=v1; v1 15 a=1 x-lane=v3",
			[]string{"weight of lane v1: 90 -> 85", "weight of lane v3: 10 -> 15"}},
		"no group, two headers": {"", "v1 90 a=1 x-lane=v1; v1 10 a=2 x-lane=v3",
			"v1 85 a=1 x-lane=v1; v1 15 a=2 x-lane=v3",
			[]string{"spec.http[0].route[1].weight: 10 -> 15", "weight of lane v1: 90 -> 85"}},
		"a lane comes": {xLane, "v1 100 x-lane=v1", "v1 90 x-lane=v1; v1 10 x-lane=v3",
			[]string{"weight of lane v1: 100 -> 90",
				"spec.http[0].route[v3]: none -> {destination: {host: a, subset: v1}, weight: 10, headers: {request: {set: {x-lane: v3}}}}"}},
		"a lane goes": {xLane, "v1 90 x-lane=v1; v1 10 x-lane=v3", "v1 100 x-lane=v1",
			[]string{"weight of lane v1: 90 -> 100",
				"spec.http[0].route[v3]: {destination: {host: a, subset: v1}, weight: 10, headers: {request: {set: {x-lane: v3}}}} -> none"}},
		"a lane gets its service": {xLane, "v1 90 x-lane=v1; v1 10 x-lane=v3", "v1 90 x-lane=v1; v3 10 x-lane=v3",
			[]string{"spec.http[0].route[v3].destination.subset: v1 -> v3"}},
		"the only weight": {"", "v1 -", "v1 100", []string{"weight of lane v1: none -> 100"}},
		"by hand": {"", "v1 60; v2 20; v2 10; - 10", "v1 50; v2 50; v2 0; - 0",
			[]string{"spec.http[0].route[2].weight: 10 -> 0", "spec.http[0].route[3].weight: 10 -> 0",
				"weight of lane v1: 60 -> 50", "weight of lane v2: 20 -> 50"}},
		"by hand, permissive": {xLane, "v1 60 x-lane=v1; v1 20 x-lane=v3; v3 10 x-lane=v1; - 10",
			"v1 50 x-lane=v1; v1 50 x-lane=v3; v3 0 x-lane=v1; - 0",
			[]string{"spec.http[0].route[2].weight: 10 -> 0", "spec.http[0].route[3].weight: 10 -> 0",
				"weight of lane v1: 60 -> 50", "weight of lane v3: 20 -> 50"}},
		"by hand, gone": {"", "v1 60; - 30; - 10", "v1 60; - 40",
			[]string{"spec.http[0].route[1].weight: 30 -> 40",
				"spec.http[0].route[2]: {destination: {host: a}, weight: 10} -> none"}},
		"by hand, come": {"", "v1 60; - 40", "- 30; v1 60; - 10",
			[]string{"spec.http[0].route[0].weight: 40 -> 30",
				"spec.http[0].route[2]: none -> {destination: {host: a}, weight: 10}"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, d := range manifest.Diff(set(test.groups, test.before), set(test.groups, test.after)) {
				got = append(got, strings.TrimPrefix(d.String(), "  VirtualService default/mock: "))
				require.Equal(t, d.Lane != "", strings.Contains(d.String(), "weight of lane "+d.Lane))
			}
			require.Equal(t, test.want, got)
		})
	}
	// A group of either set names the header.
	two := "v1 90 a=1 x-lane=v1; v1 10 a=2 x-lane=v3"
	for _, d := range append(manifest.Diff(set(xLane, two), set("", strings.Replace(two, "90", "85", 1))),
		manifest.Diff(set("", two), set(xLane, strings.Replace(two, "90", "85", 1)))...) {
		if d.Field != "" {
			require.Equal(t, "v1", d.Lane)
		}
	}
}

// TestDiffNamesTheLanesThatChange holds for permissive routes that random requests and hands made:
// a diff has the weights of exactly the lanes that change, as routing reads them before and after.
func TestDiffNamesTheLanesThatChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := []string{"v1", "v2", "v3", "v4"}[:rapid.IntRange(2, 4).Draw(t, "lanes")]
		old, wanted := gen.Weights(t, all), gen.Weights(t, all)
		header := rapid.SampledFrom([]string{"x-lane", "X-Lane", "X-LANE"}).Draw(t, "header")
		text := vs("  - route:\n")
		for i, lane := range all {
			subset := rapid.SampledFrom(all).Draw(t, "subset")
			text += fmt.Sprintf("    - destination: {host: a, subset: %s}\n      weight: %d\n"+
				"      headers: {request: {set: {x-same: a, %s: %s}}}\n", subset, old[i].Percent, header, lane)
		}
		set := setOf(t, text+laneGroup("mock", "x-lane"))
		edit, err := set.Edit(manifest.SetWeights{Object: mockRoute, Header: "x-lane", Weights: wanted,
			Exactly: rapid.Bool().Draw(t, "exactly")})
		require.NoError(t, err)
		want := map[string]string{}
		for i := range all {
			if old[i] != wanted[i] {
				want[all[i]] = fmt.Sprintf("%d -> %d", old[i].Percent, wanted[i].Percent)
			}
		}
		got := map[string]string{}
		for _, d := range edit.Differences {
			require.NotEmpty(t, d.Lane)
			got[d.Lane] = d.Before + " -> " + d.After
		}
		require.Equal(t, want, got)
		for _, d := range edit.After.Kind("VirtualService")[0].VirtualService().Http[0].Route {
			lane := routing.LaneOf(d, "x-lane")
			for _, weight := range wanted {
				if weight.Lane == lane {
					require.EqualValues(t, weight.Percent, d.Weight)
				}
			}
		}
	})
}

// The lanes of a difference are those of the sets, for any order of their objects.
func TestDiffIsTheSameInAnyOrder(t *testing.T) {
	groups := []string{laneGroup("a", "x-lane"), laneGroup("b", "a-lane"), laneGroup("c", "z-lane")}
	route := func(weight int) string {
		return vs(fmt.Sprintf("  - route:\n"+
			"    - {destination: {host: a, subset: v1}, weight: %d, headers: {request: {set: {x-lane: v1, z-lane: w1}}}}\n    - {destination: {host: a, subset: v1}, weight: %d, headers: {request: {set: {x-lane: v2, z-lane: w2}}}}\n",
			weight, 100-weight))
	}
	rapid.Check(t, func(t *rapid.T) {
		from := setOf(t, route(90)+strings.Join(rapid.Permutation(groups).Draw(t, "before"), ""))
		to := setOf(t, route(80)+strings.Join(rapid.Permutation(groups).Draw(t, "after"), ""))
		require.Equal(t,
			"  VirtualService default/mock: weight of lane v1: 90 -> 80\n"+
				"  VirtualService default/mock: weight of lane v2: 10 -> 20\n", manifest.Diff(from, to).String())
	})
}
