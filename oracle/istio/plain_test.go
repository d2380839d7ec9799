package istio_test

import (
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/routing/istiolanes"
)

// values returns the values of the objects of a kind.
func values[T runtime.Object](set manifest.Set, kind string) []T {
	var out []T
	for _, o := range set.Kind(kind) {
		out = append(out, o.Value.(T))
	}
	return out
}

// plain returns a set of the lane kinds as a set for Istio without ASM. Istio objects that make the
// lanes replace the lane group and the lanes.
func plain(t require.TestingT, set manifest.Set) manifest.Set {
	b := istiolanes.Builder{
		Group:    values[*lanes.ASMSwimLaneGroup](set, lanes.KindLaneGroup)[0],
		Lanes:    values[*lanes.ASMSwimLane](set, lanes.KindLane),
		Services: values[*corev1.Service](set, "Service"),
	}
	for _, d := range values[*appsv1.Deployment](set, "Deployment") {
		b.Workloads = append(b.Workloads, istiolanes.WorkloadOf(d))
	}
	built, err := b.Build()
	require.NoError(t, err)
	var out []manifest.Object
	for _, o := range set.All() {
		if o.Ref.Kind != lanes.KindLaneGroup && o.Ref.Kind != lanes.KindLane {
			out = append(out, o)
		}
	}
	for _, dr := range built.DestinationRules {
		out = append(out, object(t, dr))
	}
	for _, vs := range built.VirtualServices {
		out = append(out, object(t, vs))
	}
	return manifest.NewSet(out...)
}

func object(t require.TestingT, value runtime.Object) manifest.Object {
	o, err := manifest.NewObject(value, "")
	require.NoError(t, err)
	return o
}
