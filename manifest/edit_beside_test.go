package manifest_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

var toHalves = manifest.SetWeights{Object: mockRoute, Weights: rollout.Weights{w("v1", 50), w("v2", 50)}}

// halves returns a text with the weights of twoLanes at 50.
func halves(text string) string {
	return strings.Replace(strings.Replace(text, "weight: 60", "weight: 50", 1), `weight: "40"`, `weight: "50"`, 1)
}

// wrong are documents with something wrong, each in another way.
var wrong = map[string]string{
	"no YAML":               "a: [\n",
	"a template":            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n",
	"a template, YAML":      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \"{{ .Release.Name }}\"\n",
	"a part of a template":  "{{- if .Values.canary }}\n",
	"a conflict":            "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> theirs\n",
	"the end of a conflict": "a: 1\n>>>>>>> theirs\n",
	"no object":             "- 1\n",
	"no UTF-8":              "a: \xff\n",
	"an unknown key": "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: typo}\n" +
		"spec: {host: a}\n",
	"a key twice":       "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice}\ndata: {a: b, a: c}\n",
	"a wrong type":      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: typed}\nspec: {replicas: many}\n",
	"passed over":       configMap("x") + "...\n" + configMap("y"),
	"beside its marker": configMap("x") + "--- {apiVersion: v1, kind: ConfigMap, metadata: {name: y}}\n",
	"cut by dashes":     configMap("x") + "---x: y\n",
	"too deep":          "a: " + strings.Repeat("[", 200) + "\n",
	"a tab":             "a:\n\tb: 1\n",
	"an unknown alias":  "a: *b\n",
}

// An edit is made whatever is wrong with the other documents of its file, and leaves them as they
// are, byte for byte.
func TestEditBesideWhatIsWrong(t *testing.T) {
	changes := map[string]struct {
		changes []manifest.Change
		want    func(text string) string
	}{
		"weights": {[]manifest.Change{toHalves}, halves},
		"state": {[]manifest.Change{manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"}},
			func(text string) string {
				return strings.Replace(text, "  name: mock\n", "  name: mock\n  annotations:\n    a: 'b'\n", 1)
			}},
		"both": {[]manifest.Change{toHalves, manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"}},
			func(text string) string {
				return strings.Replace(halves(text), "  name: mock\n", "  name: mock\n  annotations:\n    a: 'b'\n", 1)
			}},
	}
	for name, doc := range wrong {
		for position, text := range map[string]string{
			"before": doc + "---\n" + vs(twoLanes),
			"after":  vs(twoLanes) + "---\n" + doc,
			"around": doc + "---\n" + configMap("a") + "---\n" + vs(twoLanes) + "---\n" + doc + "---\n" +
				configMap("b"),
		} {
			set, _ := decodeText(manifest.Reader{}, text)
			for what, change := range changes {
				t.Run(name+" "+position+" "+what, func(t *testing.T) {
					edit, err := set.Edit(change.changes...)
					require.NoError(t, err)
					require.Equal(t, change.want(text), string(edit.Files[0].After))
					require.Len(t, edit.After.Faults(), len(set.Faults()))
					require.Equal(t, set.Len(), edit.After.Len())
				})
			}
		}
	}
}

// Documents are added and removed beside faulty ones too, except in a file where an added one would
// not be read.
func TestDocumentsComeAndGoBesideWhatIsWrong(t *testing.T) {
	object := setOf(t, configMap("c")).All()[0]
	for name, doc := range wrong {
		t.Run(name, func(t *testing.T) {
			text := vs(twoLanes) + "---\n" + doc
			set, _ := decodeText(manifest.Reader{}, text)
			added, err := set.Edit(manifest.AddDocument{File: "in.yaml", Value: object.Value})
			require.NoError(t, err)
			require.Equal(t, text+"---\n"+configMap("c"), string(added.Files[0].After))
			removed, err := added.After.Edit(manifest.RemoveDocument{Object: object.Ref})
			require.NoError(t, err)
			require.Equal(t, text, string(removed.Files[0].After))
			removed, err = added.After.Edit(manifest.RemoveDocument{Object: mockRoute})
			require.NoError(t, err)
			require.Equal(t, doc+"---\n"+configMap("c"), string(removed.Files[0].After))
		})
	}
	many, err := decodeText(manifest.Reader{MaxDocuments: 1}, configMap("a")+"---\n"+configMap("b"))
	require.Error(t, err)
	_, err = many.Edit(manifest.AddDocument{File: "in.yaml", Value: object.Value})
	require.EqualError(t, err,
		"edit: in.yaml: must hold [] for Kubernetes' reader too, not [ConfigMap a ConfigMap b ConfigMap c]")
}

// The edited document itself must be whole, and Kubernetes' reader must read it.
func TestEditRefusesWhatIsItselfWrong(t *testing.T) {
	ours := vs(twoLanes)
	for name, test := range map[string]struct{ text, want string }{
		"a template": {configMap("a") + "---\n" + strings.Replace(ours, "# 60%", "# {{ .w }}", 1),
			"VirtualService default/mock at in.yaml:6: must not be a template ({{): edit what it is made from"},
		"no YAML": {configMap("a") + "---\n" + ours + "a: [\n",
			"VirtualService default/mock: must be in the set; it may be in what could not be read: in.yaml:21"},
		"a conflict": {configMap("a") + "---\n" +
			strings.Replace(ours, "      weight: 60", "<<<<<<< HEAD\n      weight: 60", 1),
			"VirtualService default/mock: must be in the set; it may be in what could not be read: in.yaml:18"},
		"no VirtualService": {configMap("a") + "---\n" + strings.Replace(ours, "weight: 60", "weight: many", 1),
			"VirtualService default/mock at in.yaml:6: must be a VirtualService that can be read"},
		"beside its marker": {configMap("a") +
			"--- {apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: mock}, spec: {http: [{route: [{destination: {host: a, subset: v1}, weight: 60}, {destination: {host: a, subset: v2}, weight: 40}]}]}}\n",
			"VirtualService default/mock at in.yaml:5: must be what Kubernetes' reader finds there"},
		"passed over": {json2 + "---\n" + ours,
			"VirtualService default/mock at in.yaml:4: must be what Kubernetes' reader finds there"},
		"passed over, like all": {configMap("a") + "...\n" + ours,
			"VirtualService default/mock: must be in the set; it may be in what could not be read: in.yaml:6"},
	} {
		t.Run(name, func(t *testing.T) {
			set, _ := decodeText(manifest.Reader{}, test.text)
			edit, err := set.Edit(toHalves)
			require.EqualError(t, err, "edit: "+test.want)
			require.Empty(t, edit.Files)
		})
	}
	// Kubernetes' reader does not read YAML behind several objects of JSON.
	add := manifest.AddDocument{File: "in.yaml", Value: setOf(t, configMap("c")).All()[0].Value}
	_, err := setOf(t, json2).Edit(add)
	require.ErrorContains(t, err, "in.yaml: must be what Kubernetes' reader takes")
}

// TestEditsMakeNothingWorse holds for files of good and faulty documents in any order: an edit of a
// good one is the same as in a separate file, and all else stays.
func TestEditsMakeNothingWorse(t *testing.T) {
	names := slices.Sorted(maps.Keys(wrong))
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "documents")
		at := rapid.IntRange(0, n-1).Draw(t, "at")
		docs := make([]string, n)
		for i := range docs {
			docs[i] = configMap(fmt.Sprint("c", i))
			if rapid.Bool().Draw(t, "wrong") {
				docs[i] = wrong[rapid.SampledFrom(names).Draw(t, "what")]
			}
		}
		docs[at] = vs(twoLanes)
		text := rapid.SampledFrom([]string{"", "---\n", "# head\n"}).Draw(t, "head") + strings.Join(docs, "---\n")
		if rapid.Bool().Draw(t, "crlf") {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		set, _ := decodeText(manifest.Reader{}, text)
		edit, err := set.Edit(toHalves)
		require.NoError(t, err, "%s", text)
		require.Equal(t, halves(text), string(edit.Files[0].After))
		fresh, _ := decodeText(manifest.Reader{}, string(edit.Files[0].After))
		require.Equal(t, fresh.Faults(), edit.After.Faults())
		require.Equal(t, places(fresh.All()), places(edit.After.All()))
		require.Equal(t, places(set.All()), places(edit.After.All()), "no line moves")
	})
}
