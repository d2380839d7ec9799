package kube_test

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/stretchr/testify/require"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// requireServed checks every write since the release began, in the order of resourceVersions, by
// routes and Deployments only. The weights of each route sum to 100, and no lane got weight while
// one of its Deployments lacked pods. It returns the number of writes that changed weights.
func (r *controlled) requireServed() int {
	r.t.Helper()
	type write struct {
		at int64
		o  client.Object
	}
	var all []write
	for _, list := range []client.ObjectList{&networkingv1.VirtualServiceList{}, &appsv1.DeploymentList{}} {
		for _, o := range r.writes(list) {
			at, err := strconv.ParseInt(o.GetResourceVersion(), 10, 64)
			require.NoError(r.t, err)
			all = append(all, write{at, o})
		}
	}
	slices.SortFunc(all, func(a, b write) int { return cmp.Compare(a.at, b.at) })
	weights, pods, moves := map[string]rollout.Weights{}, map[string]*appsv1.Deployment{}, 0
	for _, o := range r.objects {
		switch o := o.(type) {
		case *appsv1.Deployment:
			pods[o.Name] = o
		case *networkingv1.VirtualService:
			weights[o.Name] = routing.WeightsOf(o.Spec.Http[0], "")
		}
	}
	for _, w := range all {
		if d, is := w.o.(*appsv1.Deployment); is {
			pods[d.Name] = d
			continue
		}
		name, after, sum := w.o.GetName(), routing.WeightsOf(w.o.(*networkingv1.VirtualService).Spec.Http[0], ""), 0
		for _, a := range after {
			sum += a.Percent
			if b, _ := weights[name].Percent(a.Lane); a.Percent > b {
				require.Empty(r.t, r.lacking(pods, a.Lane), "%d: %s got %d%%", w.at, a.Lane, a.Percent)
			}
		}
		require.Equal(r.t, 100, sum, "%d: %s: %s", w.at, name, after.ByLane())
		if !after.Equivalent(weights[name]) {
			moves++
		}
		weights[name] = after
	}
	return moves
}

// lacking returns the Deployments of a lane that lack pods.
func (r *controlled) lacking(pods map[string]*appsv1.Deployment, lane string) []string {
	var out []string
	found := false
	for name, d := range pods {
		if r.namespace+"-"+d.Spec.Template.Labels[lanes.LabelVersion] != lane {
			continue
		}
		found = true
		if d.Status.AvailableReplicas == 0 || d.Status.AvailableReplicas < *d.Spec.Replicas {
			out = append(out, name)
		}
	}
	if !found {
		out = append(out, "all of them")
	}
	return out
}

// writes returns the states of the objects of a kind after each write since the release began.
func (r *controlled) writes(list client.ObjectList) []client.Object {
	r.t.Helper()
	require.NoError(r.t, r.direct.List(r.t.Context(), list, client.InNamespace(r.namespace)))
	end, err := strconv.ParseInt(list.GetResourceVersion(), 10, 64)
	require.NoError(r.t, err)
	// The mark is the last write: after it the watch has shown all.
	mark := r.objects[0].DeepCopyObject().(client.Object)
	for _, o := range r.objects {
		_, isRoute := o.(*networkingv1.VirtualService)
		_, ofRoutes := list.(*networkingv1.VirtualServiceList)
		if _, isDeployment := o.(*appsv1.Deployment); isRoute && ofRoutes || isDeployment && !ofRoutes {
			mark = o.DeepCopyObject().(client.Object)
			break
		}
	}
	patch := client.RawPatch("application/merge-patch+json",
		[]byte(`{"metadata":{"labels":{"mark":"`+strconv.FormatInt(end, 10)+`"}}}`))
	require.NoError(r.t, r.direct.Patch(r.t.Context(), mark, patch))
	w, err := r.direct.Watch(r.t.Context(), list, client.InNamespace(r.namespace),
		&client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: r.begin}})
	require.NoError(r.t, err)
	defer w.Stop()
	var out []client.Object
	for {
		select {
		case e := <-w.ResultChan():
			o, is := e.Object.(client.Object)
			require.True(r.t, is && (e.Type == watch.Modified || e.Type == watch.Added), "%v %v", e.Type, e.Object)
			if o.GetResourceVersion() == mark.GetResourceVersion() {
				return out
			}
			out = append(out, o)
		case <-time.After(time.Minute):
			require.Fail(r.t, "the server does not tell of all writes")
		}
	}
}
