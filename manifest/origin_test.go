package manifest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

func TestOriginIsWhatKustomizeSays(t *testing.T) {
	for annotation, want := range map[string]string{
		`"path: ../base/a.yaml\n"`:                    "../base/a.yaml",
		`"path: a.yaml\nrepo: https://example.com\n"`: "a.yaml",
		`"configuredIn: kustomization.yaml\n"`:        "",
		`"a: ["`:                                      "",
		`""`:                                          "",
	} {
		text := fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\n"+
			"metadata: {name: a, annotations: {config.kubernetes.io/origin: %s}}\n", annotation)
		set, err := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(text)})
		require.NoError(t, err)
		require.Equal(t, want, set.All()[0].Origin(), annotation)
	}
	require.Empty(t, manifest.Object{}.Origin())
}
