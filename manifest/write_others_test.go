package manifest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestChangesOfOthersAreFound holds that no change by others is lost, until right before the turn
// of the file. Either nothing is written, or the error names the written files.
func TestChangesOfOthersAreFound(t *testing.T) {
	others := map[string]func(d rootDir, name string) error{
		"text":   func(d rootDir, name string) error { return d.WriteFile(name, []byte("other"), 0o600) },
		"gone":   func(d rootDir, name string) error { return d.Remove(name) },
		"linked": func(d rootDir, name string) error { return relink(d, name) },
	}
	for _, other := range slices.Sorted(maps.Keys(others)) {
		for _, c := range failingChanges {
			whole, partial, at := 0, 0, 0
			if other == "linked" {
				if c.Name != "a.yaml" && c.Name != "z.yaml" {
					continue
				}
				at = len(failingChanges) // until then no link was followed
			}
			for ; ; at++ {
				d := failingDir(t)
				var before, changed map[string]string
				n := 0
				err := writeChanges(stepped{d, &n, func(n int, operation string) error {
					if operation != "target" && (operation != "read" || other == "linked") || n < at || changed != nil {
						return nil
					}
					before = snapshot(t, d)
					_ = d.Mkdir("made", 0o755)
					_ = d.Mkdir("made/deep", 0o755)
					if others[other](d, c.Name) != nil {
						return nil // there is nothing to change
					}
					changed, at = snapshot(t, d), n // the skipped operations come to the same
					return nil
				}}, failingChanges)
				if changed == nil {
					break
				}
				var broken *PartialError
				after := snapshot(t, d)
				what := fmt.Sprintf("%s %s before operation %d", other, c.Name, at)
				switch {
				case errors.As(err, &broken):
					partial++
					require.ErrorIs(t, err, ErrChanged, what)
					require.Contains(t, broken.Left, c.Name, what)
					require.Equal(t, changed[c.Name], after[c.Name], what)
				case err != nil:
					whole++
					delete(changed, "made")
					delete(changed, "made/deep")
					delete(after, "made")
					delete(after, "made/deep")
					maps.DeleteFunc(changed, func(name, _ string) bool { return strings.HasSuffix(name, ".new") })
					require.Equal(t, changed, after, what)
				default: // its turn was over, or it had none
					if c.Name != "same.yaml" {
						name := strings.Replace(c.Name, "z.yaml", "real/z.yaml", 1)
						require.Equal(t, with(nil, []string{c.Name})[name], before[name], what)
					}
				}
			}
			if other == "text" {
				require.Greater(t, whole, 5, c.Name)
				if c.Name != "a.yaml" && c.Name != "same.yaml" {
					require.Positive(t, partial, c.Name)
				}
			}
		}
	}
}

// relink makes a link lead to another file with the same text.
func relink(d rootDir, name string) error {
	data, err := d.ReadFile(name)
	if err != nil {
		return err
	}
	return errors.Join(d.WriteFile("real/other.yaml", data, 0o600), d.Remove(name), d.Symlink("real/other.yaml", name))
}

// Two writers at once never take each other's text: each file is whole, and no other file is left.
func TestWritersDoNotShareTexts(t *testing.T) {
	for range 20 {
		d := failingDir(t)
		var wait sync.WaitGroup
		for _, text := range []string{"one", strings.Repeat("two ", 2000)} {
			wait.Go(func() {
				changes := slices.Clone(failingChanges)
				for i := range changes {
					if changes[i].After != nil {
						changes[i].After = []byte(text)
					}
				}
				_ = writeChanges(d, changes)
			})
		}
		wait.Wait()
		for name, content := range snapshot(t, d) {
			require.NotContains(t, name, ".new")
			if _, text, isFile := strings.Cut(content, " "); isFile && !strings.HasPrefix(content, "L") {
				require.Contains(t, []string{"one", strings.Repeat("two ", 2000), "old a, long", "same", "old gone",
					"old z"}, text, name)
			}
		}
	}
}

// Readers pass over exactly the names that writers give to staged files.
func TestReadDirNamesLeftoversOfWriters(t *testing.T) {
	d := failingDir(t)
	wr := newWriter(d)
	require.NotEqual(t, wr.token, newWriter(d).token)
	left := wr.beside("real/a.yaml")
	others := []string{".a.yaml.new", ".a.yaml.x.new", strings.TrimPrefix(wr.beside("a.yaml"), "."),
		wr.beside("b.yaml") + ".yaml", strings.ToLower(wr.beside("c.yaml")), wr.beside("")}
	for _, name := range append(others, left) {
		require.NoError(t, d.WriteFile(name, []byte("kind: x"), 0o600))
	}
	require.NoError(t, d.Mkdir(wr.beside("dir"), 0o755))
	files, skipped, err := ReadDir(d.Name())
	require.NoError(t, err)
	require.Equal(t, []Skip{{Name: left, Reason: "a write that was cut off left it: remove it"}}, skipped)
	require.Equal(t, others[3], files[0].Name)
	require.Len(t, files, 6)
}

func TestPartialErrorNamesWhatIsWritten(t *testing.T) {
	err := &PartialError{Written: []string{"a", "b"}, Left: []string{"c", "d"}, Err: ErrChanged}
	require.EqualError(t, err,
		"broke off: written: a, b; not written: c, d: must be as it was when it was read: it has changed since")
	require.ErrorIs(t, err, ErrChanged)
	require.ErrorContains(t, &PartialError{Written: []string{"a"}, Err: errFailing},
		"not written: none: the disk is gone")
}
