package gen_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// drawn is one sample of everything.
type drawn struct {
	app   lanes.App
	plan  rollout.Plan
	state rollout.State
}

func draw(t *rapid.T) drawn {
	app := gen.App(t)
	plan := gen.Plan(t, app)
	return drawn{app, plan, gen.State(t, plan)}
}

func TestDrawnDeclarationsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		require.Empty(t, d.app.Validate())
		require.Empty(t, d.plan.Validate())
		require.NoError(t, d.plan.Check(d.state))
		for i, w := range d.plan.Before { // Render finds the lanes of both by name
			require.Equal(t, d.app.Versions[i].LaneName(), w.Lane)
		}
		require.Equal(t, d.plan.Before[len(d.plan.Before)-1].Lane, d.plan.Candidate)
	})
}

func TestDrawnGatesAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := gen.Plan(t, gen.App(t))
		digest := plan.Digest()
		require.Empty(t, gen.Gated(t, plan).Validate())
		require.Equal(t, digest, plan.Digest(), "the plan itself is left as it was")
	})
}

func TestDrawnAppsCallNoCycle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		app := gen.App(t)
		calls := map[string][]string{}
		for _, s := range app.Services {
			calls[s.Name] = s.Calls
		}
		for _, s := range app.Services {
			// Without a cycle no path is longer than the number of services.
			next := []string{s.Name}
			for range app.Services {
				var after []string
				for _, name := range next {
					after = append(after, calls[name]...)
				}
				next = uniq(after)
			}
			require.Empty(t, next, "a cycle from %s", s.Name)
		}
	})
}

func uniq(names []string) (out []string) {
	seen := map[string]bool{}
	for _, name := range names {
		if !seen[name] {
			out = append(out, name)
		}
		seen[name] = true
	}
	return out
}

func TestWeightsSumTo100OverTheLanesInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{1,3}`), 1, 6, rapid.ID[string]).Draw(t, "lanes")
		w := gen.Weights(t, names)
		require.Equal(t, names, w.Lanes())
		require.Empty(t, w.Validate(nil))
		require.Nil(t, gen.Weights(t, nil))
	})
}

func TestDrawnShopsAreValidAndShowEveryOption(t *testing.T) {
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		app := gen.Shop(t)
		require.Empty(t, app.Validate())
		for _, s := range app.Services {
			seen["namespace"] = seen["namespace"] || s.Namespace != ""
			seen["ports"] = seen["ports"] || len(s.Ports) > 0
			seen["autoscaler"] = seen["autoscaler"] || s.Autoscaler != nil
			seen["budget"] = seen["budget"] || s.DisruptionBudget != nil
			seen["strategy"] = seen["strategy"] || s.Deployment != nil && s.Deployment.Strategy != nil
		}
		if r := app.Gateway.Route; r != nil {
			seen["testers"] = seen["testers"] || len(r.Testers) > 0
			seen["mirror of a version"] = seen["mirror of a version"] || r.Mirror != nil && r.Mirror.Version != ""
			seen["mirror outside"] = seen["mirror outside"] || r.Mirror != nil && r.Mirror.Service != ""
		}
	})
	for what, is := range seen {
		require.True(t, is, what)
	}
}

func TestDrawnRulesAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { require.Empty(t, gen.RuleBased(t).Validate()) })
}

// The drawn directories hold an app of three services with its entry, and no lane.
func TestDrawnDirectoriesAreRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := gen.HandWritten(t)
		var files []manifest.File
		for _, name := range slices.Sorted(maps.Keys(all)) {
			files = append(files, manifest.File{Name: name, Data: []byte(all[name])})
		}
		set, err := manifest.Decode(files...)
		require.NoError(t, err)
		require.Empty(t, set.Faults())
		require.Len(t, set.Kind("Service"), 3)
		require.Len(t, set.Kind("Deployment"), 3)
		require.NotEmpty(t, set.Kind("VirtualService"))
		require.Empty(t, set.Kind(lanes.KindLane))
	})
}
