package cluster_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/swimlane-go/swimlane/examples/controller/cluster"
	"github.com/swimlane-go/swimlane/examples/controller/trial"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
)

// newCluster returns a cluster in memory with a release and another app, and the plan.
func newCluster(t *testing.T, form trial.Form, change func(all []metav1.Object)) (*corev1.ConfigMap,
	client.WithWatch) {
	t.Helper()
	scheme, err := cluster.NewScheme()
	require.NoError(t, err)
	all, err := trial.Objects(form, trial.Home, trial.Plan())
	require.NoError(t, err)
	plan := all[len(all)-1].(*corev1.ConfigMap)
	others, err := trial.Objects(trial.Routes, "other", trial.Plan())
	require.NoError(t, err)
	all = append(all, others...)
	if change != nil {
		var metas []metav1.Object
		for _, o := range all {
			metas = append(metas, o)
		}
		change(metas)
	}
	c := fake.NewClientBuilder().WithScheme(scheme).WithReturnManagedFields().WithObjects(all...).Build()
	return plan, c
}

// Read returns the objects of the release, and none of another app.
func TestRead(t *testing.T) {
	for form, want := range map[trial.Form]map[string]int{
		trial.Routes: {"VirtualService": 2, "ASMSwimLane": 3, "ASMSwimLaneGroup": 1, "Service": 3, "Deployment": 9,
			"ConfigMap": 2},
		trial.Lanes:   {"ASMSwimLane": 3, "ASMSwimLaneGroup": 1, "Service": 3, "Deployment": 9, "ConfigMap": 1},
		trial.Subsets: {"VirtualService": 3, "DestinationRule": 3, "Service": 3, "Deployment": 9, "ConfigMap": 2},
	} {
		t.Run(string(form), func(t *testing.T) {
			plan, from := newCluster(t, form, nil)
			inside := &networkingv1.VirtualService{ObjectMeta: metav1.ObjectMeta{Namespace: trial.Home,
				Name: "inside"}}
			require.NoError(t, from.Create(t.Context(), inside)) // it matters if lanes are subsets
			config, err := release.ConfigOf(plan)
			require.NoError(t, err)
			live, needs, err := cluster.Read(t.Context(), from, plan, config)
			require.NoError(t, err)
			require.NoError(t, live.Err())
			require.NoError(t, live.Available(config.Plan.Before))
			got := map[string]int{}
			for _, o := range live.Set.All() {
				got[o.Ref.Kind]++
			}
			require.Equal(t, want, got)
			for name, o := range map[string]client.Object{
				"a Deployment of it": &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: trial.Home,
					Name: "x"}},
				"its lane": &lanes.ASMSwimLane{ObjectMeta: metav1.ObjectMeta{Name: "v1"}},
			} {
				require.True(t, needs.Of(o), name)
			}
			for name, o := range map[string]client.Object{
				"a Deployment of another": &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "other",
					Name: "x"}},
				"the lane of another": &lanes.ASMSwimLane{ObjectMeta: metav1.ObjectMeta{Name: "other-v1"}},
			} {
				require.False(t, needs.Of(o), name)
			}
		})
	}
}

// Read omits a route that bears another release, but not another plan of the same route.
func TestReadLeavesOutOtherReleases(t *testing.T) {
	plan, from := newCluster(t, trial.Subsets, nil)
	config, err := release.ConfigOf(plan)
	require.NoError(t, err)
	another := cluster.VirtualService()
	for name, annotations := range map[string]map[string]string{"bare": nil,
		"marked": {release.AnnotationState: "x"}} {
		u := &unstructured.Unstructured{}
		u.SetGroupVersionKind(another)
		u.SetNamespace(trial.Home)
		u.SetName(name)
		u.SetAnnotations(annotations)
		require.NoError(t, from.Create(t.Context(), u))
	}
	live, _, err := cluster.Read(t.Context(), from, plan, config)
	require.NoError(t, err)
	var names []string
	for _, o := range live.Set.All() {
		if o.Ref.Kind == another.Kind {
			names = append(names, o.Ref.Name)
		}
	}
	slices.Sort(names)
	require.Equal(t, []string{"bare", "first", "second"}, names)
}

// Kinds that the cluster lacks are ignored; other errors of the API server are returned.
func TestReadErrors(t *testing.T) {
	plan, from := newCluster(t, trial.Routes, nil)
	config, err := release.ConfigOf(plan)
	require.NoError(t, err)
	missing := &apimeta.NoKindMatchError{GroupKind: schema.GroupKind{Group: lanes.GroupVersion().Group,
		Kind: lanes.KindLane}}
	calls := 0
	failing := func(at int, with error) client.WithWatch {
		calls = 0
		fail := func() error {
			if calls++; calls == at || at == 0 {
				return with
			}
			return nil
		}
		return interceptor.NewClient(from, interceptor.Funcs{
			Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object,
				opts ...client.GetOption) error {
				return errors.Join(fail(), c.Get(ctx, key, o, opts...))
			},
			List: func(ctx context.Context, c client.WithWatch, list client.ObjectList,
				opts ...client.ListOption) error {
				if err := fail(); err != nil {
					return err
				}
				return c.List(ctx, list, opts...)
			},
		})
	}
	_, _, err = cluster.Read(t.Context(), failing(-1, nil), plan, config)
	require.NoError(t, err)
	all := calls
	require.Greater(t, all, 8)
	broken := errors.New("broken")
	for at := 1; at <= all; at++ {
		_, _, err := cluster.Read(t.Context(), failing(at, broken), plan, config)
		require.ErrorIs(t, err, broken, "call %d", at)
	}
	bare := interceptor.NewClient(from, interceptor.Funcs{
		Get: func(context.Context, client.WithWatch, client.ObjectKey, client.Object, ...client.GetOption) error {
			return missing
		},
		List: func(ctx context.Context, c client.WithWatch, list client.ObjectList, opts ...client.ListOption) error {
			if _, plans := list.(*corev1.ConfigMapList); plans {
				return c.List(ctx, list, opts...)
			}
			return missing
		},
	})
	live, _, err := cluster.Read(t.Context(), bare, plan, config)
	require.NoError(t, err)
	require.ErrorIs(t, live.Err(), release.ErrMissing)
}
