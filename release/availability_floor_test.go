package release_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// A stage is not entered before the pods exist that the plan wants.
func TestLacking(t *testing.T) {
	t.Parallel()
	floor := func(stage, lane string, n int64) release.Floor {
		return release.Floor{Stage: stage, Lane: lane, Service: release.ServiceName{Name: "mocka"}, Replicas: n}
	}
	config := mockConfig("a")
	config.Floors = []release.Floor{floor("increase-v3-share", "v3", 3), floor("full-promotion", "v1", 2)}
	scaled := func(name string, replicas, available int32) func(all []runtime.Object) []runtime.Object {
		return func(all []runtime.Object) []runtime.Object {
			d := deployment(t, all, name)
			d.Spec.Replicas, d.Status.UpdatedReplicas, d.Status.AvailableReplicas = &replicas, available, available
			return all
		}
	}
	const stage2 = "stage increase-v3-share needs 3 pods of mocka.default.svc.cluster.local in lane v3, but "
	for name, c := range map[string]struct {
		stage  int
		change func(all []runtime.Object) []runtime.Object
		want   []string
	}{
		"an earlier stage": {1, nil, nil},
		"too few":          {2, nil, []string{stage2 + "Deployment default/mocka-v3 says 1"}},
		"on their way": {2, scaled("mocka-v3", 3, 2), []string{
			stage2 + "2 of 3 pods of Deployment default/mocka-v3 are available"}},
		"there":              {2, scaled("mocka-v3", 3, 3), nil},
		"more":               {2, scaled("mocka-v3", 5, 5), nil},
		"kept at later ones": {3, nil, []string{stage2 + "Deployment default/mocka-v3 says 1"}},
		"of a lane without weight": {4, scaled("mocka-v3", 3, 3), []string{
			"stage full-promotion needs 2 pods of mocka.default.svc.cluster.local in lane v1, but " +
				"Deployment default/mocka-v1 says 1"}},
		"not observed": {2, func(all []runtime.Object) []runtime.Object {
			all = scaled("mocka-v3", 3, 3)(all)
			deployment(t, all, "mocka-v3").Generation++
			return all
		}, []string{stage2 + "the last change of Deployment default/mocka-v3 is not observed yet"}},
		"the minimum of an autoscaler": {2, func(all []runtime.Object) []runtime.Object {
			h := &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: metav1.ObjectMeta{Name: "mocka-v3",
				Namespace: "default"}}
			h.Spec.ScaleTargetRef = autoscalingv2.CrossVersionObjectReference{
				APIVersion: "apps/v1", Kind: "Deployment", Name: "mocka-v3"}
			h.Spec.MinReplicas, h.Spec.MaxReplicas = new(int32(2)), 9
			return append(scaled("mocka-v3", 5, 5)(all), h)
		}, []string{stage2 + "HorizontalPodAutoscaler default/mocka-v3 says 2"}},
		"a pod on each node": {2, func(all []runtime.Object) []runtime.Object {
			return as(all, "mocka-v3", daemons(appsv1.DaemonSetStatus{ObservedGeneration: 3,
				DesiredNumberScheduled: 2, UpdatedNumberScheduled: 2, NumberAvailable: 2}))
		}, []string{stage2 + "2 of 3 pods of DaemonSet default/mocka-v3 are available"}},
		"no pods at all": {2, func(all []runtime.Object) []runtime.Object {
			return as(all, "mocka-v3", func(*appsv1.Deployment) runtime.Object {
				return &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "other"}}
			})
		}, []string{stage2 + "service mocka.default.svc.cluster.local has no pods in lane v3"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := available(objects(t, "a"))
			if c.change != nil {
				all = c.change(all)
			}
			var got []string
			for _, s := range read(t, config, all).Lacking(c.stage) {
				got = append(got, fmt.Sprint(s))
			}
			require.Equal(t, c.want, got)
		})
	}
}

// Only entering a stage needs the pods of floors. A step back, a pause and a roll back need
// only the pods of their weights.
func TestAvailableForAMove(t *testing.T) {
	t.Parallel()
	config := mockConfig("a")
	config.Floors = []release.Floor{
		{Stage: "initial-canary", Lane: "v3", Service: release.ServiceName{Name: "mocka"}, Replicas: 2}}
	all := available(objects(t, "a"))
	state, err := config.Plan.Prepare(t0)
	require.NoError(t, err)
	written, err := read(t, config, all).With(state)
	require.NoError(t, err)
	all = put(all, written...)
	next, err := config.Plan.Start(state, t0)
	require.NoError(t, err)
	require.NoError(t, read(t, config, all).AvailableFor(state))
	require.NoError(t, read(t, config, all).Available(config.Plan.Weights(next)))
	require.ErrorIs(t, read(t, config, all).AvailableFor(next), release.ErrUnavailable)

	written, err = read(t, config, all).With(next)
	require.NoError(t, err)
	live := read(t, config, put(all, written...))
	for _, kind := range []rollout.EventKind{rollout.Pause, rollout.RollBack} {
		after, err := config.Plan.Apply(live.State, rollout.Event{Kind: kind, Revision: live.State.Revision, At: t0})
		require.NoError(t, err)
		require.NoError(t, live.AvailableFor(after), kind)
	}
	after, err := config.Plan.Promote(live.State, t0)
	require.NoError(t, err)
	require.ErrorContains(t, live.AvailableFor(after), "stage initial-canary needs 2 pods")
}
