package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The pages show the last results.
func TestPagesAreUpToDate(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"README.md", "docs/benchmarks.md", "bench/results/peers.json",
		"bench/results/flagger.json", "bench/results/processes.json",
		"bench/results/allocations.json", "bench/results/statements.json"} {
		data, err := os.ReadFile(filepath.Join("../..", name))
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), data, 0o644))
	}
	require.NoError(t, run(root))
	for _, name := range []string{"README.md", "docs/benchmarks.md"} {
		want, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join("../..", name))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), "go -C bench run ./tables")
	}
}

func TestMarksMustBeThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.md")
	for text, ok := range map[string]bool{
		"a\n<!-- x: make bench-peers -->\nold\n<!-- end of x -->\nb\n": true,
		"a\n<!-- x: make bench-peers -->\nold\n":                       false,
		"a\n":                                                          false,
	} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		err := fill(path, "x", "new\n")
		if !ok {
			require.ErrorContains(t, err, "must have the marks", "%q", text)
			continue
		}
		require.NoError(t, err)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, "a\n<!-- x: make bench-peers -->\nnew\n<!-- end of x -->\nb\n", string(data))
	}
}
