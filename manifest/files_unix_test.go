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

// Reading a pipe that nobody writes to would wait without end.
func TestReadPassesOverWhatIsNoFile(t *testing.T) {
	dir := tree(t, map[string]string{"a.yaml": "a"})
	pipe := filepath.Join(dir, "pipe.yaml")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	require.NoError(t, os.Symlink("pipe.yaml", filepath.Join(dir, "link.yaml")))
	files, skipped, err := manifest.ReadDir(dir)
	require.NoError(t, err)
	require.Equal(t, []string{"a.yaml"}, names(files))
	require.Equal(t, []manifest.Skip{{Name: "link.yaml", Reason: "it is no regular file"},
		{Name: "pipe.yaml", Reason: "it is no regular file"}}, skipped)
	files, skipped, err = manifest.ReadPaths(pipe, "/dev/null")
	require.NoError(t, err)
	require.Empty(t, files)
	require.Equal(t, []manifest.Skip{{Name: pipe, Reason: "it is no regular file"},
		{Name: "/dev/null", Reason: "it is no regular file"}}, skipped)
}

// The mask of the process is for new files, not for existing ones.
func TestWriteKeepsTheModeWhateverTheMask(t *testing.T) {
	dir := tree(t, map[string]string{"a.yaml": "old", "b.yaml": "old"})
	path := filepath.Join(dir, "a.yaml")
	require.NoError(t, os.Chmod(path, 0o664))
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	require.NoError(t, manifest.WriteFiles(dir, []manifest.File{file("a.yaml", "new"), file("new.yaml", "new")}, nil))
	for name, want := range map[string]os.FileMode{"a.yaml": 0o664, "b.yaml": 0o644, "new.yaml": 0o640} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, want, info.Mode().Perm(), name)
	}
}
