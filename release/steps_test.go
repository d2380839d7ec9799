package release_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// Every step is applied object by object in a random order. At each moment no route leads to a
// missing lane, and no lane without pods has weight. The Services survive. The last step
// reaches the wanted set.
func TestStepsServeAtEveryMoment(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		app := gen.Shop(t)
		plan := gen.Plan(t, app)
		some := func(what string) manifest.Set {
			state := gen.State(t, plan)
			mode := release.Keep
			if state.Closed() && rapid.Bool().Draw(t, what) {
				mode = release.Retire
			}
			set, _ := render(t, app, plan, state, mode)
			return set
		}
		from, to := some("retire from"), some("retire to")
		steps := release.Steps(from, to)
		require.LessOrEqual(t, len(steps), 3)
		live := map[manifest.Ref]manifest.Object{}
		for _, o := range from.All() {
			live[o.Ref] = o
		}
		last := from
		for _, s := range steps {
			require.NotEmpty(t, s.Title)
			changed := changedRefs(last, s.Set)
			require.NotEmpty(t, changed, "a step does something")
			require.Empty(t, release.Hazards(last, s.Set), s.Title)
			for _, ref := range rapid.Permutation(changed).Draw(t, "order") {
				if o, stays := s.Set.Get(ref); stays {
					live[ref] = o
				} else {
					delete(live, ref)
				}
				requireServes(t, app, live)
			}
			last = s.Set
		}
		require.Empty(t, manifest.Diff(last, to))
		require.Empty(t, release.Steps(to, to))
	})
}

func changedRefs(from, to manifest.Set) []manifest.Ref {
	seen := map[manifest.Ref]bool{}
	var out []manifest.Ref
	for _, d := range manifest.Diff(from, to) {
		if !seen[d.Object] {
			out = append(out, d.Object)
		}
		seen[d.Object] = true
	}
	return out
}

// requireServes requires that all Services exist, and every lane in a route or with a weight.
// Such lanes have pods for all of their services, and so have the lanes that they fall back to.
func requireServes(t *rapid.T, app lanes.App, live map[manifest.Ref]manifest.Object) {
	pods := map[string]int{}
	lane := map[string]string{} // the version that it selects
	services := 0
	needed := map[string]bool{}
	for _, o := range live {
		switch {
		case o.Deployment() != nil:
			pods[o.PodLabels()[lanes.LabelVersion]]++
		case o.Lane() != nil:
			lane[o.Ref.Name] = o.Lane().Spec.LabelSelector[lanes.LabelVersion]
			if w := o.Lane().Spec.IngressWeight; w != nil && *w.Weight > 0 {
				needed[o.Ref.Name] = true
			}
		case o.Service() != nil:
			services++
		case o.VirtualService() != nil:
			for _, r := range o.VirtualService().Http {
				for _, d := range r.Route {
					needed[d.Destination.Subset] = true
				}
				if subset := r.GetMirror().GetSubset(); subset != "" {
					needed[subset] = true
				}
			}
		case o.LaneGroup() != nil && app.Permissive != nil:
			needed[o.LaneGroup().Spec.PermissiveModeConfiguration.FallbackTarget] = true
			for _, target := range o.LaneGroup().Spec.PermissiveModeConfiguration.ServiceLevelFallbackTarget {
				needed[target] = true
			}
		}
	}
	require.Equal(t, len(app.Services), services)
	for name := range needed {
		version, found := lane[name]
		require.True(t, found, "a route to %s, which is no lane", name)
		v, _ := app.VersionOf(name)
		require.Equal(t, v.Name, version)
		require.Equal(t, len(app.Services)-len(v.Without), pods[version], "lane %s lacks pods", name)
	}
}

func TestStepsOfTheMockApp(t *testing.T) {
	t.Parallel()
	titles := func(from, to manifest.Set) []string {
		var out []string
		for _, s := range release.Steps(from, to) {
			out = append(out, s.Title)
		}
		return out
	}
	full := []rollout.EventKind{rollout.Start, rollout.Promote, rollout.Promote, rollout.Promote, rollout.Finish}
	prepared, started, finished := rendered(t, release.Keep), rendered(t, release.Keep, rollout.Start),
		rendered(t, release.Keep, full...)
	retired := rendered(t, release.Retire, full...)
	require.Equal(t, []string{"change the routes"}, titles(prepared, started))
	require.Equal(t, []string{"change the routes", "remove what no route refers to"}, titles(finished, retired))
	require.Equal(t, []string{"add what the routes will refer to", "change the routes"}, titles(retired, started))
}

// On Istio without ASM lanes are subsets. Subsets that go stay until no route names them.
func TestStepsKeepSubsetsUntilTheRoutesChange(t *testing.T) {
	t.Parallel()
	const host = "mocka.default.svc.cluster.local"
	set := func(routed string, subsets ...string) manifest.Set {
		rule := routing.DestinationRuleBuilder{Name: "mocka", Host: host}
		for _, name := range subsets {
			rule.Subsets = append(rule.Subsets,
				routing.Subset{Name: name, Labels: map[string]string{lanes.LabelVersion: name}})
		}
		dr, err := rule.Build()
		require.NoError(t, err)
		vs, err := routing.VirtualServiceBuilder{Name: "mocka", Hosts: []string{host}, Routes: []routing.Route{
			{Destinations: []routing.Destination{{Host: host, Subset: routed, Weight: 100}}},
		}}.Build()
		require.NoError(t, err)
		var objects []manifest.Object
		for _, value := range []runtime.Object{dr, vs} {
			o, err := manifest.NewObject(value, "")
			require.NoError(t, err)
			objects = append(objects, o)
		}
		return manifest.NewSet(objects...)
	}
	from, to := set("v1", "v1", "v2"), set("v3", "v2", "v3")
	var got []string
	for _, step := range release.Steps(from, to) {
		rule, route := step.Set.All()[0].DestinationRule(), step.Set.All()[1].VirtualService()
		line := route.Http[0].Route[0].Destination.Subset + " of"
		for _, s := range rule.Subsets {
			line += " " + s.Name
		}
		got = append(got, line)
	}
	require.Equal(t, []string{"v1 of v2 v3 v1", "v3 of v2 v3 v1", "v3 of v2 v3"}, got)
	require.Len(t, to.All()[0].DestinationRule().Subsets, 2, "the sets stay as they are")
}

// A route that goes does so before the objects that it names.
func TestStepsRemoveRoutesBeforeTheirSubsets(t *testing.T) {
	t.Parallel()
	const host = "mocka.default.svc.cluster.local"
	dr, err := routing.DestinationRuleBuilder{Name: "mocka", Host: host,
		Subsets: []routing.Subset{{Name: "v1", Labels: map[string]string{lanes.LabelVersion: "v1"}}}}.Build()
	require.NoError(t, err)
	vs, err := routing.VirtualServiceBuilder{Name: "mocka", Hosts: []string{host}, Routes: []routing.Route{
		{Destinations: []routing.Destination{{Host: host, Subset: "v1", Weight: 100}}},
	}}.Build()
	require.NoError(t, err)
	rule, err := manifest.NewObject(dr, "")
	require.NoError(t, err)
	route, err := manifest.NewObject(vs, "")
	require.NoError(t, err)
	steps := release.Steps(manifest.NewSet(rule, route), manifest.Set{})
	require.Len(t, steps, 2)
	require.Len(t, steps[0].Set.All(), 1)
	require.Equal(t, "DestinationRule", steps[0].Set.All()[0].Ref.Kind)
	require.Empty(t, steps[1].Set.All())
}

// A lane that comes or goes takes no requests by its rules while it only exists for others.
func TestStepsKeepLanesIdle(t *testing.T) {
	t.Parallel()
	set := func(version string) manifest.Set {
		lane, err := lanes.LaneBuilder{Name: version, Group: "mock",
			Selector: map[string]string{lanes.LabelVersion: version}}.Build()
		require.NoError(t, err)
		lane.Spec.IngressRules = []lanes.IngressRule{{Name: "all", Online: new(true)}}
		o, err := manifest.NewObject(lane, "")
		require.NoError(t, err)
		return manifest.NewSet(o)
	}
	var got []string
	for _, step := range release.Steps(set("v1"), set("v2")) {
		line := ""
		for _, o := range step.Set.All() {
			line += fmt.Sprintf("%s has %d rules; ", o.Ref.Name, len(o.Lane().Spec.IngressRules))
		}
		got = append(got, line)
	}
	require.Equal(t, []string{"v1 has 1 rules; v2 has 0 rules; ", "v1 has 0 rules; v2 has 1 rules; ",
		"v2 has 1 rules; "}, got)
}

func rendered(t *testing.T, mode release.Mode, kinds ...rollout.EventKind) manifest.Set {
	t.Helper()
	set, err := release.Render(mock.App(), mock.Plan(), drive(t, kinds...), release.Options{Mode: mode})
	require.NoError(t, err)
	return set
}
