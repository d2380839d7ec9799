package release_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"
	networkingv1beta1 "istio.io/client-go/pkg/apis/networking/v1beta1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

func TestLiveRefuses(t *testing.T) {
	t.Parallel()
	config := mockConfig("a", "b")
	prepared, err := config.Plan.Prepare(t0)
	require.NoError(t, err)
	start := func(s rollout.State) rollout.State {
		next, err := config.Plan.Start(s, t0)
		require.NoError(t, err)
		return next
	}
	running := start(prepared)
	route := func(all []runtime.Object, name string) *networkingv1beta1.VirtualService {
		for _, o := range all {
			if vs, is := o.(*networkingv1beta1.VirtualService); is && vs.Name == name {
				return vs
			}
		}
		t.Fatal(name)
		return nil
	}
	at := func(state rollout.State) []runtime.Object {
		all := objects(t, "a", "b")
		for _, s := range []rollout.State{prepared, running} {
			written, err := read(t, config, all).With(s)
			require.NoError(t, err)
			if all = put(all, written...); s == state {
				break
			}
		}
		return all
	}
	promoted, err := config.Plan.Promote(running, t0)
	require.NoError(t, err)
	rolledBack, err := config.Plan.RollBack(running, t0)
	require.NoError(t, err)
	foreign := prepared
	foreign.PlanDigest = "sha256:0"

	for name, test := range map[string]struct {
		spoil   func(all []runtime.Object) []runtime.Object
		next    rollout.State
		want    error
		message string
		back    bool // a roll back goes through all the same
	}{
		"no state": {next: rollout.State{}, want: rollout.ErrNoState, back: true},
		"foreign":  {next: foreign, want: rollout.ErrForeign, back: true},
		"stale":    {next: prepared, want: rollout.ErrStale, back: true},
		"a holder is missing": {spoil: func(all []runtime.Object) []runtime.Object { return all[:len(all)-1] },
			next: promoted, want: release.ErrMissing,
			message: "VirtualService istio-system/b: must be among the objects that are read: it carries the app's traffic"},
		"edited by hand": {spoil: func(all []runtime.Object) []runtime.Object {
			route(all, "b").Spec.Http[0].Route[0].Weight, route(all, "b").Spec.Http[0].Route[1].Weight = 50, 40
			return all
		}, next: promoted,
			message: "VirtualService istio-system/b: the weights must be those of stage 1 of 4, initial-canary, v1=60 v2=30 v3=10, not v1=50 v2=40 v3=10",
			back:    true},
		"half-written": {spoil: func(all []runtime.Object) []runtime.Object {
			return put(all, release.Object(route(at(prepared), "b")))
		}, next: promoted, want: release.ErrHalfWritten, message: "VirtualService istio-system/b at revision 1, not 2",
			back: true},
		"the state is rubbish": {spoil: func(all []runtime.Object) []runtime.Object {
			route(all, "a").Annotations[release.AnnotationState] = "{"
			return all
		}, next: promoted, want: release.ErrState, back: true},
		"a delegate": {spoil: func(all []runtime.Object) []runtime.Object {
			route(all, "b").Spec.Http[0] = &networking.HTTPRoute{Delegate: &networking.Delegate{Name: "x"}}
			return all
		}, next: promoted, want: release.ErrUnreadable, message: "it delegates to VirtualService x"},
	} {
		all := at(running)
		if test.spoil != nil {
			all = test.spoil(all)
		}
		live := read(t, config, all)
		written, err := live.With(test.next)
		require.Error(t, err, name)
		require.Nil(t, written, name)
		require.ErrorContains(t, err, test.message, name)
		if test.want != nil {
			require.ErrorIs(t, err, test.want, name)
		}
		applied, err := live.Apply(test.next)
		require.Error(t, err, name)
		require.Nil(t, applied, name)

		back := rolledBack
		if live.State == (rollout.State{}) {
			back = live.At(rollout.RolledBack, 1, t0)
		}
		written, err = live.With(back)
		if !test.back {
			require.Error(t, err, name)
			continue
		}
		require.NoError(t, err, name)
		after := read(t, config, put(all, written...))
		require.Equal(t, back, after.State, name)
		for _, h := range after.Holders {
			require.True(t, h.Weights.Equivalent(config.Plan.Rollback), "%s: %s", name, h.Weights.ByLane())
		}
	}
	// The existing state is restored.
	all := at(running)
	route(all, "b").Spec.Http[0].Route[0].Weight = 50
	written, err := read(t, config, all).With(running)
	require.NoError(t, err)
	require.Len(t, written, 1)
	require.EqualValues(t, 60, written[0].(*networkingv1beta1.VirtualService).Spec.Http[0].Route[0].Weight)
}
