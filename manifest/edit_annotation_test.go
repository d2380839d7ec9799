package manifest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// withMetadata returns a VirtualService, the second document of its file, with the
// lines of its metadata.
func withMetadata(metadata string) string {
	return configMap("first") + "---\n" + strings.Replace(vs(twoLanes), "metadata:\n  name: mock\n", metadata, 1)
}

func TestSetAnnotationWritesBesideWhatIsThere(t *testing.T) {
	set := manifest.SetAnnotation{Object: mockRoute, Key: "example.com/state", Value: `{"a":"<b>"}`}
	const entry = `example.com/state: '{"a":"<b>"}'` + "\n"
	for name, test := range map[string]struct{ before, after string }{
		"nothing": {"metadata:\n  name: mock\n", "metadata:\n  name: mock\n  annotations:\n    " +
			entry},
		"labels": {"metadata:\n    labels:\n      a: b\n    name: mock\n",
			"metadata:\n    labels:\n      a: b\n    name: mock\n    annotations:\n      " + entry},
		"a label of lines": {"metadata:\n  name: mock\n  labels:\n    a: \"b\n      c\"\n",
			"metadata:\n  name: mock\n  labels:\n    a: \"b\n      c\"\n  annotations:\n    " + entry},
		"a block": {"metadata:\n  annotations:\n    x: |\n      one\n\n       two\n" +
			"  # of the name\n  name: mock\n", "metadata:\n  annotations:\n    x: |\n      one\n\n       two\n    " +
			entry + "  # of the name\n  name: mock\n"},
		"a folded block at the end": {"metadata:\n  name: mock\n  annotations:\n    x: >- # why\n" +
			"      # no comment\n      two\n\n",
			"metadata:\n  name: mock\n  annotations:\n    x: >- # why\n      # no comment\n      two\n    " + entry +
				"\n"},
		"an empty block": {"metadata:\n  name: mock\n  annotations:\n    x: |\n",
			"metadata:\n  name: mock\n  annotations:\n    x: |\n    " + entry},
		"no annotation yet": {"metadata:\n  annotations: # none\n  name: mock\n",
			"metadata:\n  annotations: # none\n    " + entry + "  name: mock\n"},
		"null": {"metadata:\n  annotations: ~ # none\n  name: mock\n",
			"metadata:\n  annotations: {example.com/state: '{\"a\":\"<b>\"}'} # none\n  name: mock\n"},
		"flow": {"metadata: {name: mock}\n",
			"metadata: {name: mock, annotations: {example.com/state: '{\"a\":\"<b>\"}'}}\n"},
		"empty flow": {"metadata:\n  annotations: {} # none\n  name: mock\n",
			"metadata:\n  annotations: {example.com/state: '{\"a\":\"<b>\"}'} # none\n  name: mock\n"},
		"one in quotes": {"metadata:\n  name: mock\n  annotations:\n    example.com/state: \"x\" # it\n",
			"metadata:\n  name: mock\n  annotations:\n    example.com/state: \"{\\\"a\\\":\\\"<b>\\\"}\" # it\n"},
		"one that is written plainly": {"metadata:\n  name: mock\n  annotations:\n    example.com/state: x # it\n",
			"metadata:\n  name: mock\n  annotations:\n    example.com/state: '{\"a\":\"<b>\"}' # it\n"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, ending := range []string{"\n", "\r\n"} {
				before := strings.ReplaceAll(withMetadata(test.before), "\n", ending)
				require.Equal(t, strings.ReplaceAll(withMetadata(test.after), "\n", ending), edited(t, before, set))
			}
		})
	}
}

// The end of a block is unknown only if its header holds its indentation: such a block is refused,
// wherever its document is.
func TestSetAnnotationRefusesWhatHasNoKnownEnd(t *testing.T) {
	for _, metadata := range []string{
		"metadata:\n  name: mock\n  annotations:\n    x: |2\n        y\n",
		"metadata:\n  name: mock\n  labels:\n    x: y\n      z\n",
	} {
		_, err := setOf(t, withMetadata(metadata)).Edit(manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"})
		require.ErrorContains(t, err, "several lines")
	}
}

// With {{ in it the object would count as a template, and no edit could set the annotation again.
func TestSetAnnotationRefusesWhatNoEditCouldChangeAgain(t *testing.T) {
	for value, want := range map[string]string{
		"{{":           `annotation a: must not hold {{, which would make the object a template: "{{"`,
		"why: {{ b }}": `annotation a: must not hold {{, which would make the object a template: "why: {{ b }}"`,
		"b\nc":         "annotation a: must be text of one line",
	} {
		edit, err := setOf(t, vs(twoLanes)).Edit(manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: value})
		require.ErrorContains(t, err, want)
		require.Empty(t, edit.Files)
	}
	once := edited(t, vs(twoLanes), manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "{ {b} }}"})
	edited(t, once, manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "c"})
}

// A block that keeps the blank lines after it would lose them to text that is written behind it.
func TestEditRefusesToChangeAnythingElse(t *testing.T) {
	text := withMetadata("metadata:\n  name: mock\n  annotations:\n    x: |+\n      y\n\n")
	edit, err := setOf(t, text).Edit(manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"})
	require.ErrorContains(t, err,
		"must not change anything else, but would: VirtualService default/mock: metadata.annotations.x")
	require.Empty(t, edit.Files)
}

// JSON stays JSON: kubectl and Argo CD read it as nothing else.
func TestAnnotationsOfJSONStayJSON(t *testing.T) {
	for _, metadata := range []string{`{"name": "mock"}`, `{"name": "mock", "annotations": {}}`,
		`{"name": "mock", "annotations": {"x": "y"}}`, `{"annotations": {"k": "old"}, "name": "mock"}`,
		`{"annotations": null, "name": "mock"}`} {
		text := `{
  "apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
  "metadata": ` + metadata + `,
  "spec": {"hosts": ["a"], "http": [{"route": [{"destination": {"host": "a", "subset": "v1"}, "weight": 100}]}]}
}
`
		require.True(t, json.Valid([]byte(text)))
		for _, list := range []bool{false, true} {
			if list {
				text = `{"apiVersion": "v1", "kind": "List", "items": [` + text + `]}`
			}
			after := edited(t, text, manifest.SetAnnotation{Object: mockRoute, Key: "k", Value: `{"state":"it's <b>"}`})
			require.True(t, json.Valid([]byte(after)), after)
			o := setOf(t, after).All()[0]
			require.Equal(t, `{"state":"it's <b>"}`, o.Meta().GetAnnotations()["k"])
			gone := edited(t, after, manifest.RemoveAnnotations{Object: mockRoute, Keys: []string{"k"}})
			require.True(t, json.Valid([]byte(gone)), gone)
		}
	}
}

// When several annotations are removed at once, the mapping stays only for others.
func TestRemoveSeveralAnnotations(t *testing.T) {
	remove := manifest.RemoveAnnotations{Object: mockRoute, Keys: []string{"x/state", "x/other"}}
	for text, want := range map[string]string{
		"  annotations:\n    x/state: a\n    x/other: b # gone\n":               "",
		"  annotations:\n    x/state: a\n    kept: c # stays\n    x/other: b\n": "  annotations:\n    kept: c # stays\n",
		"  annotations: {x/state: a, x/other: b}\n":                             "",
		"  annotations: {kept: c, x/state: a, x/other: b}\n":                    "  annotations: {kept: c}\n",
		"  annotations: {x/other: a, kept: c, x/state: b}\n":                    "  annotations: {kept: c}\n",
	} {
		base := vs(twoLanes)
		at := strings.Index(base, "spec:")
		require.Equal(t, base[:at]+want+base[at:], edited(t, base[:at]+text+base[at:], remove))
	}
	_, err := setOf(t, vs(twoLanes)).Edit(remove)
	require.ErrorContains(t, err, "must have annotation x/state")
	require.ErrorContains(t, err, "must have annotation x/other")
}
