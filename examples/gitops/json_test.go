package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/internal/jsonschema"
	"github.com/swimlane-go/swimlane/internal/transcript"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// The JSON of every command is one object of the schema, whatever the result.
func TestJSON(t *testing.T) {
	results := map[gitops.Result]bool{}
	for _, o := range transcript.Outputs(t, "testdata/json/*.txtar") {
		results[requireReport(t, o.Text)] = true
	}
	require.Len(t, results, 4, "all but BrokenOff")
}

// reportSchema returns the schema of a report.
func reportSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	return jsonschema.Read(t, "../../docs/gitops.schema.json")
}

// requireReport checks that text is one object of the schema, and returns its result. Go programs
// must decode it without loss.
func requireReport(t *testing.T, text string) gitops.Result {
	t.Helper()
	require.Empty(t, reportSchema(t).Faults(text))
	var report gitops.Report
	require.NoError(t, json.Unmarshal([]byte(text), &report))
	require.Equal(t, report.Result == gitops.Refused, report.Error != "" && report.Message == "")
	var again bytes.Buffer
	require.NoError(t, cli.JSON(cli.Clean(&again), report))
	require.Equal(t, text, again.String())
	return report.Result
}

// A write fails after the first of two files.
func TestJSONOfBrokenOff(t *testing.T) {
	dir := done(t, checkout(t, "two-routes"), "prepare", "start")
	d := gitops.Directory{Path: dir}
	tree, err := d.Read()
	require.NoError(t, err)
	c, err := tree.Apply(rollout.Event{Kind: rollout.Promote, Revision: tree.Revision(), At: t0})
	require.NoError(t, err)
	require.Len(t, c.Files, 2)
	require.NoError(t, manifest.WriteChanges(dir, c.Files[:1]))
	half, err := d.Read()
	require.NoError(t, err)
	r := half.ReportOf("promote", c,
		&manifest.PartialError{Written: []string{c.Files[0].Name}, Left: []string{c.Files[1].Name},
			Err: manifest.ErrChanged})
	var out bytes.Buffer
	require.NoError(t, show(options{command: "promote", format: "json"}, r, cli.Partial, &out))
	require.Equal(t, cli.Partial, codeOf(r, nil))
	require.Empty(t, reportSchema(t).Faults(out.String()))
	golden.Equal(t, "json/promote-broken-off.json", out.String())
}

// A wrong call gets no JSON: standard output is empty.
func TestNoJSONOfMisuse(t *testing.T) {
	dir := checkout(t)
	broken := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(broken, "a.yaml"), []byte("a: ["), 0o644))
	for _, args := range []string{"", "-dir " + dir, "-dir " + dir + " deploy", "-dir " + dir + " status -to 3",
		"-dir " + dir + " plan -dry-run", "-dir " + dir + "/none plan", "-dir " + broken + " capacity",
		"-dir " + dir + " prepare -message",
		"-dir " + dir + " promote -to 9", "-dir " + dir + " adopt -as nowhere", "-dir " + dir + "/none status",
		"-dir " + dir + "/none rollback", "-dir " + broken + " status", "-dir " + broken + " rollback"} {
		code, stdout, stderr := execGitops(append(strings.Fields(args), "-format", "json")...)
		require.Equal(t, cli.Misused, code, args)
		require.Empty(t, stdout, args)
		require.NotEmpty(t, stderr, args)
	}
}

// While another command writes, all commands are refused, in JSON too.
func TestJSONOfLocked(t *testing.T) {
	dir := checkout(t)
	_, err := gitops.Update(dir, func(gitops.Tree) (gitops.Commit, error) {
		code, stdout, stderr := execGitops("-dir", dir, "prepare", "-format", "json")
		require.Equal(t, cli.Bad, code)
		require.Contains(t, stderr, gitops.ErrLocked.Error())
		require.Equal(t, gitops.Refused, requireReport(t, stdout))
		golden.Equal(t, "json/prepare-locked.json", stdout)
		return gitops.Commit{}, nil
	})
	require.NoError(t, err)
}
