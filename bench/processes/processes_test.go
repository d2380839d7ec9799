package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMedians(t *testing.T) {
	took, peak := medians([]usage{{3 * time.Second, 10}, {time.Second, 30}, {2 * time.Second, 20}})
	require.Equal(t, 2*time.Second, took)
	require.EqualValues(t, 20, peak)
	took, peak = medians(nil)
	require.Zero(t, took)
	require.Zero(t, peak)
}

// The system counts the memory of this process as memory of the programs that it starts.
func TestSmallProgramsCannotBeMeasured(t *testing.T) {
	path, err := exec.LookPath("true")
	require.NoError(t, err)
	_, err = add(nil, filepath.Dir(path), t.TempDir(), []string{"true", "{}", "*"})
	require.ErrorContains(t, err, "true: must take more memory than this program")
}

func TestProgramsMustSucceed(t *testing.T) {
	path, err := exec.LookPath("ls")
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "none")
	_, err = add(nil, filepath.Dir(path), dir, []string{"ls", "{}"})
	require.ErrorContains(t, err, "ls: exit status")
	require.ErrorContains(t, err, dir)
}

// Each row has a name, and writes files.
func TestInputs(t *testing.T) {
	for name, files := range map[string]int{"lint-1000": 1, "lint-10000": 5, "promote-5000": 5002} {
		dir := t.TempDir()
		require.Zero(t, run([]string{"-only", name, "-write", dir}, nil, os.Stderr))
		all, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, all, files)
	}
}
