package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/golden"
)

func execGitops(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, t0, &out, &errs)
	return code, out.String(), errs.String()
}

func TestUsage(t *testing.T) {
	dir := checkout(t)
	broken := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(broken, "a.yaml"), []byte("a: ["), 0o644))
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"nothing":         {nil, "must be told what to do"},
		"no directory":    {[]string{"status"}, "-dir must name"},
		"no command":      {[]string{"-dir", dir}, "must be told what to do"},
		"unknown command": {[]string{"-dir", dir, "deploy"}, `no command "deploy"`},
		"unknown flag":    {[]string{"-dri", dir, "status"}, "not defined"},
		"flag of another": {[]string{"-dir", dir, "pause", "-to", "2"}, "pause takes no -to"},
		"flags of others": {[]string{"-dir", dir, "-reason", "x", "init", "-candidate", "v3", "-plan", "a"},
			"init takes no -plan\ninit takes no -reason"},
		"operand":           {[]string{"-dir", dir, "promote", "2"}, "takes no operands"},
		"bad revision":      {[]string{"-dir", dir, "-revision", "x", "status"}, "invalid value"},
		"negative revision": {[]string{"-dir", dir, "-revision", "-5", "status"}, "must not be negative"},
		"empty stage":       {[]string{"-dir", dir, "promote", "-to", ""}, "-to must not be empty"},
		"empty place":       {[]string{"-dir", dir, "adopt", "-as", ""}, "-as must not be empty"},
		"no such place": {[]string{"-dir", dir, "adopt", "-as", "stage"},
			`no such place: "stage" is not one of prepared, initial-canary`},
		"no such directory":  {[]string{"-dir", filepath.Join(dir, "none"), "status"}, "none"},
		"none to write":      {[]string{"-dir", filepath.Join(dir, "none"), "prepare"}, "none"},
		"a file":             {[]string{"-dir", filepath.Join(dir, "release.yaml"), "status"}, "release.yaml"},
		"not YAML":           {[]string{"-dir", broken, "status"}, "a.yaml:1:"},
		"no such stage":      {[]string{"-dir", dir, "promote", "-to", "9"}, `no stage "9"`},
		"no such stage back": {[]string{"-dir", dir, "back", "-to", "nowhere"}, `no stage "nowhere"`},
		"no such format":     {[]string{"-dir", dir, "status", "-format", "xml"}, "-format must be one of text, json"},
		"no such format of a plan": {[]string{"-dir", dir, "plan", "-format", "xml"},
			"-format must be one of text, json, table, markdown, mermaid"},
		"no such format of capacity": {[]string{"-dir", dir, "capacity", "-format", "table"},
			"-format must be one of text, json, markdown"},
		"message and JSON": {[]string{"-dir", dir, "prepare", "-message", "-format", "json"},
			"may not be given together"},
		"a directory twice": {[]string{"-dir", dir, "-dir", dir, "status"},
			"each directory must be named once, and lie in no other"},
		"one in another": {[]string{"-dir", filepath.Join(dir, "."), "-dir", filepath.Dir(dir), "-dry-run",
			"prepare"}, " lies in "},
		"an empty directory": {[]string{"-dir", dir, "-dir", "", "status"}, "must not be empty"},
		"no candidate":       {[]string{"-dir", dir, "init"}, "-candidate must name the lane"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := execGitops(test.args...)
			require.Equal(t, cli.Misused, code, stderr)
			require.Empty(t, stdout)
			require.Contains(t, stderr, test.want)
		})
	}
	for _, args := range [][]string{{"-help"}, {"-h"}, {"help"}, {"-dir", dir, "promote", "-help"}} {
		code, stdout, stderr := execGitops(args...)
		require.Equal(t, cli.Done, code)
		require.Empty(t, stderr)
		golden.Equal(t, "usage.txt", stdout)
		for _, c := range commands() {
			require.Contains(t, stdout, "\n  "+c.name)
			for _, flag := range c.flags {
				require.Contains(t, stdout, "\n  -"+flag)
			}
		}
	}
}

func TestNoPlan(t *testing.T) {
	dir := checkout(t)
	require.NoError(t, os.Remove(filepath.Join(dir, "release.yaml")))
	code, stdout, _ := execGitops("-dir", dir, "status")
	require.Equal(t, cli.Done, code)
	require.Contains(t, stdout, "there is no plan")
	for _, command := range []string{"prepare", "start", "cleanup", "adopt"} {
		code, stdout, stderr := execGitops("-dir", dir, command)
		require.Equal(t, cli.Bad, code)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "there is no plan")
	}
}

func TestDryRunWritesNothing(t *testing.T) {
	dir := checkout(t)
	before := files(t, dir)
	code, stdout, _ := execGitops("-dir", dir, "-dry-run", "prepare")
	require.Equal(t, cli.Done, code)
	require.True(t, strings.HasPrefix(stdout, "dry run: nothing is written\n"))
	require.Contains(t, stdout, "new     mock-v3.yaml")
	require.Equal(t, before, files(t, dir))
}

// Routes may be in another directory. The output names files relative to the directory around both,
// and both are written.
func TestSeveralDirectories(t *testing.T) {
	dir := checkout(t)
	routes := filepath.Join(filepath.Dir(dir), "routes")
	require.NoError(t, os.Mkdir(routes, 0o755))
	require.NoError(t, os.Rename(filepath.Join(dir, "mock-route.yaml"), filepath.Join(routes, "mock-route.yaml")))
	name := filepath.Base(dir)
	code, stdout, stderr := execGitops("-dir", dir, "-dir", routes, "prepare")
	require.Equal(t, cli.Done, code, stderr)
	require.Contains(t, stdout, "changed routes/mock-route.yaml\n")
	require.Contains(t, stdout, "new     "+name+"/mock-v3.yaml\n")
	code, stdout, stderr = execGitops("-dir", routes, "-dir", dir, "-format", "json", "start")
	require.Equal(t, cli.Done, code, stderr)
	require.Contains(t, stdout, `"name": "routes/mock-route.yaml"`)
	code, stdout, stderr = execGitops("-dir", routes, "-dir", dir, "plan", "-format", "table")
	require.Equal(t, cli.Done, code, stderr)
	require.Contains(t, stdout, "initial-canary")
	code, _, _ = execGitops("-dir", dir, "promote")
	require.Equal(t, cli.Bad, code, "the routes are missing")
}

// Other manifests below the directory, of any kind, do not disturb.
func TestOtherFilesStay(t *testing.T) {
	dir := checkout(t)
	for name, text := range map[string]string{
		"README.md":        "mine",
		".hidden/x.yaml":   "a: [",
		"deep/other.yaml":  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other} # mine\n",
		"deep/values.json": `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "values"}}`,
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	before := files(t, dir)
	for _, command := range []string{"prepare", "start", "rollback", "cleanup", "cleanup"} {
		code, _, stderr := execGitops("-dir", dir, command)
		require.Equal(t, cli.Done, code, stderr)
	}
	require.Equal(t, before, files(t, dir))
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestUnprintableReport(t *testing.T) {
	var errs bytes.Buffer
	dir := checkout(t)
	for _, args := range [][]string{{"status"}, {"-dry-run", "prepare"}} {
		require.Equal(t, cli.Bad, run(append([]string{"-dir", dir}, args...), t0, full{}, &errs))
		require.Contains(t, errs.String(), "disk full")
	}
	// A command that wrote files has succeeded, even if its output fails.
	errs.Reset()
	require.Equal(t, cli.Done, run([]string{"-dir", dir, "prepare"}, t0, full{}, &errs))
	require.Contains(t, errs.String(), "disk full")
	require.FileExists(t, filepath.Join(dir, "mock-v3.yaml"))
}

// A change that cannot be written as a whole is not written at all.
func TestUnwritableDirectory(t *testing.T) {
	dir := checkout(t)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "mock-v3.yaml"), 0o755)) // in the way of the new file
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mock-v3.yaml", "x"), nil, 0o644))
	before := files(t, dir)
	code, stdout, stderr := execGitops("-dir", dir, "prepare")
	require.Equal(t, cli.Bad, code)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "mock-v3.yaml")
	require.Equal(t, before, files(t, dir))
}
