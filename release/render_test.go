package release_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
	"github.com/swimlane-go/swimlane/validate"
)

func TestRenderedSetsHaveNoFindings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		for _, f := range (validate.Checker{External: release.External(d.app)}).Check(d.set) {
			// A Gateway that is drawn may be for pods of the app.
			require.True(t, f.Severity == validate.Info || f.Code == validate.GatewayPort, "%s", f)
		}
	})
}

// Every subset in the route is a lane with the plan's weight, and a subset of the
// DestinationRules that the lanes amount to.
func TestRoutesNameLanes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		var all []*lanes.ASMSwimLane
		known := map[string]bool{}
		for _, o := range d.set.Kind(lanes.KindLane) {
			lane, ok := o.Value.(*lanes.ASMSwimLane)
			require.True(t, ok)
			all = append(all, lane)
			known[lane.Name] = true
		}
		subsets := map[string]bool{}
		for _, s := range routing.LaneSubsets(all...) {
			subsets[s.Name] = true
		}
		got, served := d.shares(t)
		for lane, subset := range served {
			require.True(t, known[lane], "a route to %s, which is no lane", lane)
			require.True(t, subsets[subset])
			v, _ := d.app.VersionOf(lane)
			require.Equal(t, d.app.ServingLane(v, d.app.Entry().Name), subset)
			require.Equal(t, v.Has(d.app.Entry().Name), subset == lane)
		}
		require.Empty(t, got.Validate(nil))
		for _, w := range d.plan.Weights(d.state) {
			percent, listed := got.Percent(w.Lane)
			require.Equal(t, w.Percent, percent)
			prepared := d.state.Phase == rollout.Prepared && w.Lane == d.plan.Candidate && d.app.Strategy == ""
			require.Equal(t, !prepared && !d.retired(w.Lane), listed, "lane %s", w.Lane)
			require.Equal(t, !d.retired(w.Lane), known[w.Lane], "lane %s", w.Lane)
		}
	})
}

// Every lane selects all pods of its own version, and no others. Retired lanes have no pods.
// All Services stay and select the pods that are left.
func TestLanesSelectTheirVersion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		deployments := d.set.Kind("Deployment")
		left := 0
		for _, v := range d.app.Versions {
			if d.retired(v.LaneName()) {
				continue
			}
			left += len(d.app.Services) - len(v.Without)
			lane, found := d.set.Get(manifest.Ref{Group: "istio.alibabacloud.com", Kind: lanes.KindLane,
				Name: v.LaneName()})
			require.True(t, found)
			selector := labels.SelectorFromSet(lane.Value.(*lanes.ASMSwimLane).Spec.LabelSelector)
			services := map[string]bool{}
			for _, o := range deployments {
				pod := o.Value.(*appsv1.Deployment).Spec.Template.Labels
				require.Equal(t, pod[lanes.LabelVersion] == v.Name, selector.Matches(labels.Set(pod)))
				if selector.Matches(labels.Set(pod)) {
					services[pod[lanes.LabelApp]] = true
				}
			}
			for _, s := range d.app.Services {
				require.Equal(t, v.Has(s.Name), services[s.Name], "a lane has what its version has")
			}
			if d.app.Permissive == nil {
				require.Len(t, services, len(d.app.Services), "a strict lane is complete")
			}
		}
		require.Len(t, deployments, left)
		require.Len(t, d.set.Kind("Service"), len(d.app.Services))
	})
}

func TestEncodingIsDeterministicAndKeepsTheMeaning(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		first := text(t, d.set)
		again, err := release.Render(d.app, d.plan, d.state, release.Options{Mode: d.mode})
		require.NoError(t, err)
		require.Equal(t, first, text(t, again))

		decoded, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: []byte(first)})
		require.NoError(t, err)
		require.Empty(t, decoded.Faults())
		read := decoded.All()
		require.Len(t, read, d.set.Len())
		for i, o := range d.set.All() {
			require.Equal(t, o.Ref, read[i].Ref)
			want, err := json.Marshal(o.Value)
			require.NoError(t, err)
			got, err := json.Marshal(read[i].Value)
			require.NoError(t, err)
			require.JSONEq(t, string(want), string(got), "%s", o.Ref)
		}
		require.Equal(t, first, text(t, manifest.NewSet(read...)))
	})
}

// The state is only on the entry route, until a clean-up.
func TestStateIsOnTheCarrier(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		before := text(t, d.set)
		carriers := 0
		for _, o := range d.set.All() {
			data, found := o.Meta().GetAnnotations()[release.AnnotationState]
			if !found {
				continue
			}
			carriers++
			require.Equal(t, d.carrier(t).Ref, o.Ref)
			var read rollout.State
			require.NoError(t, json.Unmarshal([]byte(data), &read))
			require.Equal(t, d.state, read)
		}
		require.Equal(t, d.mode == release.Keep, carriers == 1)

		without := release.WithoutState(d.set)
		require.NotContains(t, text(t, without), release.AnnotationState)
		require.Equal(t, d.set.Len(), without.Len())
		require.Equal(t, before, text(t, d.set), "the set given is not changed")
	})
}

// Rendered objects share nothing with the declaration.
func TestRenderSharesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		before := text(t, d.set)
		appBefore, err := json.Marshal(d.app)
		require.NoError(t, err)
		for i := range d.app.Services {
			if template := d.app.Services[i].Template; template != nil {
				spoil(template)
			}
		}
		for i := range d.app.Versions {
			for j := range d.app.Versions[i].Services {
				if template := d.app.Versions[i].Services[j].Template; template != nil {
					spoil(template)
				}
			}
		}
		for key := range d.app.Gateway.Selector {
			d.app.Gateway.Selector[key] = "spoilt"
		}
		for i := range d.app.Gateway.Hosts {
			d.app.Gateway.Hosts[i] = "spoilt"
		}
		for i := range d.plan.Before {
			d.plan.Before[i].Percent, d.plan.Rollback[i].Percent = 1, 1
		}
		require.Equal(t, before, text(t, d.set))
		appAfter, err := json.Marshal(d.app)
		require.NoError(t, err)
		require.NotEqual(t, string(appBefore), string(appAfter), "the test spoils something")
	})
}

func TestRenderNamesAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	app, plan := mock.App(), mock.Plan()
	app.Services[0].Port = 0
	app.Versions[1].Lane = "mock-v2"
	state := drive(t)
	plan.Stages[0].Weights[0].Percent = 70
	set, err := release.Render(app, plan, state, release.Options{})
	require.Zero(t, set.Len())
	fieldtest.Equal(t, field.ErrorList{
		fieldtest.Invalid("services[0].port", "port"),
		fieldtest.NotFound("plan.before[1].lane"),
		fieldtest.Invalid("app.versions[1]", "same-lanes"),
		fieldtest.Invalid("stages[0].weights", "sum"),
	}, fieldtest.Of(err))

	set, err = release.Render(lanes.App{}, rollout.Plan{}, rollout.State{}, release.Options{})
	require.Zero(t, set.Len())
	require.Greater(t, len(fieldtest.Of(err)), 5)
}

func TestRenderRefuses(t *testing.T) {
	t.Parallel()
	plan := mock.Plan()
	for name, kinds := range map[string][]rollout.EventKind{
		"prepared": nil,
		"running":  {rollout.Start},
		"paused":   {rollout.Start, rollout.Pause},
		"last":     {rollout.Start, rollout.Promote, rollout.Promote, rollout.Promote},
	} {
		_, err := release.Render(mock.App(), plan, drive(t, kinds...), release.Options{Mode: release.Retire})
		require.ErrorIs(t, err, release.ErrUnfinished, name)
	}
	other := mock.Plan()
	other.Stages = other.Stages[:2]
	_, err := release.Render(mock.App(), other, drive(t, rollout.Start), release.Options{})
	require.ErrorIs(t, err, rollout.ErrForeign)
	for _, mode := range []release.Mode{-1, 2} {
		_, err = release.Render(mock.App(), plan, drive(t), release.Options{Mode: mode})
		require.ErrorContains(t, err, "mode must be Keep or Retire")
	}
}

// flagger 930, kgateway 6424, pipecd 1492: weight 0 was dropped from the YAML.
func TestWeight0SurvivesEncode(t *testing.T) {
	t.Parallel()
	set := rendered(t, release.Keep, rollout.Start, rollout.RollBack)
	require.Regexp(t, `subset: v3\n      weight: 0\n`, text(t, set))
	again, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: []byte(text(t, set))})
	require.NoError(t, err)
	require.Equal(t, text(t, set), text(t, again))
}

// A rendered release is where its state says, with every holder: nothing is half-written.
func TestRenderedReleasesAreWhole(t *testing.T) {
	app := mock.App()
	for _, strategy := range []lanes.RoutingStrategy{"", lanes.RoutingWeighted} {
		app.Strategy = strategy
		config := release.Config{Name: "mock", Plan: mock.Plan(),
			Routes: []release.EntryRoute{{Namespace: "istio-system", Name: "mock"}}}
		if strategy == lanes.RoutingWeighted {
			config.Routes, config.LaneGroup = nil, "mock"
		}
		for _, kinds := range [][]rollout.EventKind{nil, {rollout.Start},
			{rollout.Start, rollout.Promote, rollout.Pause}, {rollout.Start, rollout.RollBack}} {
			state := drive(t, kinds...)
			set, err := release.Render(app, mock.Plan(), state, release.Options{})
			require.NoError(t, err)
			live := release.ReadSet(config, set)
			require.Equal(t, state, live.State)
			behind, errs := live.Behind()
			require.Empty(t, behind)
			require.Empty(t, errs)
		}
	}
}
