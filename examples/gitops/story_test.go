package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/internal/transcript"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// t0 is the time at which stories begin; every command comes a minute after the one before.
var t0 = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// checkout returns a copy of the sample directory. Files of overlays replace those with the same
// names.
func checkout(t *testing.T, overlays ...string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "tree"))))
	for _, overlay := range overlays {
		for name, text := range files(t, filepath.Join("testdata", overlay)) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
		}
	}
	return dir
}

// files returns the texts of a directory.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out, err := transcript.Files(dir)
	require.NoError(t, err)
	return out
}

// story plays commands on a directory. A command is split into words. The following commands do
// what people do by hand, with "\n" for a new line:
//
//	edit FILE OLD => NEW       replaces a text everywhere
//	write FILE TEXT
//	remove FILE
//	copy FILE FILE
//	keep NAME                  remembers the directory
//	restore FILE from NAME     brings a file back as it was then
//	quietly COMMAND            must be done, and is not shown
type story struct {
	t      *testing.T
	dir    string
	spoilt bool // the directory may have errors
	now    time.Time
	kept   map[string]map[string]string
	out    strings.Builder
}

// newStory begins a story on the sample directory with overlays, which are separated by spaces.
// Commands by hand may break the directory.
func newStory(t *testing.T, overlays string) *story {
	return &story{t: t, dir: checkout(t, strings.Fields(overlays)...), spoilt: true, now: t0}
}

func (s *story) play(commands ...string) {
	s.t.Helper()
	for _, command := range commands {
		s.now = s.now.Add(time.Minute)
		before := files(s.t, s.dir)
		fmt.Fprintf(&s.out, "> %s\n", command)
		if s.byHand(before, strings.ReplaceAll(command, `\n`, "\n")) {
			continue
		}
		command, quietly := strings.CutPrefix(command, "quietly ")
		code, stdout, stderr := s.run(command)
		if quietly {
			require.Equal(s.t, cli.Done, code, "%s: %s", command, stderr)
			continue
		}
		s.out.WriteString(strings.ReplaceAll(stdout+stderr, s.dir, "DIR"))
		fmt.Fprintf(&s.out, "exit %d\n", code)
		after := files(s.t, s.dir)
		if code == cli.Bad || code == cli.Misused {
			require.Equal(s.t, before, after, "after a refusal nothing was written")
		}
		s.out.WriteString(transcript.Difference(before, after))
		if !s.spoilt {
			s.requireGood()
		}
	}
}

// run runs the program. A reason, also one to override, extends to the next flag or to the end.
func (s *story) run(command string) (code int, stdout, stderr string) {
	args := strings.Fields(command)
	isReason := func(arg string) bool { return arg == "-reason" || arg == "-override" }
	if i := slices.IndexFunc(args, isReason) + 1; i > 0 {
		end := i
		for end < len(args) && !strings.HasPrefix(args[end], "-") {
			end++
		}
		args = slices.Replace(args, i, end, strings.Join(args[i:end], " "))
	}
	var out, errs bytes.Buffer
	code = run(append([]string{"-dir", s.dir}, args...), s.now, &out, &errs)
	return code, out.String(), errs.String()
}

// byHand runs a command that the story itself defines, and reports whether it is one.
func (s *story) byHand(before map[string]string, command string) bool {
	word, rest, _ := strings.Cut(command, " ")
	name, rest, _ := strings.Cut(rest, " ")
	path := filepath.Join(s.dir, name)
	write := func(path, text string) {
		require.NoError(s.t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(s.t, os.WriteFile(path, []byte(text), 0o644))
	}
	switch word {
	case "edit":
		old, replacement, _ := strings.Cut(rest, " => ")
		require.Contains(s.t, before[name], old)
		write(path, strings.ReplaceAll(before[name], old, replacement))
	case "write":
		write(path, rest)
	case "remove":
		require.NoError(s.t, os.Remove(path))
	case "copy":
		require.Contains(s.t, before, name)
		write(filepath.Join(s.dir, rest), before[name])
	case "keep":
		if s.kept == nil {
			s.kept = map[string]map[string]string{}
		}
		s.kept[name] = before
	case "restore":
		from := s.kept[strings.TrimPrefix(rest, "from ")]
		require.Contains(s.t, from, name)
		write(path, from[name])
	default:
		return false
	}
	return true
}

// requireGood checks that the directory has no errors.
func (s *story) requireGood() {
	s.t.Helper()
	set := decodeDir(s.t, s.dir)
	require.NoError(s.t, validate.Check(set).Err(), s.out.String())
}

func decodeDir(t *testing.T, dir string) manifest.Set {
	t.Helper()
	read, _, err := manifest.ReadDir(dir)
	require.NoError(t, err)
	set, err := manifest.Decode(read...)
	require.NoError(t, err)
	return set
}

func TestStories(t *testing.T) {
	for name, commands := range map[string][]string{
		"rollback": {"status", "start", "prepare", "prepare", "start", "start", "promote", "promote", "promote",
			"promote", "cleanup", "rollback", "rollback", "prepare", "cleanup", "cleanup", "cleanup", "status",
			"prepare"},
		"pause": {"prepare", "start", "pause", "pause", "promote", "resume", "resume", "promote -to 3", "promote -to 3",
			"back", "back -to initial-canary", "back", "-revision 3 promote", "finish", "-dry-run promote",
			"promote -to nowhere"},
		"drift": {"prepare", "start", "edit mock-route.yaml weight: 60 => weight: 40",
			"edit mock-route.yaml weight: 10 => weight: 30", "status", "promote", "cleanup", "adopt", "adopt", "status",
			"edit mock-route.yaml weight: 40   => weight: 35  ", "edit mock-route.yaml weight: 30   => weight: 35  ",
			"rollback", "adopt", "adopt -as nowhere", "adopt -as 3", "status", "rollback"},
		"by hand": {"adopt", "adopt -as prepared", "start"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &story{t: t, dir: checkout(t), now: t0}
			s.play(commands...)
			golden.Equal(t, "stories/"+strings.ReplaceAll(name, " ", "-")+".txt", s.out.String())
		})
	}
}

// Every command names the skipped files: the command may need them.
func TestPassedOverStory(t *testing.T) {
	s := &story{t: t, dir: checkout(t), now: t0}
	away := filepath.Join(t.TempDir(), "release.yaml")
	require.NoError(t, os.Symlink(away, filepath.Join(s.dir, "away.yaml")))
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, ".settings.yaml"), []byte("indent: 2\n"), 0o644))
	require.NoError(t, os.WriteFile(away, nil, 0o644))
	s.play("status", "-dry-run prepare", "prepare", "prepare", "promote")
	require.NoError(t, os.Rename(filepath.Join(s.dir, "release.yaml"), away))
	require.NoError(t, os.Symlink(away, filepath.Join(s.dir, "release.yaml")))
	s.out.WriteString("> replace release.yaml by a link out of the directory\n")
	s.play("status", "start")
	golden.Equal(t, "stories/passed-over.txt", s.out.String())
}

// The same release with weights in the lanes, by ASM's weighted strategy.
func TestWeightedStory(t *testing.T) {
	s := &story{t: t, dir: checkout(t, "weighted"), now: t0}
	before := files(t, s.dir)
	s.play("status", "prepare", "start", "promote", "back", "-dry-run promote", "rollback", "cleanup", "cleanup",
		"cleanup", "status")
	require.Equal(t, before, files(t, s.dir), "after a roll back and its clean-up all is as it was")
	s.play("prepare", "start", "promote -to full-promotion", "finish", "cleanup", "cleanup", "status")
	golden.Equal(t, "stories/weighted.txt", s.out.String())
}

// Two releases in sequence on one directory: v3 is finished. Then v4, derived from v3, is rolled
// back, and released again.
func TestTwoReleasesInARow(t *testing.T) {
	s := &story{t: t, dir: checkout(t), now: t0}
	s.play("prepare", "start", "promote -to full-promotion", "finish", "promote", "rollback", "cleanup", "cleanup",
		"cleanup")
	next := strings.NewReplacer(
		"candidate: v3", "candidate: v4", "version: v3", "version: v4", "from: v2", "from: v3", "http-sample:1.1",
		"http-sample:1.2",
		"before: [{lane: v1, percent: 50}, {lane: v2, percent: 50}, {lane: v3, percent: 0}]",
		"before: [{lane: v3, percent: 100}, {lane: v4, percent: 0}]",
		"rollback: [{lane: v1, percent: 50}, {lane: v2, percent: 50}, {lane: v3, percent: 0}]",
		"rollback: [{lane: v3, percent: 100}, {lane: v4, percent: 0}]",
		"[{lane: v1, percent: 60}, {lane: v2, percent: 30}, {lane: v3, percent: 10}]",
		"[{lane: v3, percent: 90}, {lane: v4, percent: 10}]",
		"[{lane: v1, percent: 40}, {lane: v2, percent: 30}, {lane: v3, percent: 30}]",
		"[{lane: v3, percent: 70}, {lane: v4, percent: 30}]",
		"[{lane: v1, percent: 10}, {lane: v2, percent: 10}, {lane: v3, percent: 80}]",
		"[{lane: v3, percent: 20}, {lane: v4, percent: 80}]",
		"[{lane: v1, percent: 0}, {lane: v2, percent: 0}, {lane: v3, percent: 100}]",
		"[{lane: v3, percent: 0}, {lane: v4, percent: 100}]",
	).Replace(files(t, s.dir)["release.yaml"])
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, "release.yaml"), []byte(next), 0o644))
	s.out.WriteString("> edit release.yaml: v4, derived from v3\n")
	s.play("status", "prepare", "start", "promote", "rollback", "cleanup", "cleanup", "prepare", "start",
		"promote -to 4", "finish", "cleanup", "cleanup", "status")
	golden.Equal(t, "stories/two-releases.txt", s.out.String())
}

// A release on Istio without ASM: lanes are subsets of DestinationRules.
func TestSubsetsStory(t *testing.T) {
	s := &story{t: t, dir: t.TempDir(), now: t0}
	require.NoError(t, os.CopyFS(s.dir, os.DirFS(filepath.Join("testdata", "subsets"))))
	s.play("init -candidate v3", "edit release.yaml FILL-IN => 3.0")
	before := files(t, s.dir)
	s.play("prepare", "status", "prepare", "start", "promote", "rollback", "cleanup", "cleanup")
	require.Equal(t, before, files(t, s.dir), "after a roll back and its clean-up all is as it was")
	s.play("prepare", "start", "prepare", "start", "promote -to 4", "finish", "cleanup", "cleanup", "status")
	golden.Equal(t, "stories/subsets.txt", s.out.String())
}

// A directory without lanes gets lanes, a plan, and a release.
func TestLanesStory(t *testing.T) {
	s := &story{t: t, dir: t.TempDir(), now: t0}
	require.NoError(t, os.CopyFS(s.dir, os.DirFS(filepath.Join("testdata", "plain"))))
	s.play("keep plain", "init -candidate v2", "-dry-run init -lanes -candidate v2", "init -lanes -candidate v2",
		"init -lanes -candidate v2", "init -lanes -candidate v2", "init -lanes -candidate v2",
		"init -lanes -candidate v2", "init -lanes -candidate v2",
		"edit release.yaml FILL-IN => 1.1", "prepare", "start", "status")
	s.dir = t.TempDir()
	require.NoError(t, os.CopyFS(s.dir, os.DirFS(filepath.Join("testdata", "plain"))))
	s.out.WriteString("> begin anew, where no pods bear a version\n")
	s.play("edit apps.yaml , version: v1 => ", "edit apps.yaml ASM_TRAFFIC_TAG: v1 => tier: back",
		"init -lanes -candidate v2", "init -lanes -candidate v2 -from v1",
		"write scaler.yaml apiVersion: autoscaling/v2\\nkind: HorizontalPodAutoscaler\\nmetadata: {name: mockc}\\nspec:\\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: mockc}\\n  maxReplicas: 3\\n",
		"init -lanes -candidate v2 -from v1", "init -candidate v2 -from v1",
		"-dry-run init -lanes -candidate v2 -from v1 -services mocka,mockb,db/mockc",
		"restore apps.yaml from plain", "-dry-run init -lanes -candidate v2 -services mocka,default/mockb")
	golden.Equal(t, "stories/lanes.txt", s.out.String())
}

// A release with gates in its plan: measurements are in the directory beside the state, and decide.
func TestGatesStory(t *testing.T) {
	s := &story{t: t, dir: checkout(t, "gated"), now: t0}
	before := files(t, s.dir)
	const good, bad = "observe testdata/observations/good.jsonl", "observe testdata/observations/bad.jsonl"
	const counted = "-metric errors -pod gateway-0 -began 2026-03-11T08:07:00Z -ended 2026-03-11T08:08:00Z observe testdata/observations/before.txt testdata/observations/after.txt"
	s.play("plan -format table", "prepare -by ann", "decide", "start -by ann", "decide", good, good, counted, "promote",
		"promote -override we know better", "approve -by ann", "approve -by eve", "approve -by bob", "decide",
		"decide -apply",
		"status", bad, "decide", "promote", "decide -apply -by robot", "status", "decide", good, "cleanup", "cleanup")
	require.Equal(t, before, files(t, s.dir), "after a roll back and its clean-up all is as it was")
	golden.Equal(t, "stories/gates.txt", s.out.String())
}

// The weights are only in a Helm chart's values, in quotes and with comments. Then somebody edits
// them, and breaks them.
func TestValuesStory(t *testing.T) {
	s := &story{t: t, dir: t.TempDir(), now: t0}
	require.NoError(t, os.CopyFS(s.dir, os.DirFS(filepath.Join("testdata", "chart"))))
	before := files(t, s.dir)
	s.play("status", "prepare", "prepare", "start", "promote", "back", "pause", "resume", "rollback", "rollback",
		"cleanup", "cleanup")
	require.Equal(t, before, files(t, s.dir), "after a roll back and its clean-up all is as it was")
	s.play("prepare", "start", "edit values.yaml v3: 10 => v3: 20", "edit values.yaml v1: 45 => v1: 35", "status",
		"promote", "adopt -as canary", "promote -to all", "finish", "status", "cleanup", "status", "prepare",
		"write values.yaml weights:\\n  v1: 50\\n  v2: &half 50\\n", "prepare", "start", "rollback",
		"write values.yaml weights: {v1: 50, v2: \"{{ .rest }}\"}\\n", "status", "prepare",
		"write values.yaml weights: {v1: 50, v2: 50}\\n---\\nweights: {}\\n", "prepare",
		"write values.yaml weights: {v1: 50, v2: 25, v2: 25}\\n", "prepare",
		"write values.yaml weight: {v1: 50, v2: 50}\\n", "prepare",
		"remove values.yaml", "prepare")
	golden.Equal(t, "stories/values.txt", s.out.String())
}

// A plan is written for a chart; then its values have weights at several places.
func TestValuesInitStory(t *testing.T) {
	s := &story{t: t, dir: t.TempDir(), now: t0}
	require.NoError(t, os.CopyFS(s.dir, os.DirFS(filepath.Join("testdata", "chart"))))
	s.play("remove release.yaml", "init -candidate v2", "init -candidate v3", "init -candidate v3", "prepare", "start",
		"rollback", "cleanup", "remove release.yaml",
		"write values-prod.yaml weights: {v1: 80, v2: 20} # in production\\n", "init -candidate v3",
		"init -candidate v3 -values none.yaml", "init -candidate v3 -values #weights",
		"init -candidate v3 -values values.yaml -lanes", "init -candidate v3 -values values.yaml#weight",
		"init -candidate v3 -values values-prod.yaml", "prepare")
	golden.Equal(t, "stories/values-init.txt", s.out.String())
}
