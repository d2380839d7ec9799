package release_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// available gives every Deployment the status of one with all pods available.
func available(all []runtime.Object) []runtime.Object {
	for _, o := range all {
		if d, is := o.(*appsv1.Deployment); is {
			d.Generation = 3
			d.Status = appsv1.DeploymentStatus{ObservedGeneration: 3, Replicas: 1, UpdatedReplicas: 1,
				AvailableReplicas: 1}
		}
	}
	return all
}

func deployment(t *testing.T, all []runtime.Object, name string) *appsv1.Deployment {
	t.Helper()
	for _, o := range all {
		if d, is := o.(*appsv1.Deployment); is && d.Name == name {
			return d
		}
	}
	t.Fatal(name)
	return nil
}

// as replaces a Deployment by another kind of workload.
func as(all []runtime.Object, name string, another func(d *appsv1.Deployment) runtime.Object) []runtime.Object {
	out := append([]runtime.Object(nil), all...)
	for i, o := range out {
		if d, is := o.(*appsv1.Deployment); is && d.Name == name {
			out[i] = another(d)
		}
	}
	return out
}

func daemons(status appsv1.DaemonSetStatus) func(d *appsv1.Deployment) runtime.Object {
	return func(d *appsv1.Deployment) runtime.Object {
		return &appsv1.DaemonSet{ObjectMeta: d.ObjectMeta,
			Spec: appsv1.DaemonSetSpec{Selector: d.Spec.Selector, Template: d.Spec.Template}, Status: status}
	}
}

func TestShortages(t *testing.T) {
	t.Parallel()
	half := mock.Plan().Stages[1].Weights
	without := func(all []runtime.Object, drop func(o release.Object) bool) []runtime.Object {
		var out []runtime.Object
		for _, o := range all {
			if !drop(o.(release.Object)) {
				out = append(out, o)
			}
		}
		return out
	}
	for name, test := range map[string]struct {
		spoil   func(all []runtime.Object) []runtime.Object
		weights rollout.Weights
		want    string // a line each
		written bool   // Unserved says it too
	}{
		"all there": {weights: half},
		"not observed": {spoil: func(all []runtime.Object) []runtime.Object {
			deployment(t, all, "mocka-v3").Generation = 4
			return all
		}, weights: half,
			want: "lane v3 gets 30%, but the last change of Deployment default/mocka-v3 is not observed yet"},
		"not updated": {spoil: func(all []runtime.Object) []runtime.Object {
			deployment(t, all, "mockb-v2").Status.UpdatedReplicas = 0
			return all
		}, weights: half, want: "lane v2 gets 30%, but 0 of 1 pods of Deployment default/mockb-v2 are updated"},
		"not available": {spoil: func(all []runtime.Object) []runtime.Object {
			deployment(t, all, "mockc-v1").Spec.Replicas = new(int32(3))
			deployment(t, all, "mockc-v1").Status = appsv1.DeploymentStatus{ObservedGeneration: 3, UpdatedReplicas: 3,
				AvailableReplicas: 2}
			return all
		}, weights: half, want: "lane v1 gets 40%, but 2 of 3 pods of Deployment default/mockc-v1 are available"},
		"below the autoscaler's minimum": {spoil: func(all []runtime.Object) []runtime.Object {
			return append(all, &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: metav1.ObjectMeta{Name: "x"},
				Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
					MinReplicas: new(int32(2)), ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{
						Kind: "Deployment", Name: "mocka-v1"}}})
		}, weights: half, want: "lane v1 gets 40%, but 1 of 2 pods of Deployment default/mocka-v1 are updated"},
		"no weight, no need": {spoil: func(all []runtime.Object) []runtime.Object {
			return without(all, func(o release.Object) bool { return strings.HasSuffix(o.GetName(), "-v3") })
		}, weights: mock.Plan().Before},
		"no pods": {spoil: func(all []runtime.Object) []runtime.Object {
			return without(all, func(o release.Object) bool { return o.GetName() == "mockb-v3" })
		}, weights: half, want: "lane v3 gets 30%, but service mockb.default.svc.cluster.local has no pods in lane v3",
			written: true},
		"scaled to 0": {spoil: func(all []runtime.Object) []runtime.Object {
			deployment(t, all, "mockb-v3").Spec.Replicas = new(int32(0))
			return all
		}, weights: half,
			want:    "lane v3 gets 30%, but service mockb.default.svc.cluster.local has 0 replicas in lane v3: Deployment default/mockb-v3",
			written: true},
		"a StatefulSet": {spoil: func(all []runtime.Object) []runtime.Object {
			return as(all, "mockc-v1", func(d *appsv1.Deployment) runtime.Object {
				return &appsv1.StatefulSet{ObjectMeta: d.ObjectMeta,
					Spec: appsv1.StatefulSetSpec{Replicas: new(int32(3)), Selector: d.Spec.Selector,
						Template: d.Spec.Template},
					Status: appsv1.StatefulSetStatus{ObservedGeneration: 3, UpdatedReplicas: 3, AvailableReplicas: 2}}
			})
		}, weights: half, want: "lane v1 gets 40%, but 2 of 3 pods of StatefulSet default/mockc-v1 are available"},
		"a StatefulSet with a partition": {spoil: func(all []runtime.Object) []runtime.Object {
			return as(all, "mockc-v1", func(d *appsv1.Deployment) runtime.Object {
				update := appsv1.StatefulSetUpdateStrategy{
					RollingUpdate: &appsv1.RollingUpdateStatefulSetStrategy{Partition: new(int32(1))}}
				return &appsv1.StatefulSet{ObjectMeta: d.ObjectMeta,
					Spec: appsv1.StatefulSetSpec{Replicas: new(int32(3)), UpdateStrategy: update,
						Selector: d.Spec.Selector, Template: d.Spec.Template},
					Status: appsv1.StatefulSetStatus{ObservedGeneration: 3, UpdatedReplicas: 1, AvailableReplicas: 3}}
			})
		}, weights: half, want: "lane v1 gets 40%, but 1 of 2 pods of StatefulSet default/mockc-v1 are updated"},
		"a DaemonSet": {spoil: func(all []runtime.Object) []runtime.Object {
			return as(all, "mockc-v1", daemons(appsv1.DaemonSetStatus{ObservedGeneration: 3, DesiredNumberScheduled: 4,
				UpdatedNumberScheduled: 3, NumberAvailable: 4}))
		}, weights: half, want: "lane v1 gets 40%, but 3 of 4 pods of DaemonSet default/mockc-v1 are updated"},
		"a DaemonSet that is there": {spoil: func(all []runtime.Object) []runtime.Object {
			return as(all, "mockc-v1", daemons(appsv1.DaemonSetStatus{ObservedGeneration: 3, DesiredNumberScheduled: 4,
				UpdatedNumberScheduled: 4, NumberAvailable: 4}))
		}, weights: half},
		"a DaemonSet for no node": {spoil: func(all []runtime.Object) []runtime.Object {
			return as(all, "mockc-v1", daemons(appsv1.DaemonSetStatus{ObservedGeneration: 3}))
		}, weights: half,
			want: "lane v1 gets 40%, but service mockc.default.svc.cluster.local has 0 replicas in lane v1: DaemonSet default/mockc-v1"},
		"no lane": {spoil: func(all []runtime.Object) []runtime.Object {
			return without(all, func(o release.Object) bool {
				_, is := o.(*lanes.ASMSwimLane)
				return is &&
					o.GetName() == "v2"
			})
		}, weights: half, want: "lane v2 gets 30%, but there is no such lane, in a lane group or as a subset",
			written: true},
	} {
		all := available(objects(t, "a"))
		if test.spoil != nil {
			all = test.spoil(all)
		}
		live := read(t, mockConfig("a"), all)
		var got []string
		for _, s := range live.Shortages(test.weights) {
			got = append(got, s.String())
		}
		require.Equal(t, test.want, strings.Join(got, "\n"), name)
		require.Equal(t, test.written, len(live.Unserved(test.weights)) > 0, name)
		err := live.Available(test.weights)
		if test.want == "" {
			require.NoError(t, err, name)
			continue
		}
		require.EqualError(t, err, "must be available: "+test.want, name)
		require.ErrorIs(t, err, release.ErrUnavailable, name)
	}
}

// A second, plain reading of one Deployment agrees on every status.
func TestAvailableAgreesWithAPlainReading(t *testing.T) {
	t.Parallel()
	base := available(objects(t, "a"))
	weights := rollout.Weights{rollout.W("v3", 100)}
	rapid.Check(t, func(rt *rapid.T) {
		all := append([]runtime.Object(nil), base...)
		for i, o := range all {
			if d, is := o.(*appsv1.Deployment); is && d.Name == "mocka-v3" {
				all[i] = d.DeepCopy()
			}
		}
		d := deployment(t, all, "mocka-v3")
		number := rapid.Int32Range(0, 3)
		want := int32(1)
		if rapid.Bool().Draw(rt, "replicas") {
			want = number.Draw(rt, "n")
			d.Spec.Replicas = &want
		}
		d.Status = appsv1.DeploymentStatus{ObservedGeneration: int64(number.Draw(rt, "observed")) + 1,
			UpdatedReplicas: number.Draw(rt, "updated"), AvailableReplicas: number.Draw(rt, "available")}
		good := want > 0 && d.Status.ObservedGeneration >= 3
		if minimum := number.Draw(rt, "minimum"); minimum > 0 {
			all = append(all, &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: metav1.ObjectMeta{Name: "x",
				Namespace: "default"}, Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
				MinReplicas: &minimum, ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{Kind: "Deployment",
					Name: "mocka-v3"}}})
			good = good && d.Status.UpdatedReplicas >= minimum && d.Status.AvailableReplicas >= minimum
		}
		good = good && d.Status.UpdatedReplicas >= want && d.Status.AvailableReplicas >= want
		require.Equal(rt, good, read(t, mockConfig("a"), all).Available(weights) == nil)
	})
}
