package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// Where something else may give an object annotations, no edit takes them away.
func TestOperationOfAllAnnotations(t *testing.T) {
	const weight = "- {op: replace, path: /spec/http/0/route/0/weight, value: 60}\n"
	const labelled = "apiVersion: networking.istio.io/v1\nkind: VirtualService\n" +
		"metadata: {name: a, annotations: {c: d}}\n"
	const key, all = "- {op: add, path: /metadata/annotations/x, value: 'y'}\n",
		"- {op: add, path: /metadata/annotations, value: {x: 'y'}}\n"
	bare := strings.Replace(baseRoute, `, annotations: {old: "1"}`, "", 1)
	older := strings.Replace(strings.Replace(jsonPatches, "patches:", "patchesJson6902:", 1),
		"{kind", "{group: networking.istio.io, version: v1, kind", 1)
	for name, test := range map[string]struct {
		texts     map[string]string
		want, err string
	}{
		"nothing": {nil, all, ""},
		"the base": {
			map[string]string{"base/kustomization.yaml": "resources: [route.yaml]\ncommonAnnotations: {c: d}\n"},
			key,
			"",
		},
		"nothing, though it could": {
			map[string]string{"base/kustomization.yaml": "resources: [route.yaml]\ncommonAnnotations: {}\n"},
			all,
			"",
		},
		"the kustomization, afterwards": {
			map[string]string{"over/kustomization.yaml": jsonPatches + "commonAnnotations: {c: d}\n"},
			all,
			"",
		},
		"the kustomization, before": {
			map[string]string{"over/kustomization.yaml": older + "commonAnnotations: {c: d}\n"},
			key,
			"",
		},
		"the older field": {map[string]string{"over/kustomization.yaml": older}, all, ""},
		"a patch": {
			map[string]string{"over/kustomization.yaml": jsonPatches + "- path: other.yaml\n",
				"over/other.yaml": labelled},
			"",
			"base/route.yaml, or by a separate operation: over/kustomization.yaml:5 may give it some",
		},
		"a patch of the base": {
			map[string]string{"base/kustomization.yaml": "resources: [route.yaml]\npatches: [{path: other.yaml}]\n",
				"base/other.yaml": labelled},
			"",
			"base/kustomization.yaml:2 may give it some",
		},
		"one around": {
			map[string]string{"kustomization.yaml": "resources: [over]\npatches: [{path: other.yaml}]\n",
				"other.yaml": labelled},
			all,
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			texts := map[string]string{
				"base/route.yaml": bare, "over/kustomization.yaml": jsonPatches, "over/patch.yaml": weight}
			for name, text := range test.texts {
				texts[name] = text
			}
			edit, err := overlaid(t, texts).Overlaid().Edit(manifest.SetAnnotation{Object: routeRef, Key: "x",
				Value: "y"})
			if test.err != "" {
				require.ErrorIs(t, err, manifest.ErrUnsafe)
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, weight+test.want, string(edit.Files[0].After))
			edit, err = edit.After.Edit(manifest.RemoveAnnotations{Object: routeRef, Keys: []string{"x"}})
			require.NoError(t, err)
			require.Equal(t, weight, string(edit.Files[0].After))
		})
	}
}
