package lanes_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/lanes"
)

// stableSet and stableDaemons run the pods of stable.
func stableSet(t testing.TB) *appsv1.StatefulSet {
	d := stable(t)
	return &appsv1.StatefulSet{ObjectMeta: d.ObjectMeta, Status: appsv1.StatefulSetStatus{Replicas: 3},
		Spec: appsv1.StatefulSetSpec{ServiceName: "mocka", Replicas: d.Spec.Replicas, Selector: d.Spec.Selector,
			Template: d.Spec.Template}}
}

func stableDaemons(t testing.TB) *appsv1.DaemonSet {
	d := stable(t)
	d.Annotations["deprecated.daemonset.template.generation"] = "4"
	return &appsv1.DaemonSet{ObjectMeta: d.ObjectMeta, Status: appsv1.DaemonSetStatus{NumberReady: 3},
		Spec: appsv1.DaemonSetSpec{Selector: d.Spec.Selector, Template: d.Spec.Template}}
}

// StatefulSets and DaemonSets are derived as Deployments are.
func TestDerivedKindsAgree(t *testing.T) {
	images := map[string]string{"default": "mock:2", "init": "init:2"}
	want, err := lanes.DerivedDeployment{From: stable(t), Version: "v2", Images: images, Scaled: true}.Build()
	require.NoError(t, err)

	set, daemons := stableSet(t), stableDaemons(t)
	got, err := lanes.DerivedStatefulSet{From: set, Version: "v2", Images: images, Scaled: true}.Build()
	require.NoError(t, err)
	require.Equal(t, stableSet(t).Spec, set.Spec, "the other version is not changed")
	require.Equal(t, "StatefulSet apps/v1", got.Kind+" "+got.APIVersion)
	require.Equal(t, want.ObjectMeta, got.ObjectMeta)
	require.Equal(t, appsv1.StatefulSetSpec{ServiceName: "mocka", Selector: want.Spec.Selector,
		Template: want.Spec.Template}, got.Spec)
	require.Zero(t, got.Status)

	each, err := lanes.DerivedDaemonSet{From: daemons, Version: "v2", Images: images}.Build()
	require.NoError(t, err)
	require.Equal(t, stableDaemons(t).Spec, daemons.Spec, "the other version is not changed")
	require.Equal(t, "DaemonSet apps/v1", each.Kind+" "+each.APIVersion)
	require.Equal(t, want.ObjectMeta, each.ObjectMeta)
	require.Equal(t, appsv1.DaemonSetSpec{Selector: want.Spec.Selector, Template: want.Spec.Template}, each.Spec)
	require.Zero(t, each.Status)
}

// What a copy would break is told apart from what else is wrong.
func TestDerivedKindsRefuse(t *testing.T) {
	const pod = "spec.template.spec."
	for name, test := range map[string]struct {
		spoil func(spec *corev1.PodSpec, set *appsv1.StatefulSet)
		set   field.ErrorList // of a StatefulSet
		each  field.ErrorList // of a DaemonSet
	}{
		"nothing": {spoil: func(*corev1.PodSpec, *appsv1.StatefulSet) {}},
		"claimed volumes": {func(_ *corev1.PodSpec, set *appsv1.StatefulSet) {
			set.Spec.VolumeClaimTemplates = []corev1.PersistentVolumeClaim{{}}
		}, field.ErrorList{fieldtest.Forbidden("spec.volumeClaimTemplates")}, nil},
		"ports of the node": {func(spec *corev1.PodSpec, _ *appsv1.StatefulSet) {
			spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 1}, {ContainerPort: 2, HostPort: 2}}
			spec.InitContainers[0].Ports = []corev1.ContainerPort{{ContainerPort: 3, HostPort: 3}}
		}, nil, field.ErrorList{fieldtest.Forbidden(pod + "containers[0].ports[1].hostPort"),
			fieldtest.Forbidden(pod + "initContainers[0].ports[0].hostPort")}},
		"the node's network": {func(spec *corev1.PodSpec, _ *appsv1.StatefulSet) {
			spec.HostNetwork = true
			spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 2, HostPort: 2}}
		}, nil, field.ErrorList{fieldtest.Forbidden(pod + "hostNetwork")}},
		"a directory of the node": {func(spec *corev1.PodSpec, _ *appsv1.StatefulSet) {
			spec.Volumes = []corev1.Volume{{Name: "logs",
				VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/var/log"}}},
				{Name: "data", VolumeSource: corev1.VolumeSource{
					HostPath: &corev1.HostPathVolumeSource{Path: "/data"}}}}
			spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "logs", ReadOnly: true}, {Name: "data"}}
		}, nil, field.ErrorList{fieldtest.Forbidden(pod + "volumes[1].hostPath")}},
	} {
		t.Run(name, func(t *testing.T) {
			set, each := stableSet(t), stableDaemons(t)
			test.spoil(&set.Spec.Template.Spec, set)
			test.spoil(&each.Spec.Template.Spec, stableSet(t))
			fieldtest.Equal(t, test.set, lanes.DerivedStatefulSet{From: set, Version: "v2"}.Validate())
			fieldtest.Equal(t, test.each, lanes.DerivedDaemonSet{From: each, Version: "v2"}.Validate())
			made, err := lanes.DerivedDaemonSet{From: each, Version: "v2"}.Build()
			fieldtest.Equal(t, test.each, fieldtest.Of(err))
			require.Equal(t, test.each == nil, made != nil)
		})
	}
	nothing := field.ErrorList{fieldtest.Required("version"), fieldtest.Required("from")}
	fieldtest.Equal(t, nothing, lanes.DerivedStatefulSet{}.Validate())
	fieldtest.Equal(t, nothing, lanes.DerivedDaemonSet{}.Validate())
	_, err := lanes.DerivedStatefulSet{}.Build()
	require.Error(t, err)
}
