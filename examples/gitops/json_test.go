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
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// The JSON of every command: the last line of each script runs with -format json. An overlay may
// follow the name, as in TestBadNights.
func TestJSON(t *testing.T) {
	root := reportSchema(t)
	const toStage2 = "prepare\nstart\npromote\n"
	for name, test := range map[string]struct {
		script string
		code   int
		result gitops.Result
	}{
		"status-no-plan":        {"remove release.yaml\nstatus", cli.Done, gitops.Done},
		"status-before-prepare": {"status", cli.Done, gitops.Done},
		"status-prepared":       {"prepare\nstatus", cli.Done, gitops.Done},
		"status-at-a-stage":     {toStage2 + "status", cli.Done, gitops.Done},
		"status-last-stage":     {"prepare\nstart\npromote -to 4\nstatus", cli.Done, gitops.Done},
		"status-paused":         {toStage2 + "pause\nstatus", cli.Done, gitops.Done},
		"status-rolled-back":    {toStage2 + "rollback\nstatus", cli.Done, gitops.Done},
		"status-finished":       {"prepare\nstart\npromote -to 4\nfinish\nstatus", cli.Done, gitops.Done},
		"status-over": {"prepare\nstart\npromote -to 4\nfinish\ncleanup\ncleanup\nstatus", cli.Done,
			gitops.Done},
		"status-weighted weighted": {toStage2 + "status", cli.Done, gitops.Done},
		"status-drift": {toStage2 + "edit mock-route.yaml weight: 30 => weight: 29\nstatus", cli.Done,
			gitops.Done},
		"status-half-written two-routes": {toStage2 +
			"keep stage-2\npromote\nrestore second-route.yaml from stage-2\nstatus", cli.Done, gitops.Done},
		"status-problems": {toStage2 +
			"write broken.yaml a: [\nedit mock-v3.yaml replicas: 1 => replicas: 0\nedit mock-v3.yaml :1.1 => :1.2\n" +
			"status", cli.Done, gitops.Done},
		"status-other-plan": {toStage2 + "edit release.yaml full-promotion => everybody\nstatus", cli.Bad,
			gitops.Refused},
		"status-bad-plan": {toStage2 + "edit release.yaml percent: 80 => percent: 81\nstatus", cli.Bad, gitops.Refused},
		"status-conflict": {toStage2 + "edit mock-route.yaml spec: => <<<<<<< HEAD\\nspec:\nstatus", cli.Bad,
			gitops.Refused},

		"status-kustomize": {toStage2 + "write kustomization.yaml resources: []\nstatus", cli.Done, gitops.Done},

		"init":              {"remove release.yaml\ninit -candidate v3", cli.Done, gitops.Done},
		"init-refused":      {"init -candidate v3", cli.Bad, gitops.Refused},
		"prepare":           {"prepare", cli.Done, gitops.Done},
		"prepare-unchanged": {"prepare\nprepare", cli.Done, gitops.Unchanged},
		"prepare-refused": {"edit mock-route.yaml weight: 50 => weight: 49\nprepare", cli.Bad,
			gitops.Refused},
		"prepare-no-plan": {"remove release.yaml\nprepare", cli.Bad, gitops.Refused},
		"prepare-dry-run": {"-dry-run prepare", cli.Done, gitops.Done},
		"start":           {"prepare\nstart", cli.Done, gitops.Done},
		"start-completed": {"prepare\nremove mock-v3.yaml\nstart", cli.Partial, gitops.Completed},
		"promote":         {"prepare\nstart\npromote", cli.Done, gitops.Done},
		"promote-completed two-routes": {toStage2 +
			"keep stage-2\npromote\nrestore second-route.yaml from stage-2\npromote", cli.Partial, gitops.Completed},
		"promote-dry-run-completes two-routes": {toStage2 +
			"keep stage-2\npromote\nrestore second-route.yaml from stage-2\n-dry-run promote", cli.Partial,
			gitops.Completed},
		"promote-refused":           {"prepare\npromote", cli.Bad, gitops.Refused},
		"promote-stale":             {toStage2 + "promote -revision 2", cli.Bad, gitops.Refused},
		"promote-weighted weighted": {toStage2 + "promote", cli.Done, gitops.Done},
		"back":                      {toStage2 + "back -reason slow at 30%", cli.Done, gitops.Done},
		"pause":                     {toStage2 + "pause -reason lunch", cli.Done, gitops.Done},
		"pause-unchanged":           {toStage2 + "pause\npause", cli.Done, gitops.Unchanged},
		"resume":                    {toStage2 + "pause\nresume", cli.Done, gitops.Done},
		"rollback":                  {toStage2 + "rollback -reason v3 loses orders", cli.Done, gitops.Done},
		"rollback-found": {toStage2 +
			"edit mock-route.yaml weight: 30 => weight: 29\nwrite broken.yaml a: [\nrollback", cli.Done, gitops.Done},
		"rollback-unchanged": {toStage2 + "rollback\nrollback", cli.Done, gitops.Unchanged},
		"rollback-refused":   {toStage2 + "copy mock-route.yaml copy.yaml\nrollback", cli.Bad, gitops.Refused},
		"finish":             {"prepare\nstart\npromote -to 4\nfinish", cli.Done, gitops.Done},
		"cleanup-again":      {toStage2 + "rollback\ncleanup", cli.Done, gitops.Done},
		"cleanup-last":       {toStage2 + "rollback\ncleanup\ncleanup", cli.Done, gitops.Done},
		"cleanup-unchanged":  {"cleanup", cli.Done, gitops.Unchanged},
		"cleanup-refused":    {toStage2 + "cleanup", cli.Bad, gitops.Refused},
		"adopt": {"prepare\nstart\nedit mock-route.yaml weight: 60 => weight: 40\n" +
			"edit mock-route.yaml weight: 10 => weight: 30\nadopt -reason seen good", cli.Done, gitops.Done},
		"adopt-refused": {toStage2 + "edit mock-route.yaml weight: 30 => weight: 29\nadopt", cli.Bad, gitops.Refused},
		"replan":        {toStage2 + "edit release.yaml full-promotion => everybody\nreplan", cli.Done, gitops.Done},
	} {
		name, overlay, _ := strings.Cut(name, " ")
		t.Run(name, func(t *testing.T) {
			s := newStory(t, overlay)
			script := strings.Split(test.script, "\n")
			last := len(script) - 1
			for _, line := range script[:last] {
				if !s.byHand(files(t, s.dir), strings.ReplaceAll(line, `\n`, "\n")) {
					line = "quietly " + line
					s.play(line)
				}
			}
			code, stdout, stderr := s.run(script[last] + " -format json")
			require.Equal(t, test.code, code, stderr)
			require.Equal(t, code == cli.Bad, stderr != "", stderr)
			requireReport(t, root, test.result, stdout)
			golden.Equal(t, "json/"+name+".json", strings.ReplaceAll(stdout, s.dir, "DIR"))
		})
	}
}

// reportSchema returns the schema of a report.
func reportSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	return jsonschema.Read(t, "../../docs/gitops.schema.json")
}

// requireReport checks that text is one object of the schema, with the result. Go programs must
// decode it without loss.
func requireReport(t *testing.T, root *jsonschema.Schema, result gitops.Result, text string) {
	t.Helper()
	require.Empty(t, root.Faults(text))
	var report gitops.Report
	require.NoError(t, json.Unmarshal([]byte(text), &report))
	require.Equal(t, result, report.Result)
	require.Equal(t, result == gitops.Refused, report.Error != "" && report.Message == "")
	var again bytes.Buffer
	require.NoError(t, cli.JSON(cli.Clean(&again), report))
	require.Equal(t, text, again.String())
}

// A write fails after the first of two files.
func TestJSONOfBrokenOff(t *testing.T) {
	s := newStory(t, "two-routes")
	s.play("quietly prepare", "quietly start")
	d := gitops.Directory{Path: s.dir}
	tree, err := d.Read()
	require.NoError(t, err)
	c, err := tree.Apply(rollout.Event{Kind: rollout.Promote, Revision: tree.Revision(), At: t0})
	require.NoError(t, err)
	require.Len(t, c.Files, 2)
	require.NoError(t, manifest.WriteChanges(s.dir, c.Files[:1]))
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
	s, root := newStory(t, ""), reportSchema(t)
	_, err := gitops.Update(s.dir, func(gitops.Tree) (gitops.Commit, error) {
		code, stdout, stderr := s.run("prepare -format json")
		require.Equal(t, cli.Bad, code)
		require.Contains(t, stderr, gitops.ErrLocked.Error())
		requireReport(t, root, gitops.Refused, stdout)
		golden.Equal(t, "json/prepare-locked.json", stdout)
		return gitops.Commit{}, nil
	})
	require.NoError(t, err)
}
