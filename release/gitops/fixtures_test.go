package gitops_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// t0 is when releases of the tests are prepared.
var t0 = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// directory is a Git directory in memory.
type directory map[string]string

// sampleTree returns the sample directory, with a second route when two is set.
func sampleTree(t testing.TB, two bool) directory {
	t.Helper()
	d := directory{}
	paths, err := filepath.Glob("../../examples/gitops/testdata/tree/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		d[filepath.Base(path)] = string(data)
	}
	if two {
		_, route, found := strings.Cut(d["mock-route.yaml"], "---\n")
		require.True(t, found)
		route = strings.NewReplacer("name: mock\n", "name: z-second\n", "exact: /mock", "exact: /second").Replace(route)
		d["second-route.yaml"] = route
		d.replace(t, "release.yaml", "    - {namespace: istio-system, name: mock}\n",
			"    - {namespace: istio-system, name: z-second}\n    - {namespace: istio-system, name: mock}\n")
	}
	return d
}

func (d directory) replace(t require.TestingT, file, old, replacement string) {
	require.Contains(t, d[file], old)
	d[file] = strings.Replace(d[file], old, replacement, 1)
}

// sets are the sets that tests have read from directories, by their texts: most tests read the
// same.
var sets sync.Map

func (d directory) set(t require.TestingT) manifest.Set {
	var files []manifest.File
	var key strings.Builder
	for _, name := range slices.Sorted(maps.Keys(d)) {
		files = append(files, manifest.File{Name: name, Data: []byte(d[name])})
		keyed(&key, name, d[name])
	}
	if set, found := sets.Load(key.String()); found {
		return set.(manifest.Set)
	}
	set, err := manifest.Decode(files...)
	require.NoError(t, err)
	sets.Store(key.String(), set)
	return set
}

// keyed adds texts to a key.
func keyed(key *strings.Builder, texts ...string) {
	for _, text := range texts {
		key.WriteString(strconv.Itoa(len(text)) + ":" + text)
	}
}

func (d directory) open(t require.TestingT) gitops.Tree {
	tree, err := gitops.Open(d.set(t), "")
	require.NoError(t, err)
	return tree
}

// write writes the first n of the files of an outcome, as a crash would leave them.
func (d directory) write(o gitops.Commit, n int) {
	for _, f := range o.Files[:n] {
		if f.After == nil {
			delete(d, f.Name)
		} else {
			d[f.Name] = string(f.After)
		}
	}
}

// asked is the answer of a tree to a command, asked for once.
type asked struct {
	once   sync.Once
	commit gitops.Commit
	err    error
}

// answers are the answers of trees to commands, by the texts of both: most tests go through the
// same stories of the same layouts.
var answers sync.Map

// command asks a tree for the command of a word. An answer that another test got is not asked
// for again.
func command(tree gitops.Tree, word string) (gitops.Commit, error) {
	if len(tree.Unread)+len(tree.Skipped) > 0 {
		return ask(tree, word)
	}
	var key strings.Builder
	keyed(&key, word, tree.Config.Name)
	for _, name := range tree.Set.Sources() {
		text, _ := tree.Set.Source(name)
		keyed(&key, name, string(text))
	}
	for _, o := range tree.Set.All() { // a Reader may have given them namespaces
		keyed(&key, o.Ref.Kind, o.Ref.Namespace, o.Ref.Name)
	}
	entry, _ := answers.LoadOrStore(key.String(), &asked{})
	a := entry.(*asked)
	a.once.Do(func() { a.commit, a.err = ask(tree, word) })
	return a.commit, a.err
}

func ask(tree gitops.Tree, word string) (gitops.Commit, error) {
	switch word {
	case "Prepare":
		return tree.Prepare(t0)
	case "CleanUp":
		return tree.CleanUp()
	}
	return tree.Apply(rollout.Event{Kind: rollout.EventKind(word), Revision: tree.Revision(), At: t0})
}

// do runs commands to their end. It runs a prepare with another commit twice.
func (d directory) do(t require.TestingT, words ...string) {
	for _, word := range words {
		o, err := command(d.open(t), word)
		require.NoError(t, err, word)
		d.write(o, len(o.Files))
		if word == "Prepare" && o.Again {
			d.do(t, word)
		}
	}
}

// commits returns a story that begins with Prepare, with a word for each commit.
func (d directory) commits(t require.TestingT, story []string) []string {
	o, err := command(d.open(t), "Prepare")
	require.NoError(t, err)
	if o.Again {
		story = slices.Concat(story[:1], story)
	}
	return story
}

// halfWritten reports whether a tree reports that it is half-written.
func halfWritten(t gitops.Tree) bool {
	return slices.ContainsFunc(t.Report().Problems, func(p gitops.Problem) bool { return p.Kind == "half-written" })
}

// put writes a directory.
func (d directory) put(t *testing.T) string {
	dir := t.TempDir()
	for name, text := range d {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	return dir
}

// filesIn reads a directory.
func filesIn(t *testing.T, dir string) directory {
	d := directory{}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		d[e.Name()] = string(data)
	}
	return d
}
