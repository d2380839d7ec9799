package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// gitops finds the weights in a directory that preview finds as shares at the entry. This holds for
// strict and permissive groups, for weights in routes and in lanes, and for every letter case of
// the route header.
func TestWeightsArePreviewsShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		app := gen.App(t)
		app.Gateway.Shared, app.Gateway.Hosts, app.Gateway.Matches = false, nil, nil
		plan := gen.Plan(t, app)
		set, err := release.Render(app, plan, gen.State(t, plan), release.Options{})
		require.NoError(t, err)
		text, err := set.YAML()
		require.NoError(t, err)
		if app.Permissive != nil && rapid.Bool().Draw(t, "capitals") {
			header := app.Permissive.RouteHeader
			text = []byte(strings.ReplaceAll(string(text), "              "+header+":", "              "+
				strings.ToUpper(header)+":"))
		}
		set, err = manifest.Decode(manifest.File{Name: "all.yaml",
			Data: append(append(text, "---\n"...), planText(t, app, plan)...)})
		require.NoError(t, err)
		require.Empty(t, set.Faults())

		tree, err := gitops.Open(set, "")
		require.NoError(t, err)
		require.Empty(t, tree.Problems())
		result, err := preview.New(set).Trace(preview.Request{Calls: map[string][]string{}})
		require.NoError(t, err)
		seen := map[string]*big.Rat{}
		for _, o := range result.Outcomes {
			add(seen, o.Root.Lane, o.Share)
		}
		want, found := map[string]*big.Rat{}, map[string]int{}
		for _, w := range tree.Found()[0].Weights {
			v, _ := app.VersionOf(w.Lane)
			if found[w.Lane] += w.Percent; w.Percent > 0 {
				add(want, app.ServingLane(v, app.Entry().Name), big.NewRat(int64(w.Percent), 100))
			}
		}
		require.Equal(t, want, seen, string(text))
		for _, w := range plan.Weights(tree.State) { // the lane, even if another one serves the request
			require.Equal(t, w.Percent, found[w.Lane], string(text))
		}
	})
}

func add(to map[string]*big.Rat, lane string, share *big.Rat) {
	if to[lane] == nil {
		to[lane] = new(big.Rat)
	}
	to[lane].Add(to[lane], share)
}

// planText returns the ConfigMap of a plan.
func planText(t *rapid.T, app lanes.App, plan rollout.Plan) string {
	data, err := json.Marshal(plan)
	require.NoError(t, err)
	candidate := app.Versions[len(app.Versions)-1]
	where := fmt.Sprintf(`routes: '[{"namespace": %q, "name": %q}]'`, app.Gateway.Namespace, app.Name)
	if app.Strategy == lanes.RoutingWeighted {
		where = fmt.Sprintf(`laneGroup: '%q'`, app.Name)
	}
	return fmt.Sprintf(`apiVersion: v1
kind: ConfigMap
metadata: {name: plan, labels: {swimlane-go.github.io/plan: "1"}}
data:
  plan: %q
  candidate: '{"version": %q, "lane": %q, "from": %q}'
  %s
`, data, candidate.Name, candidate.LaneName(), app.Versions[0].Name, where)
}
