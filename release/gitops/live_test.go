package gitops_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// allLive compares every event on every tree, which takes four times as long.
var allLive = flag.Bool("all-live", false,
	"compare live objects and files at every event on every tree, and release every random app")

// forms are how a client may return an object.
func forms() map[string]func(t *testing.T, o runtime.Object) runtime.Object {
	return map[string]func(t *testing.T, o runtime.Object) runtime.Object{
		"typed": func(_ *testing.T, o runtime.Object) runtime.Object { return o },
		"typed, without a kind": func(_ *testing.T, o runtime.Object) runtime.Object {
			o = o.DeepCopyObject()
			if _, is := o.(*unstructured.Unstructured); !is {
				o.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
			}
			return o
		},
		"unstructured": func(t *testing.T, o runtime.Object) runtime.Object {
			fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
			require.NoError(t, err)
			return &unstructured.Unstructured{Object: fields}
		},
	}
}

// objectsOf returns the objects of a set in one of the forms.
func objectsOf(t *testing.T, set manifest.Set, form func(*testing.T, runtime.Object) runtime.Object) []runtime.Object {
	var out []runtime.Object
	for _, o := range set.All() {
		value := o.Value.DeepCopyObject()
		value.(metav1.Object).SetResourceVersion("7")
		out = append(out, form(t, value))
	}
	return out
}

// only returns the objects of a set that hold weights of a release.
func only(t *testing.T, set manifest.Set, l release.Live) manifest.Set {
	var out []manifest.Object
	for _, o := range set.All() {
		if _, is := l.Holder(o.Ref); is {
			out = append(out, o)
		}
	}
	require.NotEmpty(t, out)
	return manifest.NewSet(out...)
}

// The files that gitops writes and the objects that Live.With writes mean the same, at every
// event. They do so from every tree that a release can leave, including half-written ones.
func TestLiveObjectsAndFilesAgree(t *testing.T) {
	t.Parallel()
	compared := 0
	all := slices.Sorted(maps.Keys(forms()))
	for n, w := range walks(t, rand.New(rand.NewPCG(12, 1)), 2) {
		for i, d := range w.trees {
			for j, word := range []string{"Prepare", "Start", "Promote", "StepBack", "Pause", "Resume", "RollBack",
				"Finish"} {
				if !*allLive && (i+j)%4 != n%4 {
					continue // each tree sees some of the events, and each event many trees
				}
				tree := d.open(t)
				commit, err := command(tree, word)
				if err != nil || commit.Nothing() {
					continue
				}
				form := all[compared%len(all)]
				compareLive(t, tree.Config, d.set(t), commit.State, commit.After, forms()[form],
					fmt.Sprintf("%s, tree %d, %s, %s", w.layout, i, word, form))
				compared++
			}
		}
	}
	require.Greater(t, compared, 150)
}

func compareLive(t *testing.T, config release.Config, set manifest.Set, next rollout.State, after manifest.Set,
	form func(*testing.T, runtime.Object) runtime.Object, story string) {
	given := objectsOf(t, set, form)
	kept := objectsOf(t, set, form)
	live, err := release.Read(config, given...)
	require.NoError(t, err, story)
	changed, err := live.With(next)
	require.NoError(t, err, story)
	require.Equal(t, texts(t, kept), texts(t, given), "%s: what was read is not changed", story)

	byName := map[string]runtime.Object{}
	for i, o := range changed {
		require.Equal(t, "7", o.GetResourceVersion(), story)
		byName[fmt.Sprintf("%T %s/%s", o, o.GetNamespace(), o.GetName())] = changed[i]
	}
	var merged []runtime.Object
	for i, o := range given {
		m := o.(metav1.Object)
		key := fmt.Sprintf("%T %s/%s", o, m.GetNamespace(), m.GetName())
		if c, is := byName[key]; is && sameKind(t, c, o) {
			given[i] = c
		}
		merged = append(merged, given[i])
	}
	with, err := release.Read(config, merged...)
	require.NoError(t, err, story)
	diff := manifest.Diff(only(t, withoutVersion(t, with.Set), with), only(t, after, with))
	require.Empty(t, diff, "%s\n%s", story, diff)
	require.Equal(t, next, with.State, story)

	again, err := with.With(next)
	require.NoError(t, err, story)
	require.Empty(t, again, "%s: written once, nothing is left to write", story)

	applied, err := live.Apply(next)
	require.NoError(t, err, story)
	for _, u := range applied {
		require.Empty(t, u.GetResourceVersion(), story)
		require.Empty(t, u.GetManagedFields(), story)
		ref := manifest.Ref{Group: u.GroupVersionKind().Group, Kind: u.GetKind(), Namespace: u.GetNamespace(),
			Name: u.GetName()}
		if ref.Kind == "VirtualService" && ref.Namespace == "" {
			ref.Namespace = "default"
		}
		o, there := with.Set.Get(ref)
		require.True(t, there, "%s: %s", story, ref)
		whole, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o.Value)
		require.NoError(t, err)
		spec, _ := whole["spec"].(map[string]any)
		owned, _ := u.Object["spec"].(map[string]any)
		require.LessOrEqual(t, len(owned), 1, story)
		for key, value := range owned {
			require.Contains(t, []string{"http", "ingressWeight"}, key, story)
			if key == "http" {
				value = withoutZeros(value)
			}
			require.Equal(t, texts(t, []any{spec[key]}), texts(t, []any{value}), story)
		}
		for key, value := range u.GetAnnotations() {
			require.Equal(t, o.Meta().GetAnnotations()[key], value, story)
		}
		require.NotEmpty(t, u.GetAnnotations(), story)
	}
}

func sameKind(t *testing.T, a, b runtime.Object) bool {
	x, err := manifest.NewObject(a, "")
	require.NoError(t, err)
	y, err := manifest.NewObject(b, "")
	require.NoError(t, err)
	return x.Ref == y.Ref
}

// withoutVersion returns the set as files hold it.
func withoutVersion(t *testing.T, set manifest.Set) manifest.Set {
	var out []manifest.Object
	for _, o := range set.All() {
		o.Value = o.Value.DeepCopyObject()
		o.Meta().SetResourceVersion("")
		out = append(out, o)
	}
	return manifest.NewSet(out...)
}

// withoutZeros drops weights of 0 of destinations from JSON, as Istio's types do.
func withoutZeros(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, item := range v {
			if key == "weight" && fmt.Sprint(item) == "0" && v["destination"] != nil {
				continue
			}
			out[key] = withoutZeros(item)
		}
		return out
	case []any:
		var out []any
		for _, item := range v {
			out = append(out, withoutZeros(item))
		}
		return out
	}
	return value
}

// texts returns values as JSON.
func texts[T any](t *testing.T, values []T) []string {
	var out []string
	for _, v := range values {
		data, err := json.Marshal(v)
		require.NoError(t, err)
		out = append(out, string(data))
	}
	return out
}
