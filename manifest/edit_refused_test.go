package manifest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

func TestEditRefuses(t *testing.T) {
	weights := manifest.SetWeights{Object: mockRoute, Weights: rollout.Weights{w("v1", 50), w("v2", 50)}}
	for name, test := range map[string]struct {
		text   string
		change manifest.Change
		want   string
	}{
		"no such object": {configMap("a"), weights, "must be in the set"},
		"no such lane": {vs(twoLanes),
			manifest.SetWeights{Object: mockRoute, Weights: rollout.Weights{w("v9", 50)}},
			`must have a destination for lane v9: there are "v1", "v2"`},
		"no weights": {vs(twoLanes), manifest.SetWeights{Object: mockRoute}, "must list the weights"},
		"no such route": {vs(twoLanes),
			manifest.SetWeights{Object: mockRoute, Route: "main", Weights: weights.Weights},
			`must have a route "main": there are ""`},
		"which route": {vs(twoLanes + twoLanes), weights, "must name the route: there are 2"},
		"sum": {vs(twoLanes),
			manifest.SetWeights{Object: mockRoute, Weights: rollout.Weights{w("v1", 50)}},
			"must have weights that sum to 100, not 90"},
		"sum of 0": {vs(twoLanes),
			manifest.SetWeights{Object: mockRoute, Weights: rollout.Weights{w("v1", 0), w("v2", 0)}},
			"sum to 100, not 0"},
		"negative": {vs(twoLanes),
			manifest.SetWeights{Object: mockRoute, Weights: rollout.Weights{w("v1", -10), w("v2", 110)}},
			"negative weight"},
		"single with 0": {vs("  - route:\n    - destination: {host: a, subset: v1}\n      weight: 100\n"),
			manifest.SetWeights{Object: mockRoute, Weights: rollout.Weights{w("v1", 0)}}, "sum to 100, not 0"},
		"anchor": {vs("  - route:\n    - destination: {host: a, subset: v1}\n      weight: &w 50\n" +
			"    - destination: {host: a, subset: v2}\n      weight: *w\n"), weights, "an anchor"},
		"anchored route": {vs("  - &r\n    route:\n    - destination: {host: a, subset: v1}\n      weight: 100\n"),
			manifest.SetWeights{Object: mockRoute, Weights: rollout.Weights{w("v1", 100)}}, "an anchor"},
		"merge key": {vs("  - route:\n    - <<: {weight: 50}\n      destination: {host: a, subset: v1}\n" +
			"    - destination: {host: a, subset: v2}\n      weight: 50\n"), weights, "a merge key"},
		"tag": {vs("  - route:\n    - destination: {host: a, subset: v1}\n      weight: !!int 50\n" +
			"    - destination: {host: a, subset: v2}\n      weight: 50\n"), weights, "a tag"},
		"template": {vs(strings.Replace(twoLanes, "# 60%", "# {{ .weight }}", 1)), weights, "template"},
		"add what is there": {vs(twoLanes), manifest.AddDestination{Object: mockRoute, Weight: w("v1", 0)},
			"already"},
		"nothing to copy": {vs("  - route:\n    - destination: {host: a, subset: v1}\n      weight: 100\n" +
			"      headers: {}\n"), manifest.AddDestination{Object: mockRoute, Weight: w("v2", 0)},
			"to copy for v2"},
		"remove the only": {vs("  - route:\n    - destination: {host: a, subset: v1}\n"),
			manifest.RemoveDestination{Object: mockRoute, Lane: "v1"}, "must keep a destination"},
		"remove what is not": {vs(twoLanes), manifest.RemoveDestination{Object: mockRoute, Lane: "v3"},
			`must have a destination for lane v3: there are "v1", "v2"`},
		"remove weight": {vs(twoLanes), manifest.RemoveDestination{Object: mockRoute, Lane: "v2"},
			"sum to 100, not 60"},
		"several lines": {strings.Replace(vs(twoLanes), "  name: mock\n",
			"  name: mock\n  annotations:\n    a: >\n      x\n", 1),
			manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"},
			"in.yaml:6: must not hold a value of several lines"},
		"several plain lines": {vs("  - route:\n    - destination:\n        host: a\n          b\n" +
			"        subset: v1\n      weight: 60\n    - destination: {host: a, subset: v2}\n      weight: 40\n"),
			manifest.RemoveDestination{Object: mockRoute, Lane: "v1"}, "several lines"},
		"annotation of lines": {vs(twoLanes), manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b\nc"},
			"one line"},
		"no annotation": {vs(twoLanes), manifest.RemoveAnnotations{Object: mockRoute, Keys: []string{"a"}},
			"must have annotation a"},
		"anchored annotation": {strings.Replace(vs(twoLanes), "  name: mock\n",
			"  name: mock\n  annotations: &a {x: y}\n", 1),
			manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"}, "an anchor"},
		"metadata twice": {strings.Replace(vs(twoLanes), "metadata:\n", "metadata: {name: other}\nmetadata:\n", 1),
			manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"}, "a repeated key"},
		"weight twice": {vs(strings.Replace(twoLanes, "      weight: 60     # 60%\n",
			"      weight: 60\n      weight: 60\n", 1)), weights, "a repeated key"},
		"document is there": {configMap("a"),
			manifest.AddDocument{File: "x.yaml", Value: setOf(t, configMap("a")).All()[0].Value},
			"must not be there already"},
		"document for JSON": {configMap("a"),
			manifest.AddDocument{File: "x.json", Value: setOf(t, configMap("b")).All()[0].Value}, "YAML file"},
		"document of a list": {"apiVersion: v1\nkind: List\nitems:\n" +
			"- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n" +
			"- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n",
			manifest.RemoveDocument{Object: manifest.Ref{Kind: "ConfigMap", Name: "a"}}, "a separate document"},
	} {
		t.Run(name, func(t *testing.T) {
			edit, err := setOf(t, test.text).Edit(test.change)
			require.ErrorContains(t, err, test.want)
			require.NotRegexp(t, `line \d`, err.Error(), "lines stand behind the name of the file")
			require.Empty(t, edit.Files)
		})
	}
	edit, err := setOf(t, vs(twoLanes)).Edit(weights, weights)
	require.NoError(t, err)
	require.Equal(t, edited(t, vs(twoLanes), weights), string(edit.Files[0].After))
	for _, lane := range []string{"v1", "v2"} {
		gone := manifest.RemoveDestination{Object: mockRoute, Lane: lane}
		_,
			err = setOf(t,
			vs(
				"  - route: [{destination: {host: a, subset: v1}, weight: 50}, {destination: {host: a, subset: v2}, weight: 50}]\n")).Edit(gone,
			gone)
		require.ErrorIs(t, err, manifest.ErrNotFound, "it is gone")
	}
	_, err = setOf(t, vs(twoLanes)).Edit(manifest.RemoveDestination{Object: mockRoute, Lane: "x"},
		manifest.RemoveDestination{Object: mockRoute, Lane: "y"})
	require.ErrorContains(t, err, "lane x")
	require.ErrorContains(t, err, "lane y", "all faults at once")
	_, err = mockSet(t).Edit(manifest.SetAnnotation{Object: mockSet(t).Kind("VirtualService")[0].Ref, Key: "a",
		Value: "b"})
	require.ErrorContains(t, err, "read from a file")
}

// JSON stays JSON, also with a weight that is not written yet.
func TestRoutesOfJSONStayJSON(t *testing.T) {
	const text = `{"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": "mock"},
 "spec": {"hosts": ["a"], "http": [{"route": [
  {"destination": {"host": "a", "subset": "v1"}}
 ]}]}}
`
	added := edited(t, text, manifest.SetWeights{Object: mockRoute, Weights: rollout.Weights{w("v1", 90)}},
		manifest.AddDestination{Object: mockRoute, Weight: w("v2", 10)})
	require.Equal(t, strings.Replace(text, `"v1"}}`,
		`"v1"}, "weight": 90}, {"destination": {"host": "a", "subset": "v2"}, "weight": 10}`, 1), added)
	require.True(t, json.Valid([]byte(added)))
}
