package manifest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

func names(files []manifest.File) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Name)
	}
	return out
}

func TestReadDirReadsManifestsInOrder(t *testing.T) {
	dir := tree(t, map[string]string{
		"b.yaml": "b", "a.yml": "a", "sub/c.json": "c", "sub/deep/d.yaml": "d",
		"README.md": "x", "Makefile": "x", "a.yaml.bak": "x",
		".hidden.yaml": "x", ".git/config.yaml": "x", "sub/.cache/e.yaml": "x",
	})
	files, err := manifest.ReadDir(dir)
	require.NoError(t, err)
	require.Equal(t, []string{"a.yml", "b.yaml", "sub/c.json", "sub/deep/d.yaml"}, names(files))
	require.Equal(t, "c", string(files[2].Data))
}

func TestReadDirFollowsNoLinks(t *testing.T) {
	dir := tree(t, map[string]string{"in/a.yaml": "a", "out/secret.yaml": "x"})
	in := filepath.Join(dir, "in")
	require.NoError(t, os.Symlink("../out", filepath.Join(in, "link")))
	require.NoError(t, os.Symlink("../out/secret.yaml", filepath.Join(in, "link.yaml")))
	require.NoError(t, os.Symlink("a.yaml", filepath.Join(in, "same.yaml")))
	files, err := manifest.ReadDir(in)
	require.NoError(t, err)
	require.Equal(t, []string{"a.yaml"}, names(files))
}

func TestReadPathsReadsFilesAndDirectoriesOnce(t *testing.T) {
	dir := tree(t, map[string]string{"in/a.yaml": "a", "in/b.yaml": "b", "note.txt": "n"})
	t.Chdir(dir)
	files, err := manifest.ReadPaths("in/b.yaml", "./in/", "note.txt", "in")
	require.NoError(t, err)
	require.Equal(t, []string{"in/b.yaml", "in/a.yaml", "note.txt"}, names(files), "a file that is named is read whatever its name")
}

func TestReadPathsNamesEveryPathThatFails(t *testing.T) {
	dir := tree(t, map[string]string{"a.yaml": "a"})
	t.Chdir(dir)
	files, err := manifest.ReadPaths("nowhere", "a.yaml", "nor-here.yaml")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "nowhere")
	require.ErrorContains(t, err, "nor-here.yaml")
	require.Empty(t, files)
	_, err = manifest.ReadDir("a.yaml")
	require.Error(t, err)
}

func TestReadRefusesHugeFiles(t *testing.T) {
	dir := tree(t, map[string]string{
		"fits.yaml": strings.Repeat("#", manifest.MaxFileSize),
		"huge.yaml": strings.Repeat("#", manifest.MaxFileSize+1),
	})
	_, err := manifest.ReadPaths(filepath.Join(dir, "fits.yaml"))
	require.NoError(t, err)
	_, err = manifest.ReadPaths(filepath.Join(dir, "huge.yaml"))
	require.ErrorContains(t, err, "huge.yaml")
	_, err = manifest.ReadDir(dir)
	require.ErrorContains(t, err, "huge.yaml")
}
