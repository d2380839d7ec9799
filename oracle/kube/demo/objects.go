package main

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/routing/istiolanes"
)

// objects returns the objects before a release, on Istio without ASM. Objects that others refer to
// come first. They have no state, as if a person had written them.
func (r aRelease) objects(t *testing.T) []client.Object {
	state, err := r.config.Plan.Prepare(time.Now())
	require.NoError(t, err)
	set, err := release.Render(r.app, r.config.Plan, state, release.Options{})
	require.NoError(t, err)
	set = release.WithoutState(set)
	b := istiolanes.Builder{
		Group: values[*lanes.ASMSwimLaneGroup](set, lanes.KindLaneGroup)[0],
		Lanes: values[*lanes.ASMSwimLane](set, lanes.KindLane),
	}
	var first, routes []client.Object
	for _, o := range set.All() {
		switch value := o.Value.(type) {
		case *appsv1.Deployment:
			b.Workloads = append(b.Workloads, istiolanes.WorkloadOf(value))
			first = append(first, value)
		case *corev1.Service:
			b.Services = append(b.Services, value)
			first = append(first, value)
		case *lanes.ASMSwimLaneGroup, *lanes.ASMSwimLane:
		default:
			routes = append(routes, value.(client.Object))
		}
	}
	built, err := b.Build()
	require.NoError(t, err)
	for _, rule := range built.DestinationRules {
		first = append(first, rule)
	}
	for _, vs := range built.VirtualServices {
		first = append(first, vs)
	}
	return append(first, routes...)
}

// values returns the values of the objects of a kind.
func values[T runtime.Object](set manifest.Set, kind string) []T {
	var out []T
	for _, o := range set.Kind(kind) {
		out = append(out, o.Value.(T))
	}
	return out
}

// put writes the objects before a release, and waits until the pods are available. It then removes
// the Deployments of the release before, and prepares the plan for follow.
func (d *demo) put(ctx context.Context, t *testing.T, r aRelease) {
	t.Helper()
	for _, old := range d.plans {
		require.NoError(t, client.IgnoreNotFound(d.client.Delete(ctx, old)))
	}
	written := map[string]bool{}
	var deployments []*appsv1.Deployment
	for _, o := range r.objects(t) {
		o = o.DeepCopyObject().(client.Object)
		if o.GetNamespace() == "" {
			o.SetNamespace(lanes.DefaultNamespace)
		}
		d.write(ctx, t, o)
		if deployment, is := o.(*appsv1.Deployment); is {
			written[deployment.Name] = true
			deployments = append(deployments, deployment)
		}
	}
	for _, o := range deployments {
		err := wait.PollUntilContextCancel(ctx, 50*time.Millisecond, true, func(ctx context.Context) (bool, error) {
			err := d.client.Get(ctx, client.ObjectKeyFromObject(o), o)
			seen := o.Status.ObservedGeneration == o.Generation
			return err == nil && seen && o.Status.AvailableReplicas == *o.Spec.Replicas, err
		})
		require.NoError(t, err, "Deployment %s must become available", o.Name)
	}
	d.retire(ctx, t, written)
	plan, err := r.config.ConfigMap()
	require.NoError(t, err)
	plan.Namespace = lanes.DefaultNamespace
	d.plans = append(d.plans, plan)
}

// retire removes all other Deployments with their ReplicaSets and pods: no garbage collector runs
// here.
func (d *demo) retire(ctx context.Context, t *testing.T, kept map[string]bool) {
	t.Helper()
	var all appsv1.DeploymentList
	require.NoError(t, d.client.List(ctx, &all, client.InNamespace(lanes.DefaultNamespace)))
	for i := range all.Items {
		if o := &all.Items[i]; !kept[o.Name] {
			labels := client.MatchingLabels(o.Spec.Selector.MatchLabels)
			require.NoError(t, d.client.Delete(ctx, o))
			require.NoError(t, d.client.DeleteAllOf(ctx, &appsv1.ReplicaSet{}, client.InNamespace(o.Namespace), labels))
			require.NoError(t, d.client.DeleteAllOf(ctx, &corev1.Pod{}, client.InNamespace(o.Namespace), labels))
		}
	}
}

// write creates an object, or replaces it with its annotations. It does not replace a Service.
func (d *demo) write(ctx context.Context, t *testing.T, o client.Object) {
	t.Helper()
	is := o.DeepCopyObject().(client.Object)
	err := d.client.Get(ctx, client.ObjectKeyFromObject(o), is)
	switch _, service := o.(*corev1.Service); {
	case apierrors.IsNotFound(err):
		err = d.client.Create(ctx, o)
	case err == nil && !service:
		o.SetResourceVersion(is.GetResourceVersion())
		err = d.client.Update(ctx, o)
	}
	require.NoError(t, err, "%T %s", o, o.GetName())
}
