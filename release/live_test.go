package release_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	networkingv1beta1 "istio.io/client-go/pkg/apis/networking/v1beta1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// mockConfig is the config of the mock app's release, with one route or two.
func mockConfig(routes ...string) release.Config {
	c := release.Config{Name: "mock", Plan: mock.Plan(), Candidate: release.Candidate{Version: "v3", From: "v2"}}
	for _, name := range routes {
		c.Routes = append(c.Routes, release.EntryRoute{Namespace: "istio-system", Name: name})
	}
	return c
}

// objects returns the objects in a cluster of a release of the mock app: its lanes and routes
// as they are before the release, without TypeMeta.
func objects(t *testing.T, routes ...string) []runtime.Object {
	t.Helper()
	set, err := release.Render(mock.App(), mock.Plan(), drive(t), release.Options{})
	require.NoError(t, err)
	var out []runtime.Object
	for _, o := range release.WithoutState(set).All() {
		value := o.Value.DeepCopyObject()
		value.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
		if o.VirtualService() == nil {
			out = append(out, value)
			continue
		}
		for _, name := range routes {
			route := value.(*networkingv1beta1.VirtualService).DeepCopy()
			route.Name = name
			out = append(out, route)
		}
	}
	return out
}

func read(t *testing.T, config release.Config, all []runtime.Object) release.Live {
	t.Helper()
	l, err := release.Read(config, all...)
	require.NoError(t, err)
	return l
}

// put replaces objects by the written ones.
func put(all []runtime.Object, written ...release.Object) []runtime.Object {
	for i, o := range all {
		for _, w := range written {
			if m := o.(release.Object); m.GetName() == w.GetName() && m.GetNamespace() == w.GetNamespace() &&
				sameType(o, w) {
				all[i] = w
			}
		}
	}
	return all
}

func sameType(a, b runtime.Object) bool {
	x, _ := manifest.NewObject(a, "")
	y, _ := manifest.NewObject(b, "")
	return x.Ref.Kind == y.Ref.Kind
}

func TestLiveReleaseFromPrepareToTheEnd(t *testing.T) {
	t.Parallel()
	config, all := mockConfig("a", "b"), objects(t, "b", "a")
	live := read(t, config, all)
	require.Equal(t, manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "istio-system",
		Name: "a"}, live.Carrier())
	require.False(t, live.Bears)
	require.Zero(t, live.State)

	state, err := config.Plan.Prepare(t0)
	require.NoError(t, err)
	for _, kind := range []rollout.EventKind{rollout.Start, rollout.Promote, rollout.RollBack} {
		written, err := read(t, config, all).With(state)
		require.NoError(t, err)
		require.Len(t, written, 2)
		require.Equal(t, "a", written[0].GetName(), "the carrier comes first")
		require.Contains(t, written[0].GetAnnotations(), release.AnnotationState)
		require.Contains(t, written[1].GetAnnotations(), release.AnnotationRevision)
		all = put(all, written...)
		live = read(t, config, all)
		require.Equal(t, state, live.State)
		for _, h := range live.Holders {
			require.True(t, h.Weights.Equivalent(config.Plan.Weights(state)), h.Weights)
		}
		state, err = config.Plan.Apply(state, rollout.Event{Kind: kind, Revision: state.Revision, At: t0})
		require.NoError(t, err)
	}
}

func TestReadRefusesWhatIsNoObject(t *testing.T) {
	t.Parallel()
	all := objects(t, "a")
	_, err := release.Read(mockConfig("a"),
		append(all, nil, &metav1.Status{}, all[0], &unstructured.Unstructured{Object: map[string]any{"kind": "X"}})...)
	require.ErrorIs(t, err, release.ErrTwice)
	for _, part := range []string{"object 18: object must not be nil", "object 19: ",
		"object 20: Service default/mocka: must be given once", "object 21: "} {
		require.ErrorContains(t, err, part)
	}
}

// Fields that Istio's types lack are kept, such as ASM's fallback. An only destination without
// a weight gets the 100 that it means.
func TestLiveKeepsWhatGoTypesLack(t *testing.T) {
	t.Parallel()
	route := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
		"metadata": map[string]any{"name": "a", "namespace": "istio-system", "resourceVersion": "5",
			"managedFields": []any{map[string]any{"manager": "argocd"}}},
		"spec": map[string]any{"hosts": []any{"x.example.com"}, "gateways": []any{"g"}, "http": []any{map[string]any{
			"fallbackOfASM": map[string]any{"a": int64(1)},
			"route":         []any{map[string]any{"destination": map[string]any{"host": "mocka", "subset": "v1"}}},
		}}},
	}}
	config := mockConfig("a")
	config.Plan = rollout.Plan{Candidate: "v3", Before: rollout.Weights{{Lane: "v1", Percent: 100}, {Lane: "v3"}},
		Stages: []rollout.Stage{{Name: "all",
			Weights: rollout.Weights{{Lane: "v1", Percent: 20}, {Lane: "v3", Percent: 80}}}},
		Rollback: rollout.Weights{{Lane: "v1", Percent: 100}, {Lane: "v3"}}}
	state, err := config.Plan.Prepare(t0)
	require.NoError(t, err)
	written, err := read(t, config, []runtime.Object{route}).With(state)
	require.NoError(t, err)
	http, _, err := unstructured.NestedSlice(written[0].(*unstructured.Unstructured).Object, "spec", "http")
	require.NoError(t, err)
	require.Equal(t, route.Object["spec"].(map[string]any)["http"], http, "the weights stay as they are written")

	state, err = config.Plan.Start(state, t0)
	require.NoError(t, err)
	applied, err := read(t, config, []runtime.Object{written[0]}).Apply(state)
	require.NoError(t, err)
	text, err := release.EncodeState(state)
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
		"metadata": map[string]any{"name": "a", "namespace": "istio-system",
			"annotations": map[string]any{release.AnnotationState: text}},
		"spec": map[string]any{"http": []any{map[string]any{
			"fallbackOfASM": map[string]any{"a": int64(1)},
			"route": []any{
				map[string]any{"destination": map[string]any{"host": "mocka", "subset": "v1"}, "weight": int64(20)},
				map[string]any{"destination": map[string]any{"host": "mocka", "subset": "v3"}, "weight": int64(80)},
			},
		}}},
	}, applied[0].Object)
}

func TestStateAndMarkOfObjects(t *testing.T) {
	t.Parallel()
	state := drive(t, rollout.Start)
	text, err := release.EncodeState(state)
	require.NoError(t, err)
	o := &corev1.ConfigMap{}
	got, err := release.StateOf(o)
	require.NoError(t, err)
	require.Zero(t, got)
	o.Annotations = map[string]string{release.AnnotationState: text,
		release.AnnotationRevision: release.MarkFor(state).Encode()}
	got, err = release.StateOf(o)
	require.NoError(t, err)
	require.Equal(t, state, got)
	mark, err := release.MarkOf(o)
	require.NoError(t, err)
	require.Equal(t, release.Mark{PlanDigest: state.PlanDigest, Revision: 2}, mark)

	late := state
	late.Since = time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)
	_, err = release.EncodeState(late)
	require.Error(t, err)
	for _, text := range []string{"", "{}", "[]", text + " ", `{"planDigest":"x","revision":1}`} {
		o.Annotations = map[string]string{release.AnnotationState: text + "x", release.AnnotationRevision: text + "x"}
		_, err = release.StateOf(o)
		require.ErrorIs(t, err, release.ErrState)
		_, err = release.MarkOf(o)
		require.ErrorContains(t, err, release.AnnotationRevision)
	}
}

func TestConfigMapAndBack(t *testing.T) {
	t.Parallel()
	group := mockConfig()
	group.LaneGroup = "mock"
	routes := mockConfig("a", "b")
	routes.Plan.Annotations = map[string]string{"example.com/ticket": "7"}
	routes.Candidate.Images = []release.Image{{Service: "mocka", Container: "default", Image: "x:2"}}
	for _, config := range []release.Config{group, routes} {
		cm, err := config.ConfigMap()
		require.NoError(t, err)
		cm.Namespace = "shop"
		bare := cm.DeepCopy()
		bare.TypeMeta = metav1.TypeMeta{}
		fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(cm)
		require.NoError(t, err)
		for _, form := range []runtime.Object{cm, bare, &unstructured.Unstructured{Object: fields}} {
			back, err := release.ConfigOf(form)
			require.NoError(t, err)
			require.Equal(t, config, back)
		}
	}
	_, err := release.Config{Name: "x"}.ConfigMap()
	require.ErrorContains(t, err, "plan.stages")
	_, err = release.ConfigOf(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "x",
		Labels: map[string]string{release.LabelPlan: "2"}}})
	faulty := new(release.PlanError)
	require.ErrorAs(t, err, &faulty)
	_, err = release.ConfigOf((*corev1.ConfigMap)(nil))
	require.Error(t, err)
	_, err = release.ConfigOf(&lanes.ASMSwimLane{ObjectMeta: metav1.ObjectMeta{Name: "v1"}})
	require.Error(t, err)
}
