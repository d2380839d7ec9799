package settings_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/internal/settings"
	"github.com/swimlane-go/swimlane/manifest"
)

func TestNotesOfABuild(t *testing.T) {
	require.Empty(t, settings.Notes(manifest.Set{}, "lint"))
	set, err := manifest.Decode(
		manifest.File{Name: "shop/kustomization.yaml", Data: []byte("namePrefix: a-\nimages: [{name: b}]\n")},
		manifest.File{Name: "shop/cart.yaml", Data: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: cart}\n")},
	)
	require.NoError(t, err)
	require.Equal(t, []string{
		"shop/cart.yaml: passed over: no kustomization lists it: it is not deployed",
		"kustomize changes what is read here (shop/kustomization.yaml:1: namePrefix, shop/kustomization.yaml:2: images): judge the build: kustomize build shop | lint -",
	}, settings.Notes(set, "lint"))
	set, err = manifest.Decode(
		manifest.File{Name: "a/kustomization.yaml", Data: []byte("namePrefix: a-\n")},
		manifest.File{Name: "b/kustomization.yaml", Data: []byte("nameSuffix: -b\n")},
	)
	require.NoError(t, err)
	require.Contains(t, settings.Notes(set, "istio")[0], "kustomize build DIR | istio -", "there are two")
}
