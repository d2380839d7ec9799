package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/release/gitops"
)

var now = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// tree writes the files of the seed's app with a plan that has gates, not prepared.
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

// files returns what a directory holds.
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

func TestTimelines(t *testing.T) {
	dir := tree(t)
	before := files(t, dir)
	with := func(args ...string) []string {
		return append(append([]string{"-rate", "60", "-errors", "0.002"}, args...), dir)
	}
	for name, test := range map[string]struct {
		args []string
		code int
	}{
		"good.txt":      {with(), 0},
		"bad.txt":       {with("-faults", "testdata/faults.yaml"), 0},
		"bad.md":        {with("-faults", "testdata/faults.yaml", "-format", "markdown"), 0},
		"bad.json":      {with("-faults", "testdata/faults.yaml", "-format", "json"), 0},
		"costs.txt":     {with("-faults", "testdata/faults.yaml", "-runs", "20"), 0},
		"costs.json":    {with("-faults", "testdata/faults.yaml", "-runs", "20", "-format", "json"), 0},
		"too-short.txt": {with("-longest", "20m", "-request", "/mock", "-start", "2026-03-11T09:00:00+01:00"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := rehearsed(test.args...)
			require.Equal(t, test.code, code, stderr)
			require.Empty(t, stderr)
			golden.Equal(t, name, stdout)
			if filepath.Ext(name) == ".json" {
				require.True(t, json.Valid([]byte(stdout)))
			}
		})
	}
	require.Equal(t, before, files(t, dir), "nothing is written")
}

func TestUsage(t *testing.T) {
	code, stdout, stderr := rehearsed("-h")
	require.Zero(t, code)
	require.Empty(t, stderr)
	golden.Equal(t, "usage.txt", stdout)
}

func TestBadInput(t *testing.T) {
	dir := tree(t)
	file := filepath.Join(t.TempDir(), "faults.yaml")
	require.NoError(t, os.WriteFile(file, []byte("- kind: Bad\n  sevice: mockb\n"), 0o644))
	strange := filepath.Join(t.TempDir(), "strange.yaml")
	require.NoError(t, os.WriteFile(strange, []byte("- kind: Bad\n  service: mockb\n  rate: 3\n"), 0o644))
	large := filepath.Join(t.TempDir(), "large.yaml")
	require.NoError(t, os.WriteFile(large, make([]byte, maxFaults+1), 0o644))
	unprepared, zone := tree(t), tree(t)
	changed(t, filepath.Join(unprepared, "release.yaml"), "service: mocka", "service: mockz")
	changed(t, filepath.Join(zone, "release.yaml"), "Europe/Berlin", "Nowhere/Town")
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no directory":     {[]string{"-rate", "60"}, 2, "name one directory"},
		"two":              {[]string{"-rate", "60", dir, dir}, 2, "name one directory"},
		"standard input":   {[]string{"-rate", "60", "-"}, 2, "name one directory"},
		"missing":          {[]string{"-rate", "60", "none"}, 2, "none"},
		"a file":           {[]string{"-rate", "60", file}, 2, "must be a directory"},
		"format":           {[]string{"-rate", "60", "-format", "svg", dir}, 2, "-format must be text, json or markdown"},
		"runs in markdown": {[]string{"-rate", "60", "-format", "markdown", "-runs", "3", dir}, 2, "-runs prints text or json"},
		"request":          {[]string{"-rate", "60", "-request", "mock", dir}, 2, "must be [HOST]/PATH"},
		"per pod":          {[]string{"-rate", "60", "-errors", "0.002", "-per-pod", "mocka", dir}, 2, "must be SERVICE=REQUESTS"},
		"start":            {[]string{"-rate", "60", "-start", "today", dir}, 2, "today"},
		"every":            {[]string{"-rate", "60", "-every", "1", dir}, 2, "must be a duration"},
		"no rate":          {[]string{dir}, 1, "traffic.rate"},
		"an unknown key":   {[]string{"-rate", "60", "-faults", file, dir}, 2, `unknown field "sevice"`},
		"a bad fault":      {[]string{"-rate", "60", "-faults", strange, dir}, 1, "faults[0].rate"},
		"a large file":     {[]string{"-rate", "60", "-faults", large, dir}, 2, "must have at most"},
		"no such faults":   {[]string{"-rate", "60", "-faults", "none", dir}, 2, "none"},
		"no release":       {[]string{"-rate", "60", t.TempDir()}, 1, "there is no plan"},
		"no such plan":     {[]string{"-rate", "60", "-plan", "other", dir}, 1, "other"},
		"no application":   {[]string{"-rate", "60", "-app", "none.yaml", dir}, 2, "none.yaml"},
		"not prepared":     {[]string{"-rate", "60", unprepared}, 1, "mockz"},
		"unknown zone":     {[]string{"-rate", "60", zone}, 1, "Nowhere/Town"},
		"too many runs":    {[]string{"-rate", "60", "-runs", "10001", dir}, 1, "runs must be between"},
		"no request":       {[]string{"-rate", "60", "-request", "/none", dir}, 1, "must be answered at the beginning"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := rehearsed(test.args...)
			require.Equal(t, test.code, code, stderr)
			require.Empty(t, stdout)
			require.Contains(t, stderr, test.says)
		})
	}
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

// What one pod carries is known by the flag: one request a second is too little for any pod.
func TestPodsThatCarryLittle(t *testing.T) {
	dir := tree(t)
	code, stdout, stderr := rehearsed("-rate", "60", "-errors", "0.002", "-per-pod", "mocka=1", "-per-pod", "mockb=1", dir)
	require.Empty(t, stderr)
	require.NotContains(t, stdout, "finished")
	require.Equal(t, 1, code)
	code, stdout, _ = rehearsed("-rate", "60", "-errors", "0.002", "-per-pod", "mocka=1000", "-per-pod", "mockb=1000", dir)
	require.Zero(t, code, stdout)
	require.Contains(t, stdout, "finished")
}

// full is a writer that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestOutputThatCannotBeWritten(t *testing.T) {
	var stderr bytes.Buffer
	require.Equal(t, 2, run([]string{"-rate", "60", tree(t)}, now, full{}, &stderr))
	require.Contains(t, stderr.String(), os.ErrClosed.Error())
}
