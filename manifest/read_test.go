package manifest_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

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
	files, _, err := manifest.ReadDir(dir)
	require.NoError(t, err)
	require.Equal(t, []string{"a.yml", "b.yaml", "sub/c.json", "sub/deep/d.yaml"}, names(files))
	require.Equal(t, "c", string(files[2].Data))
}

// A link out of the directory is never read, any other is read as Argo CD does. Files that could be
// meant but are not read are reported.
func TestReadDirFollowsLinksInTheDirectoryOnly(t *testing.T) {
	dir := tree(t, map[string]string{"in/a.yaml": "a", "in/sub/b.yaml": "b", "out/secret.yaml": "x",
		"out/README.md": "x"})
	in := filepath.Join(dir, "in")
	for name, to := range map[string]string{
		"away": "../out", "away.yaml": "../out/secret.yaml", "round.yaml": "round.yaml", "nowhere.yaml": "none.yaml",
		"same.yaml": "a.yaml", "sub/up.yml": "../a.yaml", "folder": "sub", "README.md": "../out/README.md",
		"gone": "none",
	} {
		require.NoError(t, os.Symlink(to, filepath.Join(in, name)))
	}
	files, skipped, err := manifest.ReadDir(in)
	require.NoError(t, err)
	require.Equal(t, []string{"a.yaml", "same.yaml", "sub/b.yaml", "sub/up.yml"}, names(files))
	require.Equal(t, "a", string(files[3].Data))
	require.Equal(t, []manifest.Skip{
		{Name: "away", Reason: "it is a link out of the directory"},
		{Name: "away.yaml", Reason: "it is a link out of the directory"},
		{Name: "folder", Reason: "it is a link to a directory"},
		{Name: "nowhere.yaml", Reason: "it is a link to nothing"},
		{Name: "round.yaml", Reason: "it is a link that cannot be followed"},
	}, skipped)
	require.Equal(t, "away: passed over: it is a link out of the directory", skipped[0].String())
}

// Argo CD takes hidden files, and passes over those without an object in silence.
func TestReadDirReadsWhatIsHiddenAndAnObject(t *testing.T) {
	dir := tree(t, map[string]string{
		".x.yaml": configMap("x"), ".gitlab-ci.yml": "stages: []\n", ".y.json": "{}",
		".hidden/z.yaml": configMap("z"), ".git/refs/heads/fix.yaml": configMap("no"),
		"sub/.git/a.yaml": configMap("no"),
	})
	files, skipped, err := manifest.ReadPaths(dir)
	require.NoError(t, err)
	for i := range files {
		files[i].Name = strings.TrimPrefix(files[i].Name, filepath.ToSlash(dir)+"/")
	}
	require.Equal(t, []string{".hidden/z.yaml", ".x.yaml", ".y.json"}, names(files))
	require.Len(t, skipped, 1)
	require.Equal(t, dir+"/.gitlab-ci.yml: passed over: it is hidden, and holds no object", skipped[0].String())

	files, skipped, err = manifest.ReadPaths(filepath.Join(dir, ".gitlab-ci.yml"))
	require.NoError(t, err)
	require.Len(t, files, 1, "a file that is named is read")
	require.Empty(t, skipped)
}

func TestReadPathsReadsFilesAndDirectoriesOnce(t *testing.T) {
	dir := tree(t, map[string]string{"in/a.yaml": "a", "in/b.yaml": "b", "note.txt": "n"})
	t.Chdir(dir)
	files, _, err := manifest.ReadPaths("in/b.yaml", "./in/", "note.txt", "in")
	require.NoError(t, err)
	require.Equal(t, []string{"in/b.yaml", "in/a.yaml", "note.txt"}, names(files),
		"a file that is named is read whatever its name")
}

func TestReadPathsReadsStandardInput(t *testing.T) {
	t.Chdir(tree(t, map[string]string{"a.yaml": "a", "-": "b", "stdin": "c"}))
	r := manifest.Reader{Stdin: strings.NewReader("d"), MaxFileSize: 5, MaxTotalSize: 5}
	files, skipped, err := r.ReadPaths("a.yaml", "-", "stdin", "./-")
	require.NoError(t, err)
	require.Empty(t, skipped)
	require.Equal(t, []manifest.File{file("a.yaml", "a"), file("stdin", "d"), file("stdin", "c"), file("-", "b")},
		files)
	files, _, err = manifest.ReadPaths("-")
	require.NoError(t, err)
	require.Equal(t, []manifest.File{file("-", "b")}, files, "without a stream it is a file")

	r.Stdin = strings.NewReader("12345")
	_, _, err = r.ReadPaths("-", "a.yaml")
	require.ErrorContains(t, err, "must not be larger than 5 bytes together")
	r.Stdin = strings.NewReader("123456")
	files, _, err = r.ReadPaths("-", "a.yaml")
	require.EqualError(t, err, "stdin: must not be larger than 5 bytes")
	require.Equal(t, []string{"a.yaml"}, names(files))
	r.Stdin = iotest.ErrReader(errors.New("disk on fire"))
	_, _, err = r.ReadPaths("-")
	require.EqualError(t, err, "stdin: disk on fire")
}

// A file and its content can be called anything: a message stays one line.
func TestNamesStayInTheirLine(t *testing.T) {
	const odd = "a\nb\u202e"
	require.Equal(t, `Pod default/a\nb\u202e`, manifest.Ref{Kind: "Pod", Namespace: "default", Name: odd}.String())
	require.Equal(t, `a\nb\u202e: passed over: x`, manifest.Skip{Name: odd, Reason: "x"}.String())
	require.Equal(t, `a\nb\u202e: x`, (&manifest.DecodeError{File: odd, Err: errors.New("x")}).Error())
	require.Equal(t, `a\nb\u202e:1: x`, (&manifest.DecodeError{File: odd, Line: 1, Err: errors.New("x")}).Error())
}

func TestReadPathsNamesEveryPathThatFails(t *testing.T) {
	dir := tree(t, map[string]string{"a.yaml": "a"})
	t.Chdir(dir)
	files, _, err := manifest.ReadPaths("nowhere", "a.yaml", "nor-here.yaml")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "nowhere")
	require.ErrorContains(t, err, "nor-here.yaml")
	require.Equal(t, []string{"a.yaml"}, names(files), "what could be read")
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	require.Len(t, joined.Unwrap(), 2)
	for _, e := range joined.Unwrap() {
		var at *manifest.DecodeError
		require.ErrorAs(t, e, &at)
		require.Zero(t, at.Line)
		require.True(t, strings.HasPrefix(e.Error(), at.File+": "), e)
	}
	_, _, err = manifest.ReadDir("a.yaml")
	require.Error(t, err)
}

func TestReaderHoldsItsBounds(t *testing.T) {
	dir := tree(t, map[string]string{"fits.yaml": strings.Repeat("#", 100), "huge.yaml": strings.Repeat("#", 101)})
	r := manifest.Reader{MaxFileSize: 100}
	_, _, err := r.ReadPaths(filepath.Join(dir, "fits.yaml"))
	require.NoError(t, err)
	_, _, err = r.ReadPaths(filepath.Join(dir, "huge.yaml"))
	require.ErrorContains(t, err, "huge.yaml")
	files, _, err := r.ReadDir(dir)
	require.EqualError(t, err, "huge.yaml: must not be larger than 100 bytes")
	require.Equal(t, []string{"fits.yaml"}, names(files))
	_, err = r.Decode(manifest.File{Name: "huge.yaml", Data: make([]byte, 101)})
	require.ErrorContains(t, err, "huge.yaml: must not be larger than 100 bytes")

	r = manifest.Reader{MaxTotalSize: 200}
	_, _, err = r.ReadDir(dir)
	require.ErrorContains(t, err, "200 bytes together")
	_, _, err = manifest.ReadDir(dir)
	require.NoError(t, err, "the default bounds are wide")

	text := strings.Repeat(configMap("a")+"---\n", 3)
	// the last is empty
	_, err = manifest.Reader{MaxDocuments: 4}.Decode(manifest.File{Name: "in.yaml", Data: []byte(text)})
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
		bomb += fmt.Sprintf("a%[2]d: &a%[2]d [%[1]s]\n",
			strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "), i+1)
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
