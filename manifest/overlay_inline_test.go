package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// inlined returns a kustomization with a patch in it.
func inlined(patch string) string {
	return "resources: [../base]\npatches: # ours\n- target: {kind: VirtualService}\n  patch: |- # here\n      " +
		strings.ReplaceAll(strings.TrimSuffix(patch, "\n"), "\n", "\n      ") + "\n# end\n"
}

// A patch that is in its kustomization is read and edited there.
func TestInlinePatches(t *testing.T) {
	const operations = "# over\n- op: replace\n  path: /spec/http/0/route\n  value:\n" +
		"  - destination: {host: a, subset: v1}\n    weight: 60 # 60%\n\n" +
		"  - {destination: {host: a, subset: v2}, weight: 40}\n"
	older := func(text string) string {
		return strings.NewReplacer("patches: # ours", "patchesStrategicMerge:",
			"- target: {kind: VirtualService}\n  patch: |-", "- |-").Replace(text)
	}
	untargeted := func(text string) string {
		return strings.Replace(text, "- target: {kind: VirtualService}\n  patch", "- patch", 1)
	}
	for name, test := range map[string]struct {
		text    string
		line    int // of the first weight
		comment int
	}{
		"operations":  {inlined(operations), 10, 10},
		"a merge":     {untargeted(inlined(routePatch)), 13, 0},
		"older field": {older(inlined(routePatch)), 13, 0},
	} {
		t.Run(name, func(t *testing.T) {
			set := overlaid(t, map[string]string{"over/kustomization.yaml": test.text}).Overlaid()
			o, _ := set.Get(routeRef)
			over, is := o.Overlay()
			require.True(t, is)
			require.True(t, over.Inline)
			require.Equal(t, "over/kustomization.yaml", o.File)
			require.Equal(t, 3, over.Line)
			require.Equal(t, test.line, o.LineOf("spec.http[0].route[0].weight"))
			edit, err := set.Edit(
				manifest.SetWeights{Object: routeRef,
					Weights: rollout.Weights{rollout.W("v1", 35), rollout.W("v2", 35)}},
				manifest.AddDestination{Object: routeRef, Weight: rollout.W("v3", 30)},
				manifest.SetAnnotation{Object: routeRef, Key: "state", Value: "s"})
			require.NoError(t, err)
			require.Len(t, edit.Files, 1)
			require.Equal(t, "over/kustomization.yaml", edit.Files[0].Name)
			if test.comment > 0 {
				said := manifest.Comment{File: "over/kustomization.yaml", Line: test.comment, Text: "# 60%"}
				require.Equal(t, []manifest.Comment{said}, edit.Outdated)
			}
			after, _ := edit.After.Get(routeRef)
			require.Equal(t, int32(30), after.VirtualService().Http[0].Route[2].Weight)
			require.Equal(t, "s", after.Meta().GetAnnotations()["state"])
			edit, err = edit.After.Edit(
				manifest.RemoveDestination{Object: routeRef, Lane: "v3"},
				manifest.SetWeights{Object: routeRef,
					Weights: rollout.Weights{rollout.W("v1", 60), rollout.W("v2", 40)}},
				manifest.RemoveAnnotations{Object: routeRef, Keys: []string{"state"}})
			require.NoError(t, err)
			require.Equal(t, test.text, string(edit.Files[0].After), "all bytes are as they were")
		})
	}
	for name, text := range map[string]string{
		"a merge with a target": inlined(routePatch),
		"no target":             untargeted(inlined(operations)),
		"no YAML":               inlined("- ["),
		"a scalar":              inlined("text"),
		"no object":             untargeted(inlined("spec: {http: []}")),
		"a template":            inlined("{{ .Values.patch }}"),
		"an alias":              "resources: [../base]\npatches:\n- target: {name: &a a}\n  patch: *a\n",
	} {
		for _, o := range overlaid(t, map[string]string{"over/kustomization.yaml": text}).Overlaid().All() {
			_, is := o.Overlay()
			require.False(t, is, name)
		}
	}
	// Two patches in one kustomization are edited in one pass.
	other := strings.NewReplacer("name: a,", "name: b,").Replace(baseRoute)
	patch := func(name, weight string) string {
		return "- target: {name: " + name +
			"}\n  patch: |\n    - {op: add, path: /spec/http/0/route/0/weight, value: " +
			weight + "}\n    - {op: add, path: /spec/http/0/route/1/weight, value: 50}\n"
	}
	both := overlaid(t, map[string]string{"base/kustomization.yaml": "resources: [route.yaml, b.yaml]\n",
		"base/b.yaml":             other,
		"over/kustomization.yaml": "resources: [../base]\npatches:\n" + patch("a", "50") + patch("b", "50")}).Overlaid()
	b := routeRef
	b.Name = "b"
	edit, err := both.Edit(manifest.SetWeights{Object: routeRef, Weights: rollout.Weights{rollout.W("v1", 50)}},
		manifest.SetWeights{Object: b, Weights: rollout.Weights{rollout.W("v1", 20), rollout.W("v2", 80)}})
	require.NoError(t, err)
	want := "resources: [../base]\npatches:\n" + patch("a", "50") +
		strings.Replace(patch("b", "20"), "value: 50", "value: 80", 1)
	require.Equal(t, want, string(edit.Files[0].After))
}

// Any patch is laid over the object or not, and edited or not. An edit that is made means the
// change that was asked for, and can be undone.
func FuzzOverlay(f *testing.F) {
	f.Add([]byte("- {op: replace, path: /spec/http/0/route/0/weight, value: 60}\n"+
		"- {op: replace, path: /spec/http/0/route/1/weight, value: 40}\n"), false)
	f.Add([]byte("- op: add\n  path: /spec/http/0/route\n  value:\n"+
		"  - {destination: {host: a, subset: v1}, weight: 60}\n  - {destination: {host: a, subset: v2}, weight: 40}\n"+
		"- {op: remove, path: /spec/hosts/0}\n"), true)
	f.Add([]byte(`[{"op": "add", "path": "/metadata/annotations", "value": {"a": "b"}}, `+
		`{"op": "replace", "path": "/spec/http/0/route/0/weight", "value": 9}]`), true)
	f.Add([]byte(routePatch), true)
	f.Fuzz(func(t *testing.T, patch []byte, inline bool) {
		texts := map[string]string{"base/kustomization.yaml": "resources: [route.yaml]\n", "base/route.yaml": baseRoute,
			"over/kustomization.yaml": jsonPatches, "over/patch.yaml": string(patch)}
		if inline {
			texts["over/kustomization.yaml"] = inlined(string(patch))
		}
		set, _ := manifest.Decode(files(texts)...)
		set = set.Overlaid()
		o, _ := set.Get(routeRef)
		if _, is := o.Overlay(); !is {
			return
		}
		edit, err := set.Edit(
			manifest.SetWeights{Object: routeRef, Weights: rollout.Weights{rollout.W("v1", 70), rollout.W("v2", 20)}},
			manifest.AddDestination{Object: routeRef, Weight: rollout.W("v3", 10)},
			manifest.SetAnnotation{Object: routeRef, Key: "state", Value: "s"})
		if err != nil {
			return
		}
		after, _ := edit.After.Get(routeRef)
		require.Equal(t, "s", after.Meta().GetAnnotations()["state"])
		require.Len(t, edit.Files, 1)
		lanes := map[string]int32{}
		for _, d := range after.VirtualService().Http[0].Route {
			lanes[d.GetDestination().GetSubset()] += d.Weight
		}
		require.Equal(t, int32(10), lanes["v3"])
	})
}
