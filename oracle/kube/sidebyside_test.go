package kube_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	kube "github.com/swimlane-go/swimlane/oracle/kube/cluster"
)

// Deployments derived for a next version become available beside the original ones. No object of
// one version selects pods of the other.
func testSideBySide(t *testing.T, c cluster) {
	client := c.RunControllers(t)
	apps := []lanes.App{mock.App()}
	for seed := range 4 {
		apps = append(apps, rapid.Custom(gen.App).Example(seed))
	}
	for i, app := range apps {
		namespace := fmt.Sprintf("beside-%d", i)
		t.Run(namespace, func(t *testing.T) {
			c.Namespace(t.Context(), t, namespace)
			app.Namespace = namespace
			side := sideBySide{cluster: c, client: client, namespace: namespace, app: app}
			side.deploy(t)
			side.derive(t, "next")
			side.requireApart(t)
		})
	}
}

// sideBySide is an app with a deployed first version, and a version derived from it.
type sideBySide struct {
	cluster
	client    *kubernetes.Clientset
	namespace string
	app       lanes.App
}

// deploy deploys the first version, with an autoscaler and a disruption budget for each Deployment.
func (s sideBySide) deploy(t *testing.T) {
	t.Helper()
	v := s.app.Versions[0]
	var all []runtime.Object
	for _, service := range s.app.Services {
		if !v.Has(service.Name) {
			continue
		}
		svc, err := s.app.Service(service).Build()
		require.NoError(t, err)
		d, err := s.app.Deployment(v, service).Build()
		require.NoError(t, err)
		all = append(all, svc, d, autoscaler(service.Name, v.Name), budget(service.Name, v.Name))
	}
	s.applyAll(t, all)
	s.waitAvailable(t, v.Name)
}

// derive deploys a version that is derived from the objects in the cluster.
func (s sideBySide) derive(t *testing.T, version string) {
	t.Helper()
	old := s.app.Versions[0].Name
	deployments, err := s.client.AppsV1().Deployments(s.namespace).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.NotEmpty(t, deployments.Items)
	var all []runtime.Object
	for _, from := range deployments.Items {
		d, err := lanes.DerivedDeployment{From: &from, Version: version}.Build()
		require.NoError(t, err)
		scaler, err := s.client.AutoscalingV2().HorizontalPodAutoscalers(s.namespace).Get(t.Context(), from.Name,
			metav1.GetOptions{})
		require.NoError(t, err)
		hpa, err := lanes.DerivedAutoscaler{From: scaler, OldVersion: old, Version: version, Target: d.Name}.Build()
		require.NoError(t, err)
		guard, err := s.client.PolicyV1().PodDisruptionBudgets(s.namespace).Get(t.Context(), from.Name,
			metav1.GetOptions{})
		require.NoError(t, err)
		pdb, err := lanes.DerivedBudget{From: guard, OldVersion: old, Version: version}.Build()
		require.NoError(t, err)
		all = append(all, d, hpa, pdb)
	}
	s.applyAll(t, all)
	s.waitAvailable(t, version)
}

func (s sideBySide) applyAll(t *testing.T, all []runtime.Object) {
	t.Helper()
	text, err := manifest.Encode(all...)
	require.NoError(t, err)
	for _, doc := range kube.Documents(t, text) {
		_, err := s.Apply(t.Context(), s.namespace, doc)
		require.NoError(t, err, "%s", doc)
	}
}

// waitAvailable waits until every Deployment of a version is available, and its disruption budget
// counts its pods.
func (s sideBySide) waitAvailable(t *testing.T, version string) {
	t.Helper()
	selector := metav1.ListOptions{LabelSelector: lanes.LabelVersion + "=" + version}
	deployments, err := s.client.AppsV1().Deployments(s.namespace).List(t.Context(), selector)
	require.NoError(t, err)
	require.NotEmpty(t, deployments.Items)
	for _, d := range deployments.Items {
		name := metav1.ListOptions{FieldSelector: "metadata.name=" + d.Name}
		w, err := s.client.AppsV1().Deployments(s.namespace).Watch(t.Context(), name)
		require.NoError(t, err)
		waitFor(t, w, func(d *appsv1.Deployment) bool {
			wanted := *d.Spec.Replicas
			return d.Status.ObservedGeneration == d.Generation && d.Status.AvailableReplicas == wanted &&
				d.Status.Replicas == wanted && available(d)
		})
		w, err = s.client.PolicyV1().PodDisruptionBudgets(s.namespace).Watch(t.Context(), name)
		require.NoError(t, err)
		waitFor(t, w, func(b *policyv1.PodDisruptionBudget) bool {
			return b.Status.ObservedGeneration == b.Generation && b.Status.CurrentHealthy == *d.Spec.Replicas
		})
	}
}

func available(d *appsv1.Deployment) bool {
	for _, condition := range d.Status.Conditions {
		if condition.Type == appsv1.DeploymentAvailable {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// requireApart checks each Deployment. Its selector and its budget select the pods that it owns and
// no others. Its autoscaler scales it. The old Deployments are unchanged, and the Services select
// the pods of both versions.
func (s sideBySide) requireApart(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	pods, err := s.client.CoreV1().Pods(s.namespace).List(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	owners := s.owners(t)
	owned := map[string][]string{} // names of pods, by Deployment and by service
	for _, pod := range pods.Items {
		owner := owners[metav1.GetControllerOf(&pod).UID]
		owned["Deployment "+owner] = append(owned["Deployment "+owner], pod.Name)
		service := "Service " + pod.Labels[lanes.LabelApp]
		owned[service] = append(owned[service], pod.Name)
	}
	selected := func(selector map[string]string) (names []string) {
		for _, pod := range pods.Items {
			if labels.SelectorFromSet(selector).Matches(labels.Set(pod.Labels)) {
				names = append(names, pod.Name)
			}
		}
		return names
	}
	deployments, err := s.client.AppsV1().Deployments(s.namespace).List(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	for _, d := range deployments.Items {
		own := owned["Deployment "+d.Name]
		require.Len(t, own, int(*d.Spec.Replicas))
		require.True(t, available(&d))
		require.Equal(t, own, selected(d.Spec.Selector.MatchLabels), d.Name)
		guard, err := s.client.PolicyV1().PodDisruptionBudgets(s.namespace).Get(ctx, d.Name, metav1.GetOptions{})
		require.NoError(t, err)
		require.Equal(t, own, selected(guard.Spec.Selector.MatchLabels), d.Name)
		scaler, err := s.client.AutoscalingV2().HorizontalPodAutoscalers(s.namespace).Get(ctx, d.Name,
			metav1.GetOptions{})
		require.NoError(t, err)
		require.Equal(t, d.Name, scaler.Spec.ScaleTargetRef.Name)
	}
	services, err := s.client.CoreV1().Services(s.namespace).List(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	require.Len(t, deployments.Items, 2*len(services.Items))
	for _, service := range services.Items {
		require.Equal(t, owned["Service "+service.Name], selected(service.Spec.Selector), service.Name)
	}
}

// owners returns the names of Deployments by the UIDs of their ReplicaSets.
func (s sideBySide) owners(t *testing.T) map[types.UID]string {
	t.Helper()
	sets, err := s.client.AppsV1().ReplicaSets(s.namespace).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	out := map[types.UID]string{}
	for _, set := range sets.Items {
		out[set.UID] = metav1.GetControllerOf(&set).Name
	}
	return out
}

// waitFor reads a watch until an object meets a condition.
func waitFor[T runtime.Object](t *testing.T, w watch.Interface, done func(T) bool) {
	t.Helper()
	defer w.Stop()
	for e := range w.ResultChan() {
		if o, ok := e.Object.(T); ok && done(o) {
			return
		}
	}
	t.Fatal("the watch ended before what was waited for")
}
