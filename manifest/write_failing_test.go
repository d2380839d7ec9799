package manifest

import (
	"errors"
	"io/fs"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

var errFailing = errors.New("the disk is gone")

// failing is a directory that fails at one operation, half-way where there is a
// half, and at all that follow, as after a crash.
type failing struct {
	rootDir
	left    *int // operations until it fails
	created *int // files that are whole
}

func (f failing) fails() bool {
	*f.left--
	return *f.left < 0
}

func (f failing) Remove(name string) error {
	if f.fails() {
		return errFailing
	}
	return f.rootDir.Remove(name)
}

func (f failing) Rename(from, to string) error {
	if f.fails() {
		return errFailing
	}
	return f.rootDir.Rename(from, to)
}

func (f failing) create(name string, data []byte, mode fs.FileMode) error {
	if f.fails() {
		return errors.Join(errFailing, f.rootDir.create(name, data[:len(data)/2], mode))
	}
	*f.created++
	return f.rootDir.create(name, data, mode)
}

func (f failing) sync(dir string) error {
	if f.fails() {
		return errFailing
	}
	return f.rootDir.sync(dir)
}

// TestWritesFailBetweenFilesOnly holds that a write which is cut off at any point
// leaves each file either old or new, those before it new and those after it old,
// and all of them old while there is text that is not on disk yet; and that writing
// again, from what is there, gets to the end.
func TestWritesFailBetweenFilesOnly(t *testing.T) {
	changes := []FileChange{
		{Name: "a.yaml", Before: []byte("old a, long"), After: []byte("new a, longer")},
		{Name: "new.yaml", After: []byte("new file")},
		{Name: "gone.yaml", Before: []byte("old gone")},
		{Name: "z.yaml", Before: []byte("old z"), After: []byte("new z")}, // a link
	}
	for operations := 0; ; operations++ {
		root, err := os.OpenRoot(t.TempDir())
		require.NoError(t, err)
		defer root.Close()
		require.NoError(t, root.Mkdir("real", 0o755))
		require.NoError(t, root.Symlink("real/z.yaml", "z.yaml"))
		for _, c := range changes {
			if c.Before != nil {
				require.NoError(t, root.WriteFile(c.Name, c.Before, 0o600))
			}
		}
		left, created := operations, 0
		err = writeChanges(failing{rootDir{root}, &left, &created}, changes)
		rest := changes
		isNew := true
		for i, c := range changes {
			got, readErr := root.ReadFile(c.Name)
			if readErr != nil {
				require.ErrorIs(t, readErr, fs.ErrNotExist)
				got = nil
			}
			if string(got) == string(c.After) && (got == nil) == (c.After == nil) {
				require.Equal(t, 3, created, "%s is new before all is on disk, after %d operations", c.Name, operations)
				require.True(t, isNew, "%s is new, one before it is old, after %d operations", c.Name, operations)
				rest = changes[i+1:]
				continue
			}
			require.Equal(t, string(c.Before), string(got), "%s, after %d operations", c.Name, operations)
			isNew = false
		}
		if err == nil {
			require.Empty(t, rest)
			require.Greater(t, operations, 10)
			return
		}
		require.ErrorIs(t, err, errFailing)
		require.NoError(t, writeChanges(rootDir{root}, rest), "after %d operations", operations)
		info, err := root.Stat("a.yaml")
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), "the mode stays")
		entries, err := fs.ReadDir(root.FS(), ".")
		require.NoError(t, err)
		require.LessOrEqual(t, len(entries), 5, "at most the cut-off file stays behind")
		to, err := root.Readlink("z.yaml")
		require.NoError(t, err)
		require.Equal(t, "real/z.yaml", to)
	}
}
