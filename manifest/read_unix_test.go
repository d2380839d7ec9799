//go:build unix

package manifest_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// A pipe that nobody writes to would be waited for without end.
func TestReadPassesOverWhatIsNoFile(t *testing.T) {
	dir := tree(t, map[string]string{"a.yaml": "a"})
	pipe := filepath.Join(dir, "pipe.yaml")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	require.NoError(t, os.Symlink("pipe.yaml", filepath.Join(dir, "link.yaml")))
	files, skipped, err := manifest.ReadDir(dir)
	require.NoError(t, err)
	require.Equal(t, []string{"a.yaml"}, names(files))
	require.Equal(t, []manifest.Skip{{Name: "link.yaml", Reason: "it is no regular file"}, {Name: "pipe.yaml", Reason: "it is no regular file"}}, skipped)
	files, skipped, err = manifest.ReadPaths(pipe, "/dev/null")
	require.NoError(t, err)
	require.Empty(t, files)
	require.Equal(t, []manifest.Skip{{Name: pipe, Reason: "it is no regular file"}, {Name: "/dev/null", Reason: "it is no regular file"}}, skipped)
}
