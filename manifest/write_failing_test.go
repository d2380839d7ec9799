package manifest

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var errFailing = errors.New("the disk is gone")

// stepped is a directory that asks before each operation, by its number and kind, whether the
// operation fails. It fails half-way if it has a half.
type stepped struct {
	rootDir
	n      *int
	before func(n int, operation string) error
}

func (d stepped) step(operation string) error {
	*d.n++
	return d.before(*d.n-1, operation)
}

func (d stepped) target(name string) (string, error) {
	if err := d.step("target"); err != nil {
		return "", err
	}
	return d.rootDir.target(name)
}

func (d stepped) Lstat(name string) (fs.FileInfo, error) {
	if err := d.step("stat"); err != nil {
		return nil, err
	}
	return d.rootDir.Lstat(name)
}

func (d stepped) ReadFile(name string) ([]byte, error) {
	if err := d.step("read"); err != nil {
		return nil, err
	}
	return d.rootDir.ReadFile(name)
}

func (d stepped) Mkdir(name string, perm fs.FileMode) error {
	if err := d.step("mkdir"); err != nil {
		return err
	}
	return d.rootDir.Mkdir(name, perm)
}

func (d stepped) Remove(name string) error {
	if err := d.step("remove"); err != nil {
		return err
	}
	return d.rootDir.Remove(name)
}

func (d stepped) Rename(from, to string) error {
	if err := d.step("rename"); err != nil {
		return err
	}
	return d.rootDir.Rename(from, to)
}

// create waits for no disk.
func (d stepped) create(name string, data []byte, mode fs.FileMode) error {
	failed := d.step("create")
	if failed != nil {
		data = data[:len(data)/2]
	}
	file, err := d.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, cmp.Or(mode, 0o644))
	if err != nil {
		return errors.Join(failed, err)
	}
	_, err = file.Write(data)
	return errors.Join(failed, err, file.Close())
}

func (d stepped) sync(string) error { return d.step("sync") }

// failingChanges have every kind of change: z.yaml is a link.
var failingChanges = []FileChange{
	{Name: "a.yaml", Before: []byte("old a, long"), After: []byte("new a, longer")},
	{Name: "new.yaml", After: []byte("new file")},
	{Name: "same.yaml", Before: []byte("same"), After: []byte("same")},
	{Name: "gone.yaml", Before: []byte("old gone")},
	{Name: "made/deep/new.yaml", After: []byte("another")},
	{Name: "z.yaml", Before: []byte("old z"), After: []byte("new z")},
}

// failingDir returns a directory before failingChanges.
func failingDir(t *testing.T) rootDir {
	root, err := os.OpenRoot(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { root.Close() })
	require.NoError(t, root.Mkdir("real", 0o755))
	require.NoError(t, root.Symlink("real/z.yaml", "z.yaml"))
	for _, c := range failingChanges {
		if c.Before != nil {
			require.NoError(t, root.WriteFile(c.Name, c.Before, 0o600))
		}
	}
	return rootDir{root}
}

// snapshot returns everything in a directory, with modes and links.
func snapshot(t *testing.T, d rootDir) map[string]string {
	out := map[string]string{}
	require.NoError(t, fs.WalkDir(d.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := d.Lstat(name)
		require.NoError(t, err)
		out[name] = info.Mode().String()
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			to, err := d.Readlink(name)
			require.NoError(t, err)
			out[name] += " " + to
		case info.Mode().IsRegular():
			data, err := d.ReadFile(name)
			require.NoError(t, err)
			out[name] += " " + string(data)
		}
		return nil
	}))
	return out
}

// with returns the content of a directory after some of failingChanges.
func with(before map[string]string, written []string) map[string]string {
	out := map[string]string{}
	maps.Copy(out, before)
	for _, c := range failingChanges {
		if !slices.Contains(written, c.Name) {
			continue
		}
		switch c.Name {
		case "gone.yaml":
			delete(out, c.Name)
		case "z.yaml":
			out["real/z.yaml"] = "-rw------- " + string(c.After)
		case "a.yaml":
			out[c.Name] = "-rw------- " + string(c.After)
		default:
			out[c.Name] = "-rw-r--r-- " + string(c.After)
		}
		if c.Name == "made/deep/new.yaml" {
			out["made"], out["made/deep"] = "drwxr-xr-x", "drwxr-xr-x"
		}
	}
	return out
}

var writtenNames = []string{"a.yaml", "new.yaml", "gone.yaml", "made/deep/new.yaml", "z.yaml"}

// TestAFailedWriteLeavesAllOrNamesWhatIsWritten holds for an error at any operation: the directory
// is as before to the byte, or the error names exactly the new files.
func TestAFailedWriteLeavesAllOrNamesWhatIsWritten(t *testing.T) {
	for name, run := range map[string]func(filesystem) error{
		"changes": func(d filesystem) error { return writeChanges(d, failingChanges) },
		"files": func(d filesystem) error { // as WriteFiles does, which replaces links
			var writes []write
			for _, c := range failingChanges {
				at, err := d.target(c.Name)
				if err != nil {
					return err
				}
				writes = append(writes, write{FileChange: c, at: at})
			}
			return newWriter(d).write(writes, func(write) error { return nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			whole, partial := 0, 0
			for at := 0; ; at++ {
				d := failingDir(t)
				before := snapshot(t, d)
				n, failed := 0, false
				err := run(stepped{d, &n, func(n int, _ string) error {
					if n != at {
						return nil
					}
					failed = true
					return errFailing
				}})
				after := snapshot(t, d)
				var broken *PartialError
				switch {
				case err == nil:
					require.Equal(t, with(before, writtenNames), after, "operation %d", at)
				case errors.As(err, &broken):
					partial++
					require.NotEmpty(t, broken.Written)
					require.Equal(t, writtenNames, append(slices.Clone(broken.Written), broken.Left...))
					require.Equal(t, with(before, broken.Written), after, "operation %d", at)
				default:
					whole++
					require.Equal(t, before, after, "operation %d", at)
				}
				if !failed {
					break
				}
				if err != nil {
					require.ErrorIs(t, err, errFailing)
				}
			}
			require.Greater(t, whole, 15)
			require.Greater(t, partial, 5)
		})
	}
}

// TestWritesAreCutOffBetweenFilesOnly holds for a write that is cut off at any point, as by a
// crash. Each file is either old or new, with new ones before old ones. All are old while some text
// is not on disk yet. Readers pass over the other files that it leaves. Writing again, from that
// directory, gets to the end.
func TestWritesAreCutOffBetweenFilesOnly(t *testing.T) {
	for at := 0; ; at++ {
		d := failingDir(t)
		n, created := 0, 0
		err := writeChanges(stepped{d, &n, func(n int, operation string) error {
			if n >= at {
				return errFailing
			}
			if operation == "create" {
				created++
			}
			return nil
		}}, failingChanges)
		rest := failingChanges
		isNew := true
		for i, c := range failingChanges {
			got, readErr := d.ReadFile(c.Name)
			if readErr != nil {
				require.ErrorIs(t, readErr, fs.ErrNotExist)
				got = nil
			}
			switch {
			case c.Name == "same.yaml":
				require.Equal(t, "same", string(got))
			case string(got) == string(c.After) && (got == nil) == (c.After == nil):
				require.Equal(t, 4, created, "%s is new before all is on disk, after %d operations", c.Name, at)
				require.True(t, isNew, "%s is new, one before it is old, after %d operations", c.Name, at)
				rest = failingChanges[i+1:]
			default:
				require.Equal(t, string(c.Before), string(got), "%s, after %d operations", c.Name, at)
				isNew = false
			}
		}
		files, skipped, readErr := ReadDir(d.Name())
		require.NoError(t, readErr)
		for _, f := range files {
			require.NotContains(t, f.Name, ".new")
		}
		if err == nil {
			require.Empty(t, rest)
			require.Empty(t, skipped)
			require.Greater(t, n, 20)
			return
		}
		for _, s := range skipped {
			require.Equal(t, "a write that was cut off left it: remove it", s.Reason)
			require.NoError(t, d.Remove(s.Name))
		}
		for name := range snapshot(t, d) {
			require.False(t, strings.HasSuffix(name, ".new"), "%s is named to readers", name)
		}
		require.ErrorIs(t, err, errFailing)
		require.NoError(t, writeChanges(d, rest), "after %d operations", at)
	}
}
