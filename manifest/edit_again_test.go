package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// The objects of a document that is not read again know their new lines.
func TestEditMovesWhatItDoesNotReadAgain(t *testing.T) {
	text := vs(twoLanes) + "---\n" + strings.ReplaceAll(vs(twoLanes), "name: mock", "name: other")
	first, err := setOf(t, text).Edit(manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"})
	require.NoError(t, err)
	fresh := setOf(t, string(first.Files[0].After))
	for i, o := range first.After.All() {
		require.Equal(t, fresh.All()[i].Line, o.Line)
		require.Equal(t, fresh.All()[i].LineOf("spec.http[0].route[1].weight"),
			o.LineOf("spec.http[0].route[1].weight"))
	}
	other := mockRoute
	other.Name = "other"
	weights := manifest.SetWeights{Object: other, Weights: rollout.Weights{w("v1", 1), w("v2", 99)}}
	second, err := first.After.Edit(weights)
	require.NoError(t, err)
	want, err := fresh.Edit(weights)
	require.NoError(t, err)
	require.Equal(t, string(want.Files[0].After), string(second.Files[0].After))
}

// A document can be added to a set without files too.
func TestEditAddsToASetOfNoFile(t *testing.T) {
	add := manifest.AddDocument{File: "new.yaml", Value: setOf(t, configMap("a")).All()[0].Value}
	for _, set := range []manifest.Set{{}, manifest.NewSet()} {
		edit, err := set.Edit(add)
		require.NoError(t, err)
		require.Len(t, edit.Files, 1)
		require.Equal(t, configMap("a"), string(edit.Files[0].After))
	}
}

// A good file stays good, and a faulty one gets no worse.
func TestEditRefusesToMakeFilesFaulty(t *testing.T) {
	typo := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": map[string]any{"name": "typo"},
		"spec": map[string]any{"host": "a"},
	}}
	for _, text := range []string{configMap("a"), configMap("a") + "---\n- 1\n"} {
		set, err := decodeText(manifest.Reader{}, text)
		require.NoError(t, err)
		edit, err := set.Edit(manifest.AddDocument{File: "new.yaml", Value: typo})
		require.ErrorContains(t, err, "must not make the files faulty")
		require.Empty(t, edit.Files)
	}
}

// Both markers part the documents of this file. Kubernetes' own reader takes it after two
// clean-ups.
func TestRemoveDocumentsPartedByBothMarkers(t *testing.T) {
	text := "---\n" + configMap("a") + "...\n---\n" + configMap("b") + "...\n---\n" + configMap("c")
	for range 2 {
		set := setOf(t, text)
		require.Empty(t, set.Faults())
		edit, err := set.Edit(manifest.RemoveDocument{Object: set.All()[0].Ref})
		require.NoError(t, err)
		text = string(edit.Files[0].After)
		objects, err := seen([]byte(text))
		require.NoError(t, err)
		require.Len(t, objects, set.Len()-1)
	}
	require.Equal(t, "---\n"+configMap("c"), text)
}

// An edit reads the documents that change, not the others.
func TestEditReadsOnlyWhatChanges(t *testing.T) {
	cost := func(documents int) float64 {
		set, err := manifest.Decode(file("in.yaml", string(long(1))),
			file("other.yaml", string(long(documents))[:len(long(documents))-len(vs(twoLanes))]+configMap("last")))
		require.NoError(t, err)
		return testing.AllocsPerRun(3, func() {
			if _, err := set.Edit(manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"}); err != nil {
				panic(err)
			}
		})
	}
	require.Less(t, (cost(1000)-cost(10))/990, 10.0, "a document costs some 300 to read")
}
