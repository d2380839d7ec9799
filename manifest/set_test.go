package manifest_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"

	"github.com/swimlane-go/swimlane/manifest"
)

const several = `apiVersion: v1
kind: Service
metadata: {name: a, labels: {app: a, team: x}}
---
apiVersion: v1
kind: Service
metadata: {name: b, namespace: other, labels: {team: x}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c, labels: {team: x}}
---
apiVersion: networking.istio.io/v1alpha3
kind: VirtualService
metadata: {name: v, namespace: other}
spec: {hosts: [a, b, a]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: d}
spec: {host: a}
---
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLane
metadata: {name: l, namespace: ignored}
---
apiVersion: v1
kind: Service
metadata: {name: a, labels: {second: "yes"}}
`

func refs(objects []manifest.Object) []string {
	out := []string{}
	for _, o := range objects {
		out = append(out, o.Ref.String())
	}
	return out
}

func TestSetFindsByKindLabelAndRef(t *testing.T) {
	set := manifest.NewSet(decode(t, several)...)
	require.Equal(t, 7, set.Len())
	require.Equal(t, []string{"Service default/a", "Service other/b", "ConfigMap c", "VirtualService other/v",
		"DestinationRule default/d", "ASMSwimLane l", "Service default/a"}, refs(set.All()))
	require.Equal(t, []string{"Service default/a", "Service other/b", "Service default/a"}, refs(set.Kind("Service")))
	require.Equal(t, []string{"Service default/a", "Service other/b"}, refs(set.Labelled("Service", "team", "x")))
	require.Empty(t, set.Kind("Pod"))

	o, found := set.Get(manifest.Ref{Kind: "Service", Namespace: "default", Name: "a"})
	require.True(t, found)
	require.Equal(t, "a", o.Meta().GetLabels()["app"], "the first of two")
	_, found = set.Get(manifest.Ref{Kind: "Service", Name: "a"})
	require.False(t, found)
	_, found = manifest.Set{}.Get(manifest.Ref{})
	require.False(t, found)
}

func TestSetIsImmutable(t *testing.T) {
	objects := decode(t, several)
	set := manifest.NewSet(objects...)
	want := refs(set.All())
	objects[0] = objects[1]
	for _, view := range [][]manifest.Object{set.All(), set.Kind("Service"), set.Labelled("Service", "team", "x")} {
		view[0] = manifest.Object{}
	}
	require.Equal(t, want, refs(set.All()))
	require.Equal(t, "Service default/a", set.Kind("Service")[0].Ref.String())
	require.Equal(t, "Service default/a", set.Labelled("Service", "team", "x")[0].Ref.String())
}

func TestObjectViewsFitTheirKindOnly(t *testing.T) {
	views := func(o manifest.Object) []bool {
		return []bool{o.Service() != nil, o.VirtualService() != nil, o.DestinationRule() != nil, o.Gateway() != nil,
			o.Lane() != nil, o.LaneGroup() != nil, o.Deployment() != nil}
	}
	for apiVersion, kinds := range map[string][]string{
		"v1":                           {"Service"},
		"apps/v1":                      {"Deployment"},
		"istio.alibabacloud.com/v1":    {"ASMSwimLane", "ASMSwimLaneGroup"},
		"networking.istio.io/v1":       {"VirtualService", "DestinationRule", "Gateway"},
		"networking.istio.io/v1beta1":  {"VirtualService", "DestinationRule", "Gateway"},
		"networking.istio.io/v1alpha3": {"VirtualService", "DestinationRule", "Gateway"},
	} {
		for _, kind := range kinds {
			o := decode(t, "apiVersion: "+apiVersion+"\nkind: "+kind+"\nmetadata: {name: a}\n")[0]
			want := make([]bool, 7)
			for i, k := range []string{"Service", "VirtualService", "DestinationRule", "Gateway", "ASMSwimLane",
				"ASMSwimLaneGroup", "Deployment"} {
				want[i] = k == kind
			}
			require.Equal(t, want, views(o), "%s %s", apiVersion, kind)
		}
	}
	require.Equal(t, make([]bool, 7),
		views(decode(t, "apiVersion: example.com/v1\nkind: Gateway\nmetadata: {name: a}\n")[0]))
	require.Empty(t, manifest.Object{}.Meta().GetName(), "of an object that was not made by NewObject")
}

func TestPodLabelsOfEverythingThatRunsPods(t *testing.T) {
	const template = "spec: {template: {metadata: {labels: {app: a}}, spec: {containers: [{name: c}]}}}\n"
	for document, want := range map[string]map[string]string{
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n" + template:           {"app": "a"},
		"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\n" + template:          {"app": "a"},
		"apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a}\n" + template:            {"app": "a"},
		"apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a}\n" + template: {"app": "a"},
		"apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: p}}\n":                {"app": "p"},
		"apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {app: s}}\n":            nil,
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {app: s}}\n":          nil,
	} {
		require.Equal(t, want, decode(t, document)[0].PodLabels(), document)
	}
}

func TestNewObjectRefersWhateverTheAPIVersion(t *testing.T) {
	d := &appsv1.Deployment{}
	d.APIVersion, d.Kind, d.Name = "apps/v1", "Deployment", "a"
	o, err := manifest.NewObject(d, "f.yaml")
	require.NoError(t, err)
	require.Equal(t, manifest.Ref{Group: "apps", Kind: "Deployment", Namespace: "default", Name: "a"}, o.Ref)
	require.Equal(t, "f.yaml", o.File)
	require.Zero(t, o.Line)
}

func TestSourceOfAFile(t *testing.T) {
	set, err := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte("# nothing\n")})
	require.NoError(t, err)
	data, found := set.Source("a.yaml")
	require.True(t, found)
	require.Equal(t, "# nothing\n", string(data))
	data[0] = 'x'
	data, _ = set.Source("a.yaml")
	require.Equal(t, "# nothing\n", string(data), "it is a copy")
	_, found = set.Source("b.yaml")
	require.False(t, found)
}
