package manifest

import (
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/swimlane-go/swimlane/lanes"
)

// The kind of every Go type is the one for which the type is made. An object without a kind gets
// it.
func TestKindsOfGoTypes(t *testing.T) {
	t.Parallel()
	groups := map[schema.GroupVersion][]string{
		{Group: "apps", Version: "v1"}:           {"Deployment"},
		{Version: "v1"}:                          {"Service"},
		{Group: "autoscaling", Version: "v2"}:    {"HorizontalPodAutoscaler"},
		{Group: "policy", Version: "v1"}:         {"PodDisruptionBudget"},
		lanes.GroupVersion():                     {lanes.KindLane, lanes.KindLaneGroup},
		{Group: istioGroup, Version: "v1"}:       {"VirtualService", "Gateway", "DestinationRule", "ServiceEntry"},
		{Group: istioGroup, Version: "v1beta1"}:  {"VirtualService", "Gateway", "DestinationRule", "ServiceEntry"},
		{Group: istioGroup, Version: "v1alpha3"}: {"VirtualService", "Gateway", "DestinationRule", "ServiceEntry"},
	}
	for gv, kinds := range groups {
		for _, kind := range kinds {
			value := typed(gv.WithKind(kind))
			require.NotNil(t, value, kind)
			require.Equal(t, gv.WithKind(kind), goKind(value))
			value.(metav1.Object).SetName("a")
			o, err := NewObject(value, "")
			require.NoError(t, err)
			require.Equal(t, kind, o.Ref.Kind)
			require.True(t, value.GetObjectKind().GroupVersionKind().Empty(), "the object given is not changed")
		}
	}
	require.Empty(t, goKind(&metav1.Status{}))
}
