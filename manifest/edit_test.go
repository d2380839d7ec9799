package manifest_test

import (
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
