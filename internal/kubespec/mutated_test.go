package kubespec_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/internal/kubespec"
)

// A file of testdata has a good object, and mutations of one field each: "OLD => NEW". The golden
// file has the faults of each. oracle/kube checks that the API server refuses the same fields, and
// accepts the mutations without faults.
func TestMutationsAreRefusedWhereTheyAre(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			good, mutations, _ := strings.Cut(string(data), "\n---\n")
			require.Empty(t, faultsOf(t, good))
			out := ""
			for mutation := range strings.Lines(mutations) {
				before, after, _ := strings.Cut(strings.TrimSuffix(mutation, "\n"), " => ")
				require.Equal(t, 1, strings.Count(good, before), mutation)
				out += mutation
				for _, f := range faultsOf(t, strings.Replace(good, before, after, 1)) {
					out += fmt.Sprintf("    %s: %s: %s\n", f.Rule, f.Path, f.Message)
				}
			}
			golden.Equal(t, strings.TrimSuffix(filepath.Base(path), ".txt")+".golden", out)
		})
	}
}

// faultsOf returns the faults of an object. It returns none if keys or types do not fit its kind:
// package manifest checks those.
func faultsOf(t *testing.T, text string) []kubespec.Fault {
	t.Helper()
	var head metav1.PartialObjectMetadata
	if err := yaml.Unmarshal([]byte(text), &head); err != nil {
		return nil
	}
	gvk := head.GroupVersionKind()
	out := kubespec.Metadata(gvk.Group, gvk.Kind, &head)
	out = append(out, kubespec.Known(gvk.GroupVersion(), gvk.Kind)...)
	switch gvk.Kind {
	case "Deployment":
		out = append(out, with(text, kubespec.Deployment)...)
	case "StatefulSet":
		out = append(out, with(text, kubespec.StatefulSet)...)
	case "DaemonSet":
		out = append(out, with(text, kubespec.DaemonSet)...)
	case "Service":
		out = append(out, with(text, kubespec.ServiceSpec)...)
	case "ConfigMap":
		out = append(out, with(text, kubespec.ConfigMap)...)
	case "HorizontalPodAutoscaler":
		out = append(out, with(text, kubespec.HorizontalPodAutoscaler)...)
	case "PodDisruptionBudget":
		out = append(out, with(text, kubespec.PodDisruptionBudget)...)
	}
	return out
}

func with[T appsv1.Deployment | appsv1.StatefulSet | appsv1.DaemonSet | corev1.Service | corev1.ConfigMap |
	autoscalingv2.HorizontalPodAutoscaler | policyv1.PodDisruptionBudget](text string,
	check func(*T) []kubespec.Fault) []kubespec.Fault {
	var o T
	if yaml.UnmarshalStrict([]byte(text), &o) != nil {
		return nil
	}
	return check(&o)
}

func TestChangesOfWhatMustStay(t *testing.T) {
	yes := true
	set := func(change func(*appsv1.StatefulSet)) *appsv1.StatefulSet {
		s := &appsv1.StatefulSet{Spec: appsv1.StatefulSetSpec{
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "a"}}, ServiceName: "a",
			VolumeClaimTemplates: []corev1.PersistentVolumeClaim{{ObjectMeta: metav1.ObjectMeta{Name: "data"}}}}}
		change(s)
		return s
	}
	same := set(func(s *appsv1.StatefulSet) { s.Spec.PodManagementPolicy = appsv1.OrderedReadyPodManagement })
	other := set(func(s *appsv1.StatefulSet) {
		s.Spec = appsv1.StatefulSetSpec{PodManagementPolicy: appsv1.ParallelPodManagement}
	})
	require.Empty(t, kubespec.StatefulSetChange(set(func(*appsv1.StatefulSet) {}), same))
	require.Len(t, kubespec.StatefulSetChange(same, other), 4)
	a, b := &metav1.LabelSelector{MatchLabels: map[string]string{"app": "a"}},
		&metav1.LabelSelector{MatchLabels: map[string]string{"app": "b"}}
	require.Len(t, kubespec.DeploymentChange(&appsv1.Deployment{Spec: appsv1.DeploymentSpec{Selector: a}},
		&appsv1.Deployment{Spec: appsv1.DeploymentSpec{Selector: b}}), 1)
	require.Len(t, kubespec.DaemonSetChange(&appsv1.DaemonSet{Spec: appsv1.DaemonSetSpec{Selector: a}},
		&appsv1.DaemonSet{Spec: appsv1.DaemonSetSpec{Selector: b}}), 1)
	service := func(ip string) *corev1.Service { return &corev1.Service{Spec: corev1.ServiceSpec{ClusterIP: ip}} }
	require.Len(t, kubespec.ServiceChange(service(""), service("None")), 1)
	require.Len(t, kubespec.ServiceChange(service("10.0.0.1"), service("10.0.0.2")), 1)
	require.Empty(t, kubespec.ServiceChange(service("10.0.0.1"), service("")))
	fixed := &corev1.ConfigMap{Data: map[string]string{"a": "b"}, Immutable: &yes}
	require.Len(t, kubespec.ConfigMapChange(fixed, &corev1.ConfigMap{BinaryData: map[string][]byte{"a": nil}}), 3)
	require.Empty(t, kubespec.ConfigMapChange(&corev1.ConfigMap{}, fixed))
}
