package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/transcript"
	"github.com/swimlane-go/swimlane/release/gitops"
)

var now = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// tree writes the files of the mock app with an unprepared plan that has gates.
func tree(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../gitops/testdata/tree")))
	data, err := os.ReadFile("../gitops/testdata/gated/release.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "release.yaml"), data, 0o644))
	return dir
}

func rehearsed(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, now, &out, &errs)
	return code, out.String(), errs.String()
}

// changed changes a text in a file.
func changed(t *testing.T, path, from, to string) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(data), from)
	require.NoError(t, os.WriteFile(path, bytes.ReplaceAll(data, []byte(from), []byte(to)), 0o644))
}

// files returns the texts in a directory.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		out[e.Name()] = string(data)
	}
	return out
}

func TestTranscripts(t *testing.T) {
	transcript.Play(t, func(args []string, _ io.Reader, stdout, stderr io.Writer) int {
		return run(args, now, stdout, stderr)
	})
}

func TestLargeFilesOfFaultsAreRefused(t *testing.T) {
	large := filepath.Join(t.TempDir(), "large.yaml")
	require.NoError(t, os.WriteFile(large, make([]byte, maxFaults+1), 0o644))
	code, stdout, stderr := rehearsed("-rate", "60", "-faults", large, tree(t))
	require.Equal(t, 2, code)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "must have at most")
}

// A release on plain Istio is prepared in several commits, all of them in memory.
func TestRehearsalOnPlainIstio(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../gitops/testdata/subsets")))
	directory := gitops.Directory{Path: dir}
	_, err := directory.Init("v9")
	require.NoError(t, err)
	changed(t, filepath.Join(dir, "release.yaml"), "FILL-IN", "shop:9")
	before := files(t, dir)
	code, stdout, stderr := rehearsed("-rate", "10", dir)
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "finished, v1=0 v2=0 v9=100")
	require.NotContains(t, stdout, "got no answer")
	require.Equal(t, before, files(t, dir))
}

// The flag says how much one pod carries: one request a second is too little for any pod.
func TestPodsThatCarryLittle(t *testing.T) {
	dir := tree(t)
	code, stdout, stderr := rehearsed("-rate", "60", "-errors", "0.002", "-per-pod", "mocka=1", "-per-pod", "mockb=1",
		dir)
	require.Empty(t, stderr)
	require.NotContains(t, stdout, "finished")
	require.Equal(t, 1, code)
	code, stdout, _ = rehearsed("-rate", "60", "-errors", "0.002", "-per-pod", "mocka=1000", "-per-pod", "mockb=1000",
		dir)
	require.Zero(t, code, stdout)
	require.Contains(t, stdout, "finished")
}

// full is a writer that returns an error.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestOutputThatCannotBeWritten(t *testing.T) {
	var stderr bytes.Buffer
	require.Equal(t, 2, run([]string{"-rate", "60", tree(t)}, now, full{}, &stderr))
	require.Contains(t, stderr.String(), os.ErrClosed.Error())
}
