package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/transcript"
	"github.com/swimlane-go/swimlane/preview"
)

func previewArgs(args ...string) (code int, stdout, stderr string) { return previewStdin("", args...) }

func previewStdin(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

// releaseOf returns the first stage of the release that examples/canary prints.
func releaseOf(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "canary", "testdata", "first-stage.yaml"))
	require.NoError(t, err)
	return string(data)
}

// in runs f in a new directory that holds the files.
func in(t *testing.T, files map[string]string, f func()) {
	t.Helper()
	wd, err := os.Getwd()
	require.NoError(t, err)
	require.NoError(t, os.Chdir(t.TempDir()))
	defer func() { require.NoError(t, os.Chdir(wd)) }()
	for name, text := range files {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
	f()
}

func TestTranscripts(t *testing.T) { transcript.Play(t, run) }

// If isolation is unknown, a loop still shows the known part.
func TestLoopOfPermissiveLanes(t *testing.T) {
	code, stdout, stderr := previewArgs("-n", "200", filepath.Join("..", "istio", "testdata", "permissive"), "-path",
		"/mock")
	require.Equal(t, cli.Done, code, stderr)
	require.Regexp(t, `^(-> mocka\(version: (v1|v2)\)\n){200}$`, stdout)
	require.Equal(t, "unknown: found no call that reaches default/mockc, shop/mockb of lane group mock\n", stderr)
}

// Skipped files are named in every format.
func TestWhatIsPassedOverIsSaid(t *testing.T) {
	in(t, map[string]string{"all.yaml": releaseOf(t)}, func() {
		require.NoError(t, os.Symlink("/dev/null", "away.yaml"))
		for _, format := range []string{"text", "json", "mermaid", "markdown"} {
			code, stdout, stderr := previewArgs("-path", "/mock", ".", "-format", format)
			require.Equal(t, cli.Done, code)
			require.Contains(t, stdout, "away.yaml: passed over: it is a link out of the directory")
			require.Empty(t, stderr)
		}
		code, stdout, stderr := previewArgs("-path", "/mock", ".", "-n", "1")
		require.Equal(t, cli.Done, code)
		require.NotContains(t, stdout, "away.yaml")
		require.Contains(t, stderr, "preview: note: away.yaml: passed over: it is a link out of the directory\n")
	})
}

// Names in files cannot harm a terminal, and JSON has them unchanged.
func TestOutputShowsWhatItHolds(t *testing.T) {
	odd := strings.NewReplacer("subset: v3", `subset: "v3\u202e\u007f"`, "name: v3",
		`name: "v3\u202e\u007f"`).Replace(releaseOf(t))
	for _, args := range [][]string{{}, {"-format", "json"}, {"-format", "mermaid"}, {"-format", "markdown"},
		{"-n", "50"}, {"-gateway", "\u202e\x1b\xff"}, {"./\u202e\x1b\xff.yaml"}} {
		_, stdout, stderr := previewStdin(odd, append([]string{"-", "-path", "/mock"}, args...)...)
		require.Equal(t, markup.Text(stdout+stderr), stdout+stderr, args)
		require.Contains(t, stdout+stderr, `u202e`)
	}
	_, stdout, _ := previewStdin(odd, "-", "-path", "/mock", "-format", "json")
	var result preview.Result
	require.NoError(t, json.Unmarshal([]byte(stdout), &result))
	require.Equal(t, "v3\u202e\x7f", result.Outcomes[2].Root.Lane)
}

// full is a writer on a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestResultsThatCannotBePrintedAreNotGood(t *testing.T) {
	in(t, map[string]string{"all.yaml": releaseOf(t)}, func() {
		for _, args := range [][]string{{"-path", "/mock", "all.yaml"}, {"-path", "/mock", "-n", "1", "all.yaml"}} {
			var errs bytes.Buffer
			require.Equal(t, cli.Misused, run(args, strings.NewReader(""), full{}, &errs))
			require.Contains(t, errs.String(), "disk full")
		}
	})
}
