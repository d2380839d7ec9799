package release_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// weighted returns the objects in a cluster of the mock app with lanes that bear the weights.
// The candidate's lane exists and has no weight.
func weighted(t *testing.T) (release.Config, []runtime.Object) {
	t.Helper()
	app := mock.App()
	app.Strategy = lanes.RoutingWeighted
	set, err := release.Render(app, mock.Plan(), drive(t), release.Options{})
	require.NoError(t, err)
	config := mockConfig()
	config.LaneGroup = "mock"
	var out []runtime.Object
	for _, o := range release.WithoutState(set).All() {
		value := o.Value.DeepCopyObject()
		if lane, is := value.(*lanes.ASMSwimLane); is && lane.Name == "v3" {
			lane.Spec.IngressWeight = nil
		}
		out = append(out, value)
	}
	return config, out
}

func lane(t *testing.T, all []runtime.Object, name string) *lanes.ASMSwimLane {
	t.Helper()
	for _, o := range all {
		if l, is := o.(*lanes.ASMSwimLane); is && l.Name == name {
			return l
		}
	}
	t.Fatal(name)
	return nil
}

func TestLiveLanesBearTheWeights(t *testing.T) {
	t.Parallel()
	config, all := weighted(t)
	live := read(t, config, all)
	require.Equal(t, release.LaneGroupRef("mock"), live.Carrier())
	require.Empty(t, live.RouteHeader())
	require.Len(t, live.LanesOfGroup(), 3)
	state, err := config.Plan.Prepare(t0)
	require.NoError(t, err)
	for _, kind := range []rollout.EventKind{rollout.Start, rollout.Promote, rollout.RollBack} {
		live = read(t, config, all)
		applied, err := live.Apply(state)
		require.NoError(t, err)
		require.Equal(t, lanes.KindLaneGroup, applied[0].GetKind())
		require.NotContains(t, applied[0].Object, "spec", "the group has no weights")
		written, err := live.With(state)
		require.NoError(t, err)
		require.Equal(t, "mock", written[0].GetName(), "the carrier comes first")
		all = put(all, written...)
		live = read(t, config, all)
		require.Equal(t, state, live.State)
		for _, h := range live.Holders {
			require.NoError(t, h.Drift("", config.Plan.Weights(state)), h.Ref)
		}
		h, found := live.Holder(release.LaneRef("v1"))
		require.True(t, found)
		require.Equal(t, release.MarkFor(state), h.Mark)
		state, err = config.Plan.Apply(state, rollout.Event{Kind: kind, Revision: state.Revision, At: t0})
		require.NoError(t, err)
	}
	require.EqualValues(t, 30, *lane(t, all, "v3").Spec.IngressWeight.Weight)
	require.Equal(t, lane(t, all, "v1").Spec.IngressWeight.Destination,
		lane(t, all, "v3").Spec.IngressWeight.Destination, "the entry is that of the others")
	changes, err := live.TakeOut([]string{"v3", "v9"}, nil)
	require.NoError(t, err)
	require.Equal(t, []manifest.Change{manifest.RemoveIngressWeight{Object: release.LaneRef("v3")}}, changes)
}

func TestLiveLanesThatAreNotAsTheyShallBe(t *testing.T) {
	t.Parallel()
	config, all := weighted(t)
	state, err := config.Plan.Prepare(t0)
	require.NoError(t, err)
	for range 2 {
		written, err := read(t, config, all).With(state)
		require.NoError(t, err)
		all = put(all, written...)
		if state.Phase == rollout.Prepared {
			state, err = config.Plan.Start(state, t0)
			require.NoError(t, err)
		}
	}
	back, err := config.Plan.RollBack(state, t0)
	require.NoError(t, err)

	// A lane that the plan does not know has weight: a roll back takes it.
	stray := lane(t, all, "v1").DeepCopy()
	stray.Name, stray.Annotations = "v9", nil
	live := read(t, config, append(all[:len(all):len(all)], stray))
	require.Len(t, live.Strays(), 1)
	written, err := live.With(back)
	require.NoError(t, err)
	require.Equal(t, "v9", written[len(written)-1].GetName())
	require.Zero(t, *written[len(written)-1].(*lanes.ASMSwimLane).Spec.IngressWeight.Weight)

	// A lane with weight is missing.
	var rest []runtime.Object
	for _, o := range all {
		if o != runtime.Object(lane(t, all, "v1")) {
			rest = append(rest, o)
		}
	}
	live = read(t, config, rest)
	_, err = live.With(back)
	require.ErrorIs(t, err, release.ErrMissing)
	require.ErrorContains(t, err, "ASMSwimLane v1: must be among the objects that are read: its weight is 50")
	_, errs := live.Behind()
	require.NotEmpty(t, errs)

	// The group has another strategy, or is missing.
	for _, o := range all {
		if g, is := o.(*lanes.ASMSwimLaneGroup); is {
			g.Spec.Ingress.IngressRouting = nil
		}
	}
	_, err = read(t, config, all).With(back)
	require.ErrorIs(t, err, release.ErrUnreadable)
	require.ErrorContains(t, err, "must have the routing strategy weighted")
	_, err = read(t, config, all).TakeOut([]string{"v3"}, nil)
	require.Error(t, err)
	_, err = read(t, config, nil).With(back)
	require.ErrorIs(t, err, release.ErrMissing)
}

// In a permissive group a destination names its lane by the route header.
func TestLivePermissiveRoute(t *testing.T) {
	t.Parallel()
	app := mock.App()
	app.Permissive = &lanes.Permissive{Baseline: "v1", RouteHeader: "x-lane", TraceHeader: "x-lane"}
	set, err := release.Render(app, mock.Plan(), drive(t), release.Options{})
	require.NoError(t, err)
	config := mockConfig("mock")
	live := release.ReadSet(config, release.WithoutState(set))
	require.Equal(t, "x-lane", live.RouteHeader())
	require.Equal(t, []string{"mock"}, live.Groups())
	require.Equal(t, "v2", live.LaneOf("v2").Ref.Name)
	state, err := config.Plan.Prepare(t0)
	require.NoError(t, err)
	all := make([]runtime.Object, 0, set.Len())
	for _, o := range live.Set.All() {
		all = append(all, o.Value)
	}
	for range 2 {
		written, err := read(t, config, all).With(state)
		require.NoError(t, err)
		all = put(all, written...)
		if state.Phase == rollout.Prepared {
			state, err = config.Plan.Start(state, t0)
			require.NoError(t, err)
		}
	}
	live = read(t, config, all)
	require.Equal(t, "v1=60 v2=30 v3=10", live.Holders[0].Weights.ByLane())
	changes, err := live.TakeOut([]string{"v3"}, nil)
	require.NoError(t, err)
	require.Equal(t, []manifest.Change{manifest.RemoveDestination{Object: live.Carrier(), Header: "x-lane",
		Lane: "v3"}}, changes)
	require.Empty(t, live.Strays())

	drifted := &release.DriftError{Object: live.Carrier(), Place: "prepared", Expected: config.Plan.Before}
	require.Equal(t, "must be the weights of prepared, v1=50 v2=50 v3=0, not no weight", drifted.Detail())
}
