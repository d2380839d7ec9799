package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

const imaged = `apiVersion: apps/v1
kind: Deployment
metadata: {name: mocka-v3}
spec:
  selector: {matchLabels: {app: mocka}}
  template:
    metadata: {labels: {app: mocka}}
    spec:
      initContainers:
      - {name: init, image: 'init:1'} # first
      containers:
      - name: main
        image: "main:1"   # the app
      - name: side
        image: side:1
`

func TestSetImage(t *testing.T) {
	ref := manifest.Ref{Group: "apps", Kind: "Deployment", Namespace: "default", Name: "mocka-v3"}
	for container, old := range map[string]string{"init": "init:1", "main": "main:1", "side": "side:1"} {
		edit, err := setOf(t, imaged).Edit(manifest.SetImage{Object: ref, Container: container, Image: "new:2"})
		require.NoError(t, err)
		require.Equal(t, strings.Replace(imaged, old, "new:2", 1), string(edit.Files[0].After))
		require.Len(t, edit.Differences, 1)
		require.Contains(t, edit.Differences[0].Field, "["+container+"].image")

		edit, err = setOf(t, imaged).Edit(manifest.SetImage{Object: ref, Container: container, Image: old})
		require.NoError(t, err)
		require.Empty(t, edit.Files)
	}
	for name, test := range map[string]struct {
		spoil            func(string) string
		container, image string
		want             string
	}{
		"no such container": {strings.TrimSpace, "other", "a", "in.yaml:8: must have a container other"},
		"twice": {func(s string) string { return strings.Replace(s, "name: side", "name: main", 1) },
			"main", "a", "in.yaml:14: container main must appear once: it is also at line 12"},
		"no image": {func(s string) string { return strings.Replace(s, "        image: side:1\n", "", 1) }, "side",
			"a", "in.yaml:14: container side must have an image"},
		"an anchor": {func(s string) string { return strings.Replace(s, "image: side", "image: &i side", 1) },
			"side", "a", "in.yaml:15: spec.template.spec.containers[1] must be written without an anchor"},
		"several lines": {strings.TrimSpace, "main", "a\nb", "must be text of one line"},
		"nothing":       {strings.TrimSpace, "main", " ", "must be text of one line"},
		"unreadable": {func(s string) string {
			return strings.Replace(s, "selector: {",
				"replicas: many\n  selector: {", 1)
		}, "main", "a", "in.yaml:1: must be a Deployment, StatefulSet or DaemonSet that can be read"},
		"a template": {func(s string) string { return strings.Replace(s, "side:1", "'{{ .Tag }}'", 1) }, "main", "a",
			"must not be a template"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := setOf(t, test.spoil(imaged)+
				"\n").Edit(manifest.SetImage{Object: ref, Container: test.container, Image: test.image})
			require.ErrorContains(t, err, test.want)
		})
	}
}
