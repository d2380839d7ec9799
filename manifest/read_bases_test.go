package manifest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// Files outside of the directory that kustomizations build from are read within the repository:
// those that they list, and no others.
func TestBasesOutsideOfTheDirectoryAreRead(t *testing.T) {
	repository := t.TempDir()
	outside := t.TempDir()
	write := func(at, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
		require.NoError(t, os.WriteFile(at, []byte(text), 0o644))
	}
	write(filepath.Join(outside, "kustomization.yaml"), "resources: []\n")
	write(filepath.Join(outside, "a.yaml"), configMap("outside"))
	out, err := filepath.Rel(filepath.Join(repository, "prod"), outside)
	require.NoError(t, err)
	for name, text := range map[string]string{
		"prod/kustomization.yaml": "resources: [../base, own.yaml, ../none, ../empty, ../linked, '" +
			filepath.ToSlash(out) +
			"', ../.git/hooks, 'https://example.com/a//b?ref=c', /abs]\ncomponents: [../part]\n" +
			"patches: [{path: ../base/patch.yaml}]\n",
		"prod/own.yaml":           configMap("own"),
		"base/kustomization.yml":  "resources: [a.yaml, more, link.yaml, ../base/a.yaml]\n",
		"base/a.yaml":             configMap("a"),
		"base/patch.yaml":         configMap("a"),
		"base/unlisted.yaml":      configMap("unlisted"),
		"base/more/Kustomization": "resources: [b.yaml, ../../prod]\n",
		"base/more/b.yaml":        configMap("b"),
		"part/kustomization.yaml": "kind: Component\nresources: [c.yaml]\n",
		"part/c.yaml":             configMap("c"),
		"empty/notes.txt":         "none",
		".git/hooks/a.yaml":       configMap("git"),
	} {
		write(filepath.Join(repository, name), text)
	}
	require.NoError(t, os.Symlink(filepath.Join(outside, "a.yaml"), filepath.Join(repository, "base/link.yaml")))
	require.NoError(t, os.Symlink(outside, filepath.Join(repository, "linked")))
	names := func(files []manifest.File) (out []string) {
		for _, f := range files {
			out = append(out, f.Name)
		}
		return out
	}
	dir := filepath.Join(repository, "prod")
	reader, err := manifest.Reader{}.In(dir)
	require.NoError(t, err)
	files, skipped, err := reader.ReadDir(dir)
	require.NoError(t, err)
	require.Equal(t, []string{"kustomization.yaml", "own.yaml", "../base/kustomization.yml",
		"../part/kustomization.yaml", "../base/patch.yaml",
		"../base/a.yaml", "../base/more/Kustomization", "../part/c.yaml", "../base/more/b.yaml"}, names(files))
	require.ElementsMatch(t, []manifest.Skip{{Name: "../linked", Reason: "it is a link out of the directory"},
		{Name: "../base/link.yaml", Reason: "it is a link out of the directory"}}, skipped)
	set, err := reader.Decode(files...)
	require.NoError(t, err)
	require.Len(t, set.Build().Set.All(), 4)

	reader.MaxTotalSize = 400
	_, _, err = reader.ReadDir(dir)
	require.ErrorContains(t, err, "must not be larger than 400 bytes together")
	reader.MaxTotalSize = 0

	files, _, err = reader.ReadPaths(filepath.Join(dir, "kustomization.yaml"))
	require.NoError(t, err)
	require.Len(t, files, 1, "of a file that is named nothing else is read")
	files, _, err = reader.ReadPaths(filepath.ToSlash(dir))
	require.NoError(t, err)
	require.Len(t, files, 9)
	require.Contains(t, names(files), filepath.ToSlash(filepath.Join(repository, "base/a.yaml")))
	files, _, err = reader.ReadDirs(repository, "prod")
	require.NoError(t, err)
	require.Len(t, files, 2, "its names begin elsewhere than those of the reader")
	files, _, err = manifest.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 2, "the repository is not known")
}
