package manifest_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// list returns the files below dir with their content.
func list(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		require.NoError(t, err)
		if entry.Type().IsRegular() {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			name, err := filepath.Rel(dir, path)
			require.NoError(t, err)
			out[filepath.ToSlash(name)] = string(data)
		}
		return nil
	}))
	return out
}

func file(name, text string) manifest.File { return manifest.File{Name: name, Data: []byte(text)} }

func TestWriteFilesWritesAndRemovesWhatItIsTold(t *testing.T) {
	dir := filepath.Join(tree(t, map[string]string{"out/a.yaml": "old", "out/gone.yaml": "x", "out/README.md": "mine"}),
		"out")
	require.NoError(t, manifest.WriteFiles(dir, []manifest.File{file("a.yaml", "new"), file("sub/dir/b.yaml", "b")},
		[]string{"gone.yaml", "never-there.yaml"}))
	require.Equal(t, map[string]string{"a.yaml": "new", "sub/dir/b.yaml": "b", "README.md": "mine"}, list(t, dir))
}

func TestWriteFilesMakesTheDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there")
	require.NoError(t, manifest.WriteFiles(dir, []manifest.File{file("a.yaml", "a")}, nil))
	require.Equal(t, map[string]string{"a.yaml": "a"}, list(t, dir))
}

func TestWriteFilesLeavesUnchangedFilesAlone(t *testing.T) {
	dir := tree(t, map[string]string{"a.yaml": "same"})
	path := filepath.Join(dir, "a.yaml")
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	require.NoError(t, os.Chtimes(path, old, old))
	require.NoError(t, manifest.WriteFiles(dir, []manifest.File{file("a.yaml", "same")}, nil))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.True(t, info.ModTime().Equal(old))
}

func TestWriteFilesKeepsPermissions(t *testing.T) {
	dir := tree(t, map[string]string{"a.yaml": "old"})
	path := filepath.Join(dir, "a.yaml")
	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, manifest.WriteFiles(dir, []manifest.File{file("a.yaml", "new")}, nil))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

// The staged files of a killed writer, or of one at work, are not ours: they are not taken or
// removed, and a link among them is not written through.
func TestWriteFilesLeavesWhatOthersStage(t *testing.T) {
	const other = "in/.a.yaml.ABCDEFGHIJKLMNOPQRSTUVWXYZ.new"
	dir := tree(t, map[string]string{"in/a.yaml": "old", other: "other", "outside": "precious"})
	require.NoError(t, os.Symlink("../outside", filepath.Join(dir, "in", ".a.yaml.new")))
	require.NoError(t, manifest.WriteFiles(filepath.Join(dir, "in"), []manifest.File{file("a.yaml", "new")}, nil))
	require.Equal(t, map[string]string{"in/a.yaml": "new", other: "other", "outside": "precious"}, list(t, dir))
}

func TestWriteFilesStaysInsideTheDirectory(t *testing.T) {
	dir := tree(t, map[string]string{"in/a.yaml": "a", "out/secret.yaml": "precious"})
	in := filepath.Join(dir, "in")
	require.NoError(t, os.Symlink("../out", filepath.Join(in, "link")))
	require.NoError(t, os.Symlink("../out/secret.yaml", filepath.Join(in, "link.yaml")))
	for _, name := range []string{"../out/secret.yaml", "link/secret.yaml", "/etc/swimlane.yaml", ""} {
		require.Error(t, manifest.WriteFiles(in, []manifest.File{file(name, "x")}, nil), name)
		require.Error(t, manifest.WriteFiles(in, nil, []string{name}), name)
	}
	// A link to a file is replaced, as by any rename. The file that it leads to stays.
	require.NoError(t, manifest.WriteFiles(in, []manifest.File{file("link.yaml", "x")}, nil))
	require.Equal(t, map[string]string{"in/a.yaml": "a", "in/link.yaml": "x", "out/secret.yaml": "precious"},
		list(t, dir))
}

func TestWriteFilesLeavesTheOldFileOnError(t *testing.T) {
	dir := tree(t, map[string]string{"taken.yaml/x": "x", "b.yaml": "old"})
	err := manifest.WriteFiles(dir, []manifest.File{file("taken.yaml", "new"), file("b.yaml", "new")}, nil)
	require.ErrorContains(t, err, "taken.yaml")
	require.Equal(t, map[string]string{"taken.yaml/x": "x", "b.yaml": "old"}, list(t, dir),
		"no temporary file stays behind")

	// Nor does a file that comes first change when a later one cannot be written.
	for _, last := range []string{"taken.yaml", "b.yaml/below.yaml"} {
		err = manifest.WriteFiles(dir, []manifest.File{file("b.yaml", "new"), file("c.yaml", "new"), file(last, "new")},
			[]string{"taken.yaml/x"})
		require.ErrorContains(t, err, last)
		require.Equal(t, map[string]string{"taken.yaml/x": "x", "b.yaml": "old"}, list(t, dir), last)
	}
	err = manifest.WriteFiles(dir, []manifest.File{file("b.yaml", "new")}, []string{"taken.yaml"})
	require.ErrorContains(t, err, "taken.yaml")
	require.Equal(t, map[string]string{"taken.yaml/x": "x", "b.yaml": "old"}, list(t, dir))

	blocked := filepath.Join(dir, "b.yaml")
	require.Error(t, manifest.WriteFiles(blocked, nil, nil), "a file is no directory")
}

func TestWriteChanges(t *testing.T) {
	dir := tree(t, map[string]string{"a.yaml": "old", "b.yaml": "old", "gone.yaml": "old"})
	changes := []manifest.FileChange{
		{Name: "a.yaml", Before: []byte("old"), After: []byte("new")},
		{Name: "deep/c.yaml", After: []byte("new")},
		{Name: "gone.yaml", Before: []byte("old")},
	}
	require.NoError(t, manifest.WriteChanges(dir, changes))
	for name, want := range map[string]string{"a.yaml": "new", "b.yaml": "old", "deep/c.yaml": "new"} {
		got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	require.NoFileExists(t, filepath.Join(dir, "gone.yaml"))

	// When it is written again, no file is as it was: the error names all, and nothing is written.
	changes = append([]manifest.FileChange{{Name: "b.yaml", Before: []byte("old"), After: []byte("newer")}}, changes...)
	err := manifest.WriteChanges(dir, changes)
	require.ErrorIs(t, err, manifest.ErrChanged)
	for _, name := range []string{"a.yaml", "deep/c.yaml", "gone.yaml"} {
		require.ErrorContains(t, err, name)
	}
	got, err := os.ReadFile(filepath.Join(dir, "b.yaml"))
	require.NoError(t, err)
	require.Equal(t, "old", string(got))

	require.Error(t, manifest.WriteChanges(dir, []manifest.FileChange{{Name: "../out.yaml", After: []byte("x")}}))
	require.Error(t, manifest.WriteChanges(filepath.Join(dir, "nowhere"), nil))
}

// Links within the directory are kept, and the files that they lead to are written, with their
// mode: a change through a link is a change of the file.
func TestWriteChangesFollowsLinksInTheDirectory(t *testing.T) {
	for name, test := range map[string]struct {
		from, to string
		links    map[string]string
	}{
		"beside":         {"a.yaml", "b.yaml", map[string]string{"a.yaml": "b.yaml"}},
		"in a directory": {"a.yaml", "deep/er/b", map[string]string{"a.yaml": "deep/er/b"}},
		"up":             {"sub/a.yaml", "b.yaml", map[string]string{"sub/a.yaml": "../b.yaml"}},
		"to a link":      {"a.yaml", "b.yaml", map[string]string{"a.yaml": "deep/c", "deep/c": "../b.yaml"}},
		"up from where it leads": {"a.yaml", "deep/b.yaml",
			map[string]string{"a.yaml": "d/c", "d": "deep/er", "deep/er/c": "../b.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tree(t, map[string]string{test.to: "old", "deep/er/keep": "", "sub/keep": ""})
			at := filepath.Join(dir, test.to)
			require.NoError(t, os.Chmod(at, 0o640))
			for link, to := range test.links {
				require.NoError(t, os.Symlink(to, filepath.Join(dir, link)))
			}
			require.NoError(t, manifest.WriteChanges(dir,
				[]manifest.FileChange{{Name: test.from, Before: []byte("old"), After: []byte("new")}}))
			require.Equal(t, map[string]string{test.to: "new", "deep/er/keep": "", "sub/keep": ""}, list(t, dir))
			info, err := os.Stat(at)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o640), info.Mode().Perm())
			for link, to := range test.links {
				got, err := os.Readlink(filepath.Join(dir, link))
				require.NoError(t, err)
				require.Equal(t, to, got)
			}

			// Only the link is removed: the file may have other names.
			require.NoError(t, manifest.WriteChanges(dir,
				[]manifest.FileChange{{Name: test.from, Before: []byte("new")}}))
			require.NoFileExists(t, filepath.Join(dir, test.from))
			require.FileExists(t, at)
		})
	}
}

func TestWriteChangesRefusesOtherLinks(t *testing.T) {
	dir := tree(t, map[string]string{"in/a.yaml": "old", "in/b.yaml": "old", "out.yaml": "old"})
	in := filepath.Join(dir, "in")
	before := list(t, dir)
	for name, to := range map[string]string{"away.yaml": "../out.yaml", "absolute.yaml": filepath.Join(in, "b.yaml"),
		"nowhere.yaml": "none.yaml", "round.yaml": "round.yaml", "b2.yaml": "b.yaml"} {
		require.NoError(t, os.Symlink(to, filepath.Join(in, name)))
	}
	first := manifest.FileChange{Name: "a.yaml", Before: []byte("old"), After: []byte("new")}
	for name, want := range map[string]string{
		"away.yaml":     "away.yaml: must lead to a file in the directory: it is a link out of the directory",
		"absolute.yaml": "absolute.yaml: must lead to a file in the directory: it is a link out of the directory",
		"nowhere.yaml":  "nowhere.yaml: must lead to a file in the directory: it is a link to nothing",
		"round.yaml":    "round.yaml: must lead to a file in the directory: it is a link that cannot be followed",
	} {
		for _, change := range []manifest.FileChange{{Before: []byte("old"), After: []byte("new")},
			{Before: []byte("old")}, {After: []byte("new")}} {
			change.Name = name
			require.EqualError(t, manifest.WriteChanges(in, []manifest.FileChange{first, change}), want)
			require.Equal(t, before, list(t, dir))
		}
	}
	// Two names of one file cannot both be written.
	other := manifest.FileChange{Name: "b.yaml", Before: []byte("old"), After: []byte("new")}
	same := manifest.FileChange{Name: "b2.yaml", Before: []byte("old"), After: []byte("newer")}
	require.EqualError(t, manifest.WriteChanges(in, []manifest.FileChange{first, other, same}),
		"b2.yaml: must be another file than b.yaml")
	require.Equal(t, before, list(t, dir))
}
