package manifest_test

import (
	"fmt"
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

func TestReaderHoldsItsBounds(t *testing.T) {
	dir := tree(t, map[string]string{"fits.yaml": strings.Repeat("#", 100), "huge.yaml": strings.Repeat("#", 101)})
	r := manifest.Reader{MaxFileSize: 100}
	_, err := r.ReadPaths(filepath.Join(dir, "fits.yaml"))
	require.NoError(t, err)
	_, err = r.ReadPaths(filepath.Join(dir, "huge.yaml"))
	require.ErrorContains(t, err, "huge.yaml")
	_, err = r.ReadDir(dir)
	require.ErrorContains(t, err, "huge.yaml")
	_, err = r.Decode(manifest.File{Name: "huge.yaml", Data: make([]byte, 101)})
	require.ErrorContains(t, err, "huge.yaml: must not be larger than 100 bytes")

	r = manifest.Reader{MaxTotalSize: 200}
	_, err = r.ReadDir(dir)
	require.ErrorContains(t, err, "200 bytes together")
	_, err = manifest.ReadDir(dir)
	require.NoError(t, err, "the default bounds are wide")

	text := strings.Repeat(configMap("a")+"---\n", 3)
	_, err = manifest.Reader{MaxDocuments: 4}.Decode(manifest.File{Name: "in.yaml", Data: []byte(text)}) // the last is empty
	require.NoError(t, err)
	_, err = manifest.Reader{MaxDocuments: 2}.Decode(manifest.File{Name: "in.yaml", Data: []byte(text)})
	require.ErrorContains(t, err, "in.yaml:11: must not hold more than 2 documents")

	deep := configMap("a") + "data: " + strings.Repeat("[", 9) + strings.Repeat("]", 9)
	_, err = manifest.Reader{MaxDepth: 10}.Decode(manifest.File{Name: "in.yaml", Data: []byte(deep)})
	require.NoError(t, err)
	_, err = manifest.Reader{MaxDepth: 9}.Decode(manifest.File{Name: "in.yaml", Data: []byte(deep)})
	require.ErrorContains(t, err, "deeper than 9")
}

// A hostile file is refused, in bounded time and memory.
func TestDecodeRefusesHostileFiles(t *testing.T) {
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 9 {
		bomb += fmt.Sprintf("a%[2]d: &a%[2]d [%[1]s]\n", strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "), i+1)
	}
	for name, text := range map[string]string{
		"aliases":      configMap("a") + bomb,
		"depth":        strings.Repeat("[", 1_000_000),
		"depth closed": strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
		"block depth":  strings.Repeat("- ", 5000) + "x",
		"cycle":        configMap("a") + "data: &x {a: *x}\n",
	} {
		_, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: []byte(text)})
		require.ErrorContains(t, err, "in.yaml:1: ", name)
	}
}
