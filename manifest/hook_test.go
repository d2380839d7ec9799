package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/manifest"
)

const hook = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  generateName: migrate-\n" +
	"  annotations: {argocd.argoproj.io/hook: PreSync}\n"

// Argo CD makes a hook again in each sync: its name may be generated. Nothing can refer to such an
// object.
func TestDecodeTakesHooksWithoutAName(t *testing.T) {
	objects := decode(t, hook+"---\n"+hook+"---\n"+configMap("a"))
	require.Equal(t, []string{"Job", "Job", "ConfigMap a"}, refs(objects))
	set := manifest.NewSet(objects...)
	_, found := set.Get(objects[0].Ref)
	require.False(t, found)
	require.Len(t, set.Kind("Job"), 2)
	require.Empty(t, manifest.Diff(set, manifest.NewSet()).String()[len("- ConfigMap a\n"):])
	text, err := set.YAML()
	require.NoError(t, err)
	require.Equal(t, refs(objects), refs(decode(t, string(text))))

	for _, spoiled := range []string{strings.Replace(hook, "hook:", "other:", 1),
		strings.Replace(hook, "migrate-", `""`, 1), strings.Replace(hook, "generateName", "name2", 1)} {
		set, err := decodeText(manifest.Reader{}, spoiled)
		require.NoError(t, err)
		require.Equal(t, manifest.NotAnObject, set.Faults()[0].Kind)
		require.Contains(t, set.Faults()[0].Message, "must be a Kubernetes object")
	}
	for _, metadata := range []map[string]any{
		{"generateName": "a-"}, {"annotations": map[string]any{"argocd.argoproj.io/hook": "Sync"}},
	} {
		_, err := manifest.NewObject(&unstructured.Unstructured{Object: map[string]any{"apiVersion": "batch/v1",
			"kind": "Job", "metadata": metadata}}, "")
		require.ErrorContains(t, err, "must have all three")
	}
}

// An edit beside hooks is made: they stay as they are.
func TestEditBesideHooks(t *testing.T) {
	text := hook + "---\n" + vs(twoLanes)
	require.Equal(t, hook+"---\n"+
		strings.Replace(vs(twoLanes), "  name: mock\n", "  name: mock\n  annotations:\n    a: 'b'\n", 1),
		edited(t, text, manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"}))
}
