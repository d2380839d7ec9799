package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// All kinds that run pods are read, written and edited alike.
func TestWorkloadsAreAlike(t *testing.T) {
	const text = `apiVersion: apps/v1
kind: KIND
metadata:
  name: a
spec:
  selector:
    matchLabels:
      app: a
  template:
    metadata:
      labels:
        app: a
    spec:
      containers:
      - name: main
        image: a:1
`
	for _, kind := range []string{"Deployment", "StatefulSet", "DaemonSet"} {
		written := strings.Replace(text, "KIND", kind, 1)
		if kind == "StatefulSet" {
			written += `  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes:
      - ReadWriteOnce
  serviceName: a
`
		}
		set, err := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(written)})
		require.NoError(t, err)
		require.Empty(t, set.Faults(), kind)
		o := set.All()[0]
		require.Equal(t, kind+" default/a", o.Ref.String())
		require.Equal(t, map[string]string{"app": "a"}, o.PodLabels())
		require.Equal(t, map[string]string{"app": "a"}, o.PodSelector().MatchLabels)
		require.Equal(t, "a:1", o.PodTemplate().Spec.Containers[0].Image)
		again, err := manifest.Encode(o.Value)
		require.NoError(t, err)
		require.Equal(t, written, string(again), "nothing is added")

		edit, err := set.Edit(manifest.SetImage{Object: o.Ref, Container: "main", Image: "a:2"},
			manifest.SetPodLabel{Object: o.Ref, Key: "version", Value: "v1"})
		require.NoError(t, err)
		require.Equal(t, strings.NewReplacer("a:1", "a:2", "        app: a\n",
			"        app: a\n        version: v1\n").Replace(written), string(edit.Files[0].After))
		_, err = set.Edit(manifest.SetField{Object: o.Ref, Path: "spec.selector.matchLabels.app", Value: "b"})
		require.ErrorContains(t, err, "must not change the selector of a "+kind)
	}
	require.Nil(t, manifest.Object{}.PodTemplate())
	require.Nil(t, manifest.Object{}.PodSelector())
}
