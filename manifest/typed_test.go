package manifest_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/manifest"
)

// clusterObjects are objects as a cluster may return them.
var clusterObjects = []string{
	`{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: a, generation: 3}, spec: {hosts: [a],
  http: [{timeout: 1s, route: [{destination: {host: a, subset: v1, port: {number: 80}}, weight: 60},
  {destination: {host: a}, weight: 40}]}]}, status: {}}`,
	`{apiVersion: networking.istio.io/v1beta1, kind: DestinationRule, metadata: {name: a, creationTimestamp: null},
  spec: {host: a, subsets: [{name: v1, labels: {version: v1}}], trafficPolicy: {connectionPool: {tcp:
  {maxConnections: 5}}}}}`,
	`{apiVersion: istio.alibabacloud.com/v1, kind: ASMSwimLane, metadata: {name: v1, labels: {swimlane-group: m}},
  spec: {labelSelector: {version: v1}, ingressWeight: {destination: {host: a}, weight: 50}}}`,
	`{apiVersion: istio.alibabacloud.com/v1, kind: ASMSwimLaneGroup, metadata: {name: m}, spec: {isPermissive: true,
  services: [{name: a, namespace: b}]}}`,
	`{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: b, annotations: {x: "{{ y }}"}}, spec:
  {replicas: 2, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers:
  [{name: c, image: i, resources: {limits: {cpu: 100m}}, ports: [{containerPort: 80}]}]}}}}`,
	`{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: "1"}}`,
	`{apiVersion: example.com/v1, kind: Thing, metadata: {name: a, labels: {a: b}}, spec: {share: 0.5, count: 7}}`,
}

// replacers returns all places of values in a value, as functions that replace them.
func replacers(v any, out []func(any)) []func(any) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(replacers(v[key], out), func(to any) { v[key] = to })
		}
		return append(out, func(to any) { v["unknown"] = to })
	case []any:
		for i := range v {
			out = append(replacers(v[i], out), func(to any) { v[i] = to })
		}
	}
	return out
}

// A damaged object of a cluster is read as its JSON would be read from a file.
func TestNewTypedReadsAsDecode(t *testing.T) {
	t.Parallel()
	typed, untyped, refused := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		u := &unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal([]byte(rapid.SampledFrom(clusterObjects).Draw(t, "object")), &u.Object))
		for range rapid.IntRange(0, 3).Draw(t, "faults") {
			at := rapid.SampledFrom(replacers(u.Object, nil)).Draw(t, "place")
			at(rapid.SampledFrom([]any{nil, int64(7), -1.5, "7", "x", true, map[string]any{"a": "b"}, []any{"a"}, []any{},
				int64(1) << 60, map[string]any{}}).Draw(t, "value"))
		}
		before := u.DeepCopy()
		data, err := u.MarshalJSON()
		require.NoError(t, err)
		got, err := manifest.NewTyped(u)
		require.Equal(t, before, u, "it is not changed")
		set, decodeErr := manifest.Decode(manifest.File{Data: data})
		if decodeErr != nil || set.Len() != 1 {
			if u.GetAnnotations()["x"] != "{{ y }}" { // a file with it would be a template
				require.Error(t, err)
			}
			refused++
			return
		}
		require.NoError(t, err)
		want := set.All()[0]
		require.Equal(t, want.Ref, got.Ref)
		require.Equal(t, reflect.TypeOf(want.Value), reflect.TypeOf(got.Value))
		require.Equal(t, want.Quoted(), got.Quoted())
		require.Empty(t, manifest.Diff(set, manifest.NewSet(got)).String())
		wantText, wantErr := manifest.Encode(want.Value)
		text, err := manifest.Encode(got.Value)
		require.Equal(t, wantErr == nil, err == nil)
		require.Equal(t, string(wantText), string(text))
		require.Zero(t, got.Line)
		if _, is := got.Value.(*unstructured.Unstructured); is {
			untyped++
		} else {
			typed++
		}
	})
	require.Positive(t, min(typed, untyped, refused))
}
