package manifest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// An entry changes an image as kustomize does.
func TestKustomizeImageOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		entry       manifest.KustomizeImage
		image, want string
	}{
		{manifest.KustomizeImage{Name: "a", NewTag: "2"}, "a:1", "a:2"},
		{manifest.KustomizeImage{Name: "a", NewTag: "2"}, "a@sha256:0a", "a:2"},
		{manifest.KustomizeImage{Name: "a", NewTag: "2"}, "b/a:1", "b/a:1"},
		{manifest.KustomizeImage{Name: "a", NewTag: "2"}, "ab", "ab"},
		{manifest.KustomizeImage{Name: "a", Digest: "sha256:0b"}, "a:1", "a@sha256:0b"},
		{manifest.KustomizeImage{Name: "a", NewTag: "2", Digest: "sha256:0b"}, "a", "a:2@sha256:0b"},
		{manifest.KustomizeImage{Name: "a", TagSuffix: "-x"}, "a:1@sha256:0a", "a:1-x"},
		{manifest.KustomizeImage{Name: "h:5000/a", NewName: "b"}, "h:5000/a:1@sha256:0a", "b:1@sha256:0a"},
		{manifest.KustomizeImage{Name: "h:5000/a", NewName: "b"}, "h:5000/a", "b"},
		{manifest.KustomizeImage{Name: ".*/a", NewTag: "2"}, "x/y/a:1", "x/y/a:2"},
		{manifest.KustomizeImage{Name: "(", NewTag: "2"}, "(:1", "(:1"},
		{manifest.KustomizeImage{NewTag: "2"}, ":1", ":1"},
	} {
		require.Equal(t, test.want, test.entry.Of(test.image), test)
	}
	set, err := manifest.Decode(manifest.File{Name: "a.yaml",
		Data: []byte("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\n" +
			"spec: {jobTemplate: {spec: {template: {spec: {initContainers: [{name: a, image: 'x:1'}, {name: c}], containers: [{name: b, image: y}]}}}}}\n")})
	require.NoError(t, err)
	require.Equal(t, []string{"x:1", "y"}, set.All()[0].Images())
	require.Empty(t, manifest.Object{}.Images())
}
