package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/internal/transcript"
)

func canary(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, &out, &errs)
	return code, out.String(), errs.String()
}

// written runs canary with -out into dir and returns the resulting files.
func written(t *testing.T, dir string, args ...string) map[string]string {
	t.Helper()
	code, stdout, stderr := canary(append([]string{"-out", dir}, args...)...)
	require.Equal(t, cli.Done, code, stderr)
	require.Empty(t, stdout)
	files := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		require.NoError(t, err)
		if !d.IsDir() {
			data, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			files[name] = string(data)
		}
		return nil
	}))
	return files
}

// meaning returns the documents of a YAML stream as JSON, by kind and name.
func meaning(t *testing.T, text string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for doc := range strings.SplitSeq(text, "\n---\n") {
		var head struct {
			Kind     string
			Metadata struct{ Name string }
		}
		require.NoError(t, yaml.Unmarshal([]byte(doc), &head))
		data, err := yaml.YAMLToJSON([]byte(doc))
		require.NoError(t, err)
		key := head.Kind + " " + head.Metadata.Name
		require.NotContains(t, out, key)
		out[key] = string(data)
	}
	return out
}

func sample(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "sample", name))
	require.NoError(t, err)
	return string(data)
}

func requireMeans(t *testing.T, want, got map[string]string) {
	t.Helper()
	require.Len(t, got, len(want))
	for key := range want {
		require.JSONEq(t, want[key], got[key], key)
	}
}

// The sample files come from the ASM document "Implement end-to-end canary releases with Argo CD",
// with its comments.
func TestFirstStageMeansWhatTheSampleSays(t *testing.T) {
	files := written(t, t.TempDir())
	for _, name := range []string{"mock-v3.yaml", "swimlanes.yaml", "mock-route.yaml"} {
		requireMeans(t, meaning(t, sample(t, name)), meaning(t, files[name]))
	}
	// The document shows only the sample of v3; those of v1 and v2 differ in the name.
	for _, version := range []string{"v1", "v2"} {
		want := meaning(t, strings.ReplaceAll(sample(t, "mock-v3.yaml"), "v3", version))
		got := meaning(t, files["mock-"+version+".yaml"])
		for _, service := range []string{"mocka", "mockb", "mockc"} {
			delete(got, "Service "+service)
		}
		requireMeans(t, want, got)
	}
	require.Equal(t, []string{"Service mocka", "Service mockb", "Service mockc"}, services(t, files["mock-v1.yaml"]))
	require.Empty(t, services(t, files["mock-v2.yaml"]+"---\n"+files["mock-v3.yaml"]), "the Services come once")
}

func services(t *testing.T, text string) []string {
	t.Helper()
	var out []string
	for _, name := range []string{"Service mocka", "Service mockb", "Service mockc"} {
		if _, found := meaning(t, text)[name]; found {
			out = append(out, name)
		}
	}
	return out
}

// route returns the sample's route with the weights of v1, v2 and v3.
func route(t *testing.T, v1, v2, v3 int) map[string]string {
	text := sample(t, "mock-route.yaml")
	for old, weight := range map[string]int{"weight: 60 ": v1, "weight: 30 ": v2, "weight: 10 ": v3} {
		require.Equal(t, 1, strings.Count(text, old))
		text = strings.Replace(text, old, fmt.Sprintf("weight:  %d ", weight), 1)
	}
	return meaning(t, text)
}

func TestEachStageMeansItsWeights(t *testing.T) {
	for _, test := range []struct {
		args       []string
		v1, v2, v3 int
	}{
		{nil, 60, 30, 10},
		{[]string{"-stage", "1"}, 60, 30, 10},
		{[]string{"-stage", "initial-canary"}, 60, 30, 10},
		{[]string{"-stage", "2"}, 40, 30, 30},
		{[]string{"-stage", "shift-majority-to-v3"}, 10, 10, 80},
		{[]string{"-stage", "4"}, 0, 0, 100},
		{[]string{"-rollback"}, 50, 50, 0},
	} {
		files := written(t, t.TempDir(), test.args...)
		require.Len(t, files, 6)
		requireMeans(t, route(t, test.v1, test.v2, test.v3), meaning(t, files["mock-route.yaml"]))
		requireMeans(t, meaning(t, sample(t, "mock-v3.yaml")), meaning(t, files["mock-v3.yaml"]))
		requireMeans(t, meaning(t, sample(t, "swimlanes.yaml")), meaning(t, files["swimlanes.yaml"]))
	}
}

// The golden files hold the whole output: every change is seen.
func TestOutput(t *testing.T) {
	for name, args := range map[string][]string{
		"first-stage.yaml":      nil,
		"last-stage.yaml":       {"-stage", "full-promotion"},
		"rollback.yaml":         {"-rollback"},
		"rollback-cleanup.yaml": {"-rollback", "-cleanup"},
		"finish-cleanup.yaml":   {"-stage", "4", "-cleanup"},
		"argocd.yaml":           {"-argocd"},
	} {
		code, stdout, stderr := canary(args...)
		require.Equal(t, cli.Done, code, stderr)
		require.Empty(t, stderr)
		golden.Equal(t, name, stdout)
		_, again, _ := canary(args...)
		require.Equal(t, stdout, again)
	}
}

func TestCleanUpRemovesWhatItMust(t *testing.T) {
	dir := t.TempDir()
	before := written(t, dir)
	require.Len(t, before, 6)
	mine := filepath.Join(dir, "README.md")
	require.NoError(t, os.WriteFile(mine, []byte("mine\n"), 0o644))

	after := written(t, dir, "-rollback", "-cleanup")
	require.Equal(t, "mine\n", after["README.md"])
	require.NotContains(t, after, "mock-v3.yaml")
	require.Equal(t, before["mock-v1.yaml"], after["mock-v1.yaml"])
	require.Equal(t, before["mock-v2.yaml"], after["mock-v2.yaml"])
	require.NotContains(t, after["swimlanes.yaml"], "v3")
	require.NotContains(t, after["mock-route.yaml"], "v3")

	after = written(t, dir, "-stage", "full-promotion", "-cleanup")
	require.Len(t, after, 6, "mock-v3.yaml is back, mock-v2.yaml is gone")
	require.NotContains(t, after, "mock-v2.yaml")
	require.Equal(t, before["mock-v3.yaml"], after["mock-v3.yaml"])
	require.NotContains(t, after["mock-v1.yaml"], "Deployment")
	require.Len(t, services(t, after["mock-v1.yaml"]), 3, "all Services outlive the first version")
}

func TestTranscripts(t *testing.T) {
	transcript.Play(t, func(args []string, _ io.Reader, stdout, stderr io.Writer) int {
		return run(args, stdout, stderr)
	})
}

func TestErrorsShowWhatATerminalObeys(t *testing.T) {
	code, stdout, stderr := canary("-\x1b[2J\u202e")
	require.Equal(t, cli.Misused, code)
	require.Empty(t, stdout)
	require.Contains(t, stderr, `not defined: -\u001b[2J\u202e`)
}
