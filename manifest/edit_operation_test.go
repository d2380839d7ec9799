package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// Operations are edited in their place. A value without one gets one.
func TestOperationsAreEdited(t *testing.T) {
	const first, second = "- {op: replace, path: /spec/http/0/route/0/weight, value: 60} # most\n",
		"- {op: replace, path: /spec/http/0/route/1/weight, value: 40}\n"
	weights := func(lanes ...any) manifest.SetWeights {
		c := manifest.SetWeights{Object: routeRef}
		for i := 0; i < len(lanes); i += 2 {
			c.Weights = append(c.Weights, rollout.W(lanes[i].(string), lanes[i+1].(int)))
		}
		return c
	}
	add := func(lane string, percent int) manifest.AddDestination {
		return manifest.AddDestination{Object: routeRef, Weight: rollout.W(lane, percent)}
	}
	remove := func(lane string) manifest.RemoveDestination {
		return manifest.RemoveDestination{Object: routeRef, Lane: lane}
	}
	annotate := manifest.SetAnnotation{Object: routeRef, Key: "a/b", Value: "it's"}
	bare := manifest.RemoveAnnotations{Object: routeRef, Keys: []string{"a/b"}}
	joins := func(lane, percent string) string {
		return "- {op: add, path: /spec/http/0/route/-, value: {destination: {host: a, subset: " + lane +
			"}, weight: " +
			percent + "}}\n"
	}
	listed := func(first, second string) string {
		return "- {op: replace, path: /spec/http/0/route, value: [{destination: {host: a, subset: v1}, weight: " + first +
			"}, {destination: {host: a, subset: v2}, weight: " + second + "}]}\n"
	}
	const removes = "- {op: remove, path: /spec/http/0/route/0}\n"
	for name, test := range map[string]struct {
		patch   string
		changes []manifest.Change
		want    string // the patch; empty: it is refused with the error
		err     string
	}{
		"weights": {
			first + second,
			[]manifest.Change{weights("v1", 0, "v2", 100)},
			strings.Replace(first, "60", "0", 1) + strings.Replace(second, "40", "100", 1),
			"",
		},
		"one that is beneath": {
			first,
			[]manifest.Change{weights("v1", 55, "v2", 45)},
			strings.Replace(first, "60", "55", 1) + strings.Replace(second, "40", "45", 1),
			"",
		},
		"one as it is beneath": {
			first,
			[]manifest.Change{weights("v1", 9, "v2", 91)},
			strings.Replace(first, "60", "9", 1),
			"",
		},
		"one that has none": {
			first + "- {op: remove, path: /spec/http/0/route/1/weight}\n",
			[]manifest.Change{weights("v1", 55, "v2", 45)},
			strings.Replace(first, "60", "55", 1) + "- {op: remove, path: /spec/http/0/route/1/weight}\n" +
				"- {op: add, path: /spec/http/0/route/1/weight, value: 45}\n",
			"",
		},
		"one that needs none": {
			first + "- {op: remove, path: /spec/http/0/route/1/weight}\n",
			[]manifest.Change{weights("v1", 100, "v2", 0)},
			strings.Replace(first, "60", "100", 1) + "- {op: remove, path: /spec/http/0/route/1/weight}\n",
			"",
		},
		"a lane comes": {
			first + second,
			[]manifest.Change{weights("v1", 50), add("v3", 10)},
			strings.Replace(first, "60", "50", 1) + second + joins("v3", "10"),
			"",
		},
		"and goes": {first + second + joins("v3", "0"), []manifest.Change{remove("v3")}, first + second, ""},
		"a lane beneath goes": {
			first + strings.Replace(second, "40", "0", 1),
			[]manifest.Change{weights("v1", 0, "v2", 0), add("v3", 100), remove("v1")},
			strings.Replace(first, "60", "0", 1) + strings.Replace(second, "40", "0", 1) + joins("v3", "100") + removes,
			"",
		},
		"one before it went": {
			first + second + joins("v3", "0") + removes +
				"- {op: replace, path: /spec/http/0/route/0/weight, value: 100}\n",
			[]manifest.Change{remove("v3")},
			first + second + removes + "- {op: replace, path: /spec/http/0/route/0/weight, value: 100}\n",
			"",
		},
		"one is counted on": {
			first + second + joins("v3", "5") + "- {op: replace, path: /spec/http/0/route/2/weight, value: 0}\n",
			[]manifest.Change{remove("v3")},
			first + second + joins("v3", "5") + "- {op: replace, path: /spec/http/0/route/2/weight, value: 0}\n" +
				"- {op: remove, path: /spec/http/0/route/2}\n",
			"",
		},
		"one is moved": {
			first + second + joins("v3", "0") +
				"- {op: add, path: /spec/http/0/route/0, value: {destination: {host: a, subset: v0}, weight: 0}}\n",
			[]manifest.Change{remove("v3")},
			first + second +
				"- {op: add, path: /spec/http/0/route/0, value: {destination: {host: a, subset: v0}, weight: 0}}\n",
			"",
		},
		"one behind it": {
			first + second + joins("v3", "0") + joins("v4", "0"),
			[]manifest.Change{remove("v3")},
			first + second + joins("v4", "0"),
			"",
		},
		"one behind it is gone": {
			first + second + joins("v3", "0") + joins("v4", "0") + "- {op: remove, path: /spec/http/0/route/3}\n",
			[]manifest.Change{remove("v3")},
			first + second + joins("v3", "0") + joins("v4", "0") +
				"- {op: remove, path: /spec/http/0/route/3}\n- {op: remove, path: /spec/http/0/route/2}\n",
			"",
		},
		"in a list of which one changes": {
			listed("9", "40") + first,
			[]manifest.Change{weights("v1", 0, "v2", 100), remove("v1")},
			listed("9", "100") + strings.Replace(first, "60", "0", 1) + removes,
			"",
		},
		"the first once others went": {
			first + second + joins("v3", "0") + removes + joins("v4", "100") + removes,
			[]manifest.Change{remove("v3")},
			first + second + removes + joins("v4", "100") + removes,
			"",
		},
		"in another list": {
			joins("v3", "0") +
				"- {op: add, path: /spec/http/0/route, value: [{destination: {host: a, subset: v1}, weight: 100}]}\n" +
				"- {op: add, path: /spec/http/0/route/1, value: {destination: {host: a, subset: v3}, weight: 0}}\n",
			[]manifest.Change{remove("v3")},
			joins("v3", "0") +
				"- {op: add, path: /spec/http/0/route, value: [{destination: {host: a, subset: v1}, weight: 100}]}\n" +
				"- {op: add, path: /spec/http/0/route/1, value: {destination: {host: a, subset: v3}, weight: 0}}\n" +
				"- {op: remove, path: /spec/http/0/route/1}\n",
			"",
		},
		"an only lane": {
			removes + "- {op: remove, path: /spec/http/0/route/0/weight}\n",
			[]manifest.Change{add("v3", 0)},
			removes + "- {op: remove, path: /spec/http/0/route/0/weight}\n" +
				"- {op: add, path: /spec/http/0/route/0/weight, value: 100}\n" + joins("v3", "0"),
			"",
		},
		"its weight": {
			removes + "- {op: remove, path: /spec/http/0/route/0/weight}\n",
			[]manifest.Change{manifest.WriteWeight{Object: routeRef}},
			removes + "- {op: remove, path: /spec/http/0/route/0/weight}\n" +
				"- {op: add, path: /spec/http/0/route/0/weight, value: 100}\n",
			"",
		},
		"an annotation": {
			first + second,
			[]manifest.Change{annotate},
			first + second + "- {op: add, path: /metadata/annotations/a~1b, value: 'it''s'}\n",
			"",
		},
		"written otherwise": {
			"-   op: replace\n    path: /spec/http/0/route/0/weight\n    value: 9\n",
			[]manifest.Change{annotate},
			"-   op: replace\n    path: /spec/http/0/route/0/weight\n    value: 9\n- op: add\n" +
				"  path: /metadata/annotations/a~1b\n  value: 'it''s'\n",
			"",
		},
		"in JSON": {
			`[{"op": "replace", "path": "/spec/http/0/route/0/weight", "value": 9}]`,
			[]manifest.Change{annotate},
			`[{"op": "replace", "path": "/spec/http/0/route/0/weight", "value": 9}, ` +
				`{"op": "add", "path": "/metadata/annotations/a~1b", "value": "it's"}]`,
			"",
		},
		"one that has its own": {
			first + "- {op: add, path: /metadata/annotations/a~1b, value: \"x\"}\n" + second,
			[]manifest.Change{annotate},
			first + "- {op: add, path: /metadata/annotations/a~1b, value: \"it's\"}\n" + second,
			"",
		},
		"one of all": {
			first + "- {op: add, path: /metadata/annotations, value: {c: d}}\n" + second,
			[]manifest.Change{annotate},
			first + "- {op: add, path: /metadata/annotations, value: {c: d, a/b: 'it''s'}}\n" + second,
			"",
		},
		"none any more": {
			first + second + "- {op: remove, path: /metadata/annotations}\n",
			[]manifest.Change{annotate},
			first + second + "- {op: remove, path: /metadata/annotations}\n" +
				"- {op: add, path: /metadata/annotations, value: {a/b: 'it''s'}}\n",
			"",
		},
		"an annotation goes": {
			first + "- {op: add, path: /metadata/annotations/a~1b, value: x}\n" + second,
			[]manifest.Change{bare},
			first + second,
			"",
		},
		"one of all goes": {
			first + second + "- {op: add, path: /metadata/annotations, value: {c: d, a/b: x}}\n",
			[]manifest.Change{bare},
			first + second + "- {op: add, path: /metadata/annotations, value: {c: d}}\n",
			"",
		},
		"all go": {
			first + second + "- {op: remove, path: /metadata/annotations}\n" +
				"- {op: add, path: /metadata/annotations, value: {a/b: x}}\n",
			[]manifest.Change{bare},
			first + second + "- {op: remove, path: /metadata/annotations}\n",
			"",
		},
		"all go, others come": {
			first + second + "- {op: add, path: /metadata/annotations, value: {a/b: x}}\n",
			[]manifest.Change{bare},
			"",
			"must not change anything else, but would:",
		},
		"one that is beneath too": {
			first,
			[]manifest.Change{manifest.RemoveAnnotations{Object: routeRef, Keys: []string{"old"}}},
			"",
			"over/patch.yaml:1: must be written here to be edited: it is elsewhere",
		},
		"a test would fail": {
			first + second + "- {op: test, path: /spec/http/0/route/0/weight, value: 60}\n",
			[]manifest.Change{weights("v1", 50, "v2", 50)},
			"",
			"over/patch.yaml:3: must not have the operation test /spec/http/0/route/0/weight: it would fail afterwards",
		},
		"a name": {
			first + second,
			[]manifest.Change{manifest.NameRoute{Object: routeRef, Index: 0, Name: "x"}},
			"",
			"must be written here to be edited",
		},
		"a host": {
			first + second,
			[]manifest.Change{manifest.SetField{Object: routeRef, Path: "spec.hosts[0]", Value: "b"}},
			"",
			"must be written here to be edited",
		},
	} {
		t.Run(name, func(t *testing.T) {
			edit, err := operated(t, test.patch).Edit(test.changes...)
			if test.want == "" {
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.Len(t, edit.Files, 1)
			require.Equal(t, "over/patch.yaml", edit.Files[0].Name)
			require.Equal(t, test.want, string(edit.Files[0].After))
		})
	}
}
