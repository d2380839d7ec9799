package lanes_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/lanes"
)

// serverMeta is metadata as a cluster has it.
func serverMeta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: name, Namespace: "shop", UID: "1", ResourceVersion: "2",
		Labels:      map[string]string{"version": "v1", "app": "mocka"},
		Annotations: map[string]string{corev1.LastAppliedConfigAnnotation: "{}"},
	}
}

func TestDerivedAutoscaler(t *testing.T) {
	from := &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: serverMeta("mocka-v1"),
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{Kind: "Deployment", Name: "mocka-v1"},
			MinReplicas:    new(int32(2)), MaxReplicas: 9},
		Status: autoscalingv2.HorizontalPodAutoscalerStatus{DesiredReplicas: 3},
	}
	before := from.DeepCopy()
	got, err := lanes.DerivedAutoscaler{From: from, OldVersion: "v1", Version: "v2", Target: "mocka-v2"}.Build()
	require.NoError(t, err)
	require.Equal(t, metav1.ObjectMeta{Name: "mocka-v2", Namespace: "shop",
		Labels: map[string]string{"version": "v2", "app": "mocka"}}, got.ObjectMeta)
	require.Equal(t, metav1.TypeMeta{APIVersion: "autoscaling/v2", Kind: "HorizontalPodAutoscaler"}, got.TypeMeta)
	require.Equal(t, "mocka-v2", got.Spec.ScaleTargetRef.Name)
	require.EqualValues(t, 2, *got.Spec.MinReplicas)
	require.Zero(t, got.Status)
	*got.Spec.MinReplicas = 5
	require.Equal(t, before, from, "the other version is not changed, nothing is shared")

	fieldtest.Equal(t, field.ErrorList{fieldtest.Required("oldVersion"), fieldtest.Required("version"),
		fieldtest.Required("spec.scaleTargetRef.name"), fieldtest.Required("from")},
		lanes.DerivedAutoscaler{}.Validate())
	_, err = lanes.DerivedAutoscaler{From: from, OldVersion: "v1", Version: "v1", Target: "x"}.Build()
	fieldtest.Equal(t, field.ErrorList{fieldtest.Invalid("version", "")}, fieldtest.Of(err))
}

func TestDerivedBudget(t *testing.T) {
	from := &policyv1.PodDisruptionBudget{
		ObjectMeta: serverMeta("guard"),
		Spec: policyv1.PodDisruptionBudgetSpec{
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"ASM_TRAFFIC_TAG": "v1"}}},
		Status: policyv1.PodDisruptionBudgetStatus{CurrentHealthy: 3},
	}
	before := from.DeepCopy()
	got, err := lanes.DerivedBudget{From: from, OldVersion: "v1", Version: "v2"}.Build()
	require.NoError(t, err)
	require.Equal(t, metav1.TypeMeta{APIVersion: "policy/v1", Kind: "PodDisruptionBudget"}, got.TypeMeta)
	require.Equal(t, "guard-v2", got.Name)
	require.Equal(t, map[string]string{"ASM_TRAFFIC_TAG": "v2"}, got.Spec.Selector.MatchLabels)
	require.Zero(t, got.Status)
	require.Equal(t, before, from, "the other version is not changed, nothing is shared")

	fieldtest.Equal(t, field.ErrorList{fieldtest.Required("oldVersion"), fieldtest.Required("version"),
		fieldtest.Required("from")}, lanes.DerivedBudget{}.Validate())
	for _, selector := range []*metav1.LabelSelector{nil, {}, {MatchLabels: map[string]string{"app": "mocka"}}} {
		from.Spec.Selector = selector
		_, err = lanes.DerivedBudget{From: from, OldVersion: "v1", Version: "v2"}.Build()
		fieldtest.Equal(t, field.ErrorList{fieldtest.Invalid("spec.selector", "")}, fieldtest.Of(err))
	}
}
