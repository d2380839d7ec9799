package manifest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

var (
	mockRoute = manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "default", Name: "mock"}
	w         = rollout.W
)

// vs returns a VirtualService around the lines of its only route.
func vs(routes string) string {
	return "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\nmetadata:\n  name: mock\nspec:\n" +
		"  hosts: [mock]\n  http:\n" + routes
}

const twoLanes = `  - route: # shared
    # the stable one
    - destination:
        host: mocka.default.svc.cluster.local
        subset: v1   # lane
      weight: 60     # 60%
    - weight: "40"
      destination: {subset: 'v2', host: mocka.default.svc.cluster.local}
`

func setOf(t require.TestingT, text string) manifest.Set {
	set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: []byte(text)})
	require.NoError(t, err)
	return set
}

// edited returns the new text of the only file.
func edited(t require.TestingT, text string, changes ...manifest.Change) string {
	edit, err := setOf(t, text).Edit(changes...)
	require.NoError(t, err, "%s", text)
	require.Len(t, edit.Files, 1)
	require.Equal(t, text, string(edit.Files[0].Before))
	require.Equal(t, "in.yaml", edit.Files[0].Name)
	return string(edit.Files[0].After)
}

func TestEditOfRoutes(t *testing.T) {
	weights := func(ws ...rollout.Weight) manifest.Change {
		return manifest.SetWeights{Object: mockRoute, Weights: ws}
	}
	for name, test := range map[string]struct {
		text    string
		changes []manifest.Change
		old     []string // pairs: what is replaced by what
	}{
		"weights": {twoLanes, []manifest.Change{weights(w("v1", 5), w("v2", 95))},
			[]string{"weight: 60 ", "weight: 5 ", `"40"`, `"95"`}},
		"one of two keeps the other": {twoLanes, []manifest.Change{weights(w("v1", 60))}, nil},
		"without a weight": {"  - route:\n    - destination: {host: a, subset: v1}\n      weight: 100\n" +
			"    - destination: {host: a, subset: v2}\n    # end\n",
			[]manifest.Change{weights(w("v1", 90), w("v2", 10))},
			[]string{"weight: 100", "weight: 90", "subset: v2}\n", "subset: v2}\n      weight: 10\n"}},
		"flow without a weight": {
			"  - route: [{destination: {host: a, subset: v1}, weight: 100}, { destination: {host: a, subset: v2} }]\n",
			[]manifest.Change{weights(w("v1", 90), w("v2", 10))},
			[]string{"weight: 100", "weight: 90", "v2} }", "v2}, weight: 10 }"}},
		"float that is the same": {strings.Replace(twoLanes, "60 ", "60.0 ", 1),
			[]manifest.Change{weights(w("v1", 60), w("v2", 40))}, nil},
		"float": {strings.Replace(twoLanes, "60 ", "60.0 ", 1), []manifest.Change{weights(w("v1", 70), w("v2", 30))},
			[]string{"60.0", "70", `"40"`, `"30"`}},
		"add": {twoLanes, []manifest.Change{weights(w("v1", 50)),
			manifest.AddDestination{Object: mockRoute, Weight: w("v3", 10)}},
			[]string{"60 ", "50 ", "svc.cluster.local}\n",
				"svc.cluster.local}\n    - weight: \"10\"\n" +
					"      destination: {subset: 'v3', host: mocka.default.svc.cluster.local}\n"}},
		"add without final newline": {strings.TrimSuffix(twoLanes, "\n"),
			[]manifest.Change{weights(w("v1", 60)), manifest.AddDestination{Object: mockRoute, Weight: w("v3", 0)}},
			[]string{"svc.cluster.local}",
				"svc.cluster.local}\n    - weight: \"0\"\n" +
					"      destination: {subset: 'v3', host: mocka.default.svc.cluster.local}"}},
		"add like a commented one": {"  - route:\n    - destination: # to\n        host: a # host\n" +
			"        # the lane\n        subset: v1\n\n      weight: 100 # all\n    # tail\n  - name: other\n" +
			"    route: [{destination: {host: a}}]\n",
			[]manifest.Change{manifest.SetWeights{Object: mockRoute, Route: "main",
				Weights: rollout.Weights{w("v1", 90)}},
				manifest.AddDestination{Object: mockRoute, Route: "main", Weight: w("v2", 10)}},
			[]string{"weight: 100 # all\n",
				"weight: 90 # all\n    - destination:\n        host: a\n        subset: v2\n      weight: 10\n"}},
		"add like one without a weight": {"  - route:\n    - destination: # to\n        host: a\n" +
			"        subset: v1 # only\n",
			[]manifest.Change{manifest.AddDestination{Object: mockRoute, Weight: w("v2", 10)}, weights(w("v1", 90))},
			[]string{"v1 # only\n",
				"v1 # only\n      weight: 90\n    - destination:\n        host: a\n        subset: v2\n" +
					"      weight: 10\n"}},
		"add like a flow one without a weight": {"  - route:\n    - { destination: {host: a, subset: v1} } # only\n",
			[]manifest.Change{weights(w("v1", 90)), manifest.AddDestination{Object: mockRoute, Weight: w("v2", 10)}},
			[]string{"v1} } # only\n",
				"v1}, weight: 90 } # only\n    - { destination: {host: a, subset: v2}, weight: 10 }\n"}},
		"add in flow like one without a weight": {"  - route: [{destination: {host: a, subset: v1}}] # only\n",
			[]manifest.Change{weights(w("v1", 90)), manifest.AddDestination{Object: mockRoute, Weight: w("v2", 10)}},
			[]string{"v1}}]", "v1}, weight: 90}, {destination: {host: a, subset: v2}, weight: 10}]"}},
		"a name that need not be said": {"  - name: main\n    route:\n    - destination: {host: a, subset: v1}\n" +
			"      weight: 60\n    - destination: {host: a, subset: v2}\n      weight: 40\n",
			[]manifest.Change{weights(w("v1", 70), w("v2", 30))},
			[]string{"weight: 60", "weight: 70", "weight: 40", "weight: 30"}},
		"add in flow": {"  - route: [{destination: {host: a, subset: v1}, weight: 100}] # only\n",
			[]manifest.Change{weights(w("v1", 90)), manifest.AddDestination{Object: mockRoute, Weight: w("v2", 10)}},
			[]string{"weight: 100}]", "weight: 90}, {destination: {host: a, subset: v2}, weight: 10}]"}},
		"remove": {twoLanes, []manifest.Change{weights(w("v2", 100)),
			manifest.RemoveDestination{Object: mockRoute, Lane: "v1"}},
			[]string{"    - destination:\n        host: mocka.default.svc.cluster.local\n" +
				"        subset: v1   # lane\n      weight: 60     # 60%\n", "", `"40"`, `"100"`}},
		"remove the last": {twoLanes, []manifest.Change{weights(w("v1", 100)),
			manifest.RemoveDestination{Object: mockRoute, Lane: "v2"}},
			[]string{"    - weight: \"40\"\n      destination: {subset: 'v2', host: mocka.default.svc.cluster.local}\n",
				"", "60 ", "100 "}},
		"remove the last without final newline": {strings.TrimSuffix(twoLanes, "\n"),
			[]manifest.Change{weights(w("v1", 100)), manifest.RemoveDestination{Object: mockRoute, Lane: "v2"}},
			[]string{"\n    - weight: \"40\"\n      destination: {subset: 'v2', host: mocka.default.svc.cluster.local}",
				"", "60 ", "100 "}},
		"remove the first in flow": {
			"  - route: [{destination: {host: a, subset: v1}, weight: 0}, {destination: {host: a, subset: v2}, weight: 100}]\n",
			[]manifest.Change{manifest.RemoveDestination{Object: mockRoute, Lane: "v1"}},
			[]string{"{destination: {host: a, subset: v1}, weight: 0}, ", ""}},
		"remove the last in flow": {
			"  - route: [{destination: {host: a, subset: v1}, weight: 100}, {destination: {host: a, subset: v2}, weight: 0}]\n",
			[]manifest.Change{manifest.RemoveDestination{Object: mockRoute, Lane: "v2"}},
			[]string{", {destination: {host: a, subset: v2}, weight: 0}", ""}},
		"remove the last two in flow": {"  - route: [ {destination: {host: a, subset: v3}, weight: 100},\n" +
			"      {destination: {host: a, subset: v1}, weight: 0} ,{destination: {host: a, subset: v2}, weight: 0} ]\n",
			[]manifest.Change{manifest.RemoveDestination{Object: mockRoute, Lane: "v1"},
				manifest.RemoveDestination{Object: mockRoute, Lane: "v2"}},
			[]string{
				",\n      {destination: {host: a, subset: v1}, weight: 0} ,{destination: {host: a, subset: v2}, weight: 0}",
				""}},
		"remove all but one in flow": {
			"  - route: [{destination: {host: a, subset: v1}, weight: 0}, {destination: {host: a, subset: v3}, weight: 100}, {destination: {host: a, subset: v2}, weight: 0}, {destination: {host: a, subset: v4}, weight: 0}, {destination: {host: a, subset: v5}, weight: 0}]\n",
			[]manifest.Change{manifest.RemoveDestination{Object: mockRoute, Lane: "v1"},
				manifest.RemoveDestination{Object: mockRoute, Lane: "v5"},
				manifest.RemoveDestination{Object: mockRoute, Lane: "v2"},
				manifest.RemoveDestination{Object: mockRoute, Lane: "v4"}},
			[]string{"{destination: {host: a, subset: v1}, weight: 0}, ", "",
				", {destination: {host: a, subset: v2}, weight: 0}, {destination: {host: a, subset: v4}, weight: 0}, {destination: {host: a, subset: v5}, weight: 0}",
				""}},
		"remove the first before a comment": {"  - route: [{destination: {host: a, subset: v1}, weight: 0},  # one\n" +
			"      {destination: {host: a, subset: v2}, weight: 100}]  # two\n",
			[]manifest.Change{manifest.RemoveDestination{Object: mockRoute, Lane: "v1"}},
			[]string{"{destination: {host: a, subset: v1}, weight: 0},", ""}},
		"remove the last after a comment": {"  - route: [{destination: {host: a, subset: v1}, weight: 100},\n" +
			"      {destination: {host: a, subset: v2}, weight: 0}]  # two\n",
			[]manifest.Change{manifest.RemoveDestination{Object: mockRoute, Lane: "v2"}},
			[]string{",\n      {destination: {host: a, subset: v2}, weight: 0}", ""}},
		"remove the last behind a comment": {"  - route: [{destination: {host: a, subset: v1}, weight: 100},  # one\n" +
			"      {destination: {host: a, subset: v2}, weight: 0}]  # two\n",
			[]manifest.Change{manifest.RemoveDestination{Object: mockRoute, Lane: "v2"}},
			[]string{"{destination: {host: a, subset: v2}, weight: 0}", ""}},
		"dash alone": {"  - route:\n    -\n      # to v1\n      destination: {host: a, subset: v1}\n" +
			"      weight: 100\n    -\n      destination: {host: a, subset: v2}\n      weight: 0\n",
			[]manifest.Change{manifest.RemoveDestination{Object: mockRoute, Lane: "v2"}, weights(w("v1", 100))},
			[]string{"    -\n      destination: {host: a, subset: v2}\n      weight: 0\n", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			text := vs(test.text)
			if strings.Contains(name, "commented one") {
				text = strings.Replace(text, "  - route:", "  - name: main\n    route:", 1)
			}
			for _, ending := range []string{"\n", "\r\n"} {
				text := strings.ReplaceAll(text, "\n", ending)
				want := text
				for i := 0; i < len(test.old); i += 2 {
					old, replacement := strings.ReplaceAll(test.old[i], "\n", ending),
						strings.ReplaceAll(test.old[i+1], "\n", ending)
					require.Contains(t, want, old)
					want = strings.Replace(want, old, replacement, 1)
				}
				edit, err := setOf(t, text).Edit(test.changes...)
				require.NoError(t, err)
				if want == text {
					require.Empty(t, edit.Files)
					continue
				}
				require.Equal(t, want, string(edit.Files[0].After))
			}
		})
	}
}

func TestEditOfAnnotations(t *testing.T) {
	set := manifest.SetAnnotation{Object: mockRoute, Key: "a.b/c", Value: `{"it's":1}`}
	remove := manifest.RemoveAnnotations{Object: mockRoute, Keys: []string{"a.b/c"}}
	meta := func(s string) string { return strings.Replace(vs(twoLanes), "metadata:\n  name: mock\n", s, 1) }
	for name, test := range map[string]struct {
		before string
		change manifest.Change
		after  string
	}{
		"none": {"metadata:\n  name: mock # it\n", set,
			"metadata:\n  name: mock # it\n  annotations:\n    a.b/c: '{\"it''s\":1}'\n"},
		"none, four spaces": {"metadata:\n    name: mock\n    labels:\n        a: b\n", set,
			"metadata:\n    name: mock\n    labels:\n        a: b\n    annotations:\n        a.b/c: '{\"it''s\":1}'\n"},
		"none, flow": {"metadata: {name: mock}\n", set,
			"metadata: {name: mock, annotations: {a.b/c: '{\"it''s\":1}'}}\n"},
		"others": {"metadata:\n  annotations:\n    x: y # why\n  name: mock\n", set,
			"metadata:\n  annotations:\n    x: y # why\n    a.b/c: '{\"it''s\":1}'\n  name: mock\n"},
		"others in flow": {"metadata:\n  annotations: { x: y }\n  name: mock\n", set,
			"metadata:\n  annotations: { x: y, a.b/c: '{\"it''s\":1}' }\n  name: mock\n"},
		"empty flow": {"metadata:\n  annotations: {}\n  name: mock\n", set,
			"metadata:\n  annotations: {a.b/c: '{\"it''s\":1}'}\n  name: mock\n"},
		"there": {"metadata:\n  name: mock\n  annotations:\n    a.b/c: old # state\n", set,
			"metadata:\n  name: mock\n  annotations:\n    a.b/c: '{\"it''s\":1}' # state\n"},
		"there, double quotes": {"metadata:\n  name: mock\n  annotations:\n    a.b/c: \"old\" # state\n", set,
			"metadata:\n  name: mock\n  annotations:\n    a.b/c: \"{\\\"it's\\\":1}\" # state\n"},
		"none, flow, empty": {"metadata: {annotations: , name: mock}\n", set,
			"metadata: {annotations: {a.b/c: '{\"it''s\":1}'}, name: mock}\n"},
		"there, empty": {"metadata:\n  annotations:\n    a.b/c: # state\n  name: mock\n", set,
			"metadata:\n  annotations:\n    a.b/c: '{\"it''s\":1}' # state\n  name: mock\n"},
		"remove": {"metadata:\n  annotations:\n    x: y\n    a.b/c: old # state\n  name: mock\n", remove,
			"metadata:\n  annotations:\n    x: y\n  name: mock\n"},
		"remove the only": {"metadata:\n  annotations:\n    a.b/c: old\n  name: mock\n", remove,
			"metadata:\n  name: mock\n"},
		"remove in flow": {"metadata: {annotations: {a.b/c: old, x: y}, name: mock}\n", remove,
			"metadata: {annotations: {x: y}, name: mock}\n"},
		"remove the only flow": {"metadata: {name: mock, annotations: {a.b/c: old}}\n", remove,
			"metadata: {name: mock}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, meta(test.after), edited(t, meta(test.before), test.change))
		})
	}
}

func TestEditOfDocuments(t *testing.T) {
	c := &corev1.ConfigMap{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Name: "c"}}
	add := manifest.AddDocument{File: "in.yaml", Value: c}
	ref := func(name string) manifest.Ref { return manifest.Ref{Kind: "ConfigMap", Name: name} }
	a, b := configMap("a"), configMap("b")
	for name, test := range map[string]struct {
		before, after string
		change        manifest.Change
	}{
		"add":                   {a, a + "---\n" + configMap("c"), add},
		"add, no final newline": {strings.TrimSuffix(a, "\n"), a + "---\n" + configMap("c"), add},
		"add, crlf": {strings.ReplaceAll(a, "\n", "\r\n"),
			strings.ReplaceAll(a+"---\n"+configMap("c"), "\n", "\r\n"), add},
		"add to comments": {"# nothing yet\n", "# nothing yet\n" + configMap("c"), add},
		"remove the first": {a + "---\n# about b\n" + b, "# about b\n" + b,
			manifest.RemoveDocument{Object: ref("a")}},
		"remove the first marked": {"---\n" + a + "---\n" + b, "---\n" + b, manifest.RemoveDocument{Object: ref("a")}},
		"remove the last":         {a + "---\n# about b\n" + b, a, manifest.RemoveDocument{Object: ref("b")}},
		"remove between": {a + "---\n" + configMap("x") + "---\n" + b, a + "---\n" + b,
			manifest.RemoveDocument{Object: ref("x")}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.after, edited(t, test.before, test.change)) })
	}

	edit, err := setOf(t, "# only\n"+a).Edit(manifest.RemoveDocument{Object: ref("a")},
		manifest.AddDocument{File: "new/c.yaml", Value: c})
	require.NoError(t, err)
	require.Equal(t, []manifest.FileChange{
		{Name: "in.yaml", Before: []byte("# only\n" + a)},
		{Name: "new/c.yaml", After: []byte(configMap("c"))},
	}, edit.Files)
	require.Equal(t, 1, edit.After.Len())
}

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
			require.NotRegexp(t, `line \d`, err.Error(), "lines come after the name of the file")
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
