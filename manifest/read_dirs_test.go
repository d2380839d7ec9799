package manifest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// Several directories are read as one: names begin at the root, bounds hold for all together, and
// the errors of one do not hide the files of the others.
func TestReadDirs(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, name := range []string{"a/x.yaml", "b/c/y.yaml", "other.yaml"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte("k: v\n"), 0o600))
	}
	require.NoError(t, os.Symlink("../b/c/y.yaml", filepath.Join(root, "a/link.yaml")))
	files, skipped, err := manifest.Reader{}.ReadDirs(root, "a", "b/c", "none")
	require.ErrorContains(t, err, "none")
	require.Equal(t, []manifest.File{{Name: "a/x.yaml", Data: []byte("k: v\n")},
		{Name: "b/c/y.yaml", Data: []byte("k: v\n")}}, files)
	require.Equal(t, []manifest.Skip{{Name: "a/link.yaml", Reason: "it is a link out of the directory"}}, skipped,
		"also into another one")
	_, _, err = manifest.Reader{MaxTotalSize: 8}.ReadDirs(root, "a", "b")
	require.ErrorContains(t, err, "must not be larger than 8 bytes together")
}
