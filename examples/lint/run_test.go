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

	"github.com/swimlane-go/swimlane/internal/golden"
)

func lintArgs(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, &out, &errs)
	return code, out.String(), errs.String()
}

// broken is a route with one destination to a lane that nobody has, and weights
// of 110.
const broken = `# the entry
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: mock, namespace: istio-system}
spec:
  hosts: ["*"]
  gateways: [ingressgateway]
  http:
  - route:
    - destination: {host: mocka.default.svc.cluster.local, subset: v1}
      weight: 60
    - destination: {host: mocka.default.svc.cluster.local, subset: v9}
      weight: 50
`

// good is a ConfigMap, of which there is nothing to say.
const good = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plan}\n"

// in changes into a new directory that holds the files.
func in(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
}

func TestOutput(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "canary", "testdata", "first-stage.yaml"))
	require.NoError(t, err)
	release := string(data)
	for name, test := range map[string]struct {
		files map[string]string
		args  []string
		code  int
	}{
		"whole-release":      {map[string]string{"all.yaml": release}, []string{"all.yaml"}, exitGood},
		"weights-of-101":     {map[string]string{"all.yaml": strings.Replace(release, "weight: 60", "weight: 61", 1)}, []string{"."}, exitFindings},
		"broken":             {map[string]string{"deep/er/route.yaml": broken, "ok.yaml": good}, []string{"."}, exitFindings},
		"broken-as-file":     {map[string]string{"deep/er/route.yaml": broken}, []string{"deep/er/route.yaml"}, exitFindings},
		"broken-partial":     {map[string]string{"route.yaml": broken}, []string{"-partial", "route.yaml"}, exitGood},
		"broken-json":        {map[string]string{"route.yaml": broken}, []string{"-format", "json", "route.yaml"}, exitFindings},
		"nothing-to-say":     {map[string]string{"ok.yaml": good}, []string{"ok.yaml"}, exitGood},
		"nothing-to-say-js":  {map[string]string{"ok.yaml": good}, []string{"-format=json", "."}, exitGood},
		"no-documents":       {map[string]string{"empty.yaml": "", "comment.yml": "# nothing\n---\n"}, []string{"."}, exitGood},
		"two-operands":       {map[string]string{"a/ok.yaml": good, "b/route.yaml": broken}, []string{"b", "a"}, exitFindings},
		"not-yaml":           {map[string]string{"a.yaml": "a: [", "b.yaml": good + "---\nb: ]\n---\n" + broken, "c.yaml": good}, []string{"."}, exitFindings},
		"merge-conflict":     {map[string]string{"a.yaml": "# the entry\n" + good + "---\n<<<<<<< HEAD\n" + good + "=======\n" + good + ">>>>>>> theirs\n"}, []string{"."}, exitFindings},
		"kubernetes-reader":  {map[string]string{"a.yaml": good + "...\n" + broken, "b.yaml": "...\n" + good, ".c.yaml": "--- {kind: b}\n"}, []string{"."}, exitFindings},
		"partial-sees-typos": {map[string]string{"route.yaml": strings.Replace(broken, "weight: 50", "weight: -40", 1)}, []string{"-partial", "."}, exitFindings},
	} {
		t.Run(name, func(t *testing.T) {
			wd, err := os.Getwd()
			require.NoError(t, err)
			in(t, test.files)
			code, stdout, stderr := lintArgs(test.args...)
			require.NoError(t, os.Chdir(wd))
			require.Equal(t, test.code, code, stdout+stderr)
			require.Empty(t, stderr)
			golden.Equal(t, name+".txt", stdout)
			if strings.Contains(strings.Join(test.args, " "), "json") {
				var findings []map[string]any
				require.NoError(t, json.Unmarshal([]byte(stdout), &findings))
				require.NotNil(t, findings, "no findings are an empty list")
			}
		})
	}
}

func TestUnreadable(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		args  []string
		want  []string
	}{
		"no such file":     {nil, []string{"none.yaml"}, []string{"none.yaml"}},
		"nothing of it":    {map[string]string{"large.yaml": strings.Repeat("#", 16<<20+1)}, []string{"."}, []string{"large.yaml: must not be larger"}},
		"no file":          {nil, []string{"/dev/null"}, []string{"/dev/null: passed over: it is no regular file", "no file can be read"}},
		"no operand":       {nil, nil, []string{"at least one file"}},
		"bad format":       {nil, []string{"-format", "xml", "."}, []string{`not "xml"`}},
		"unknown flag":     {nil, []string{"-fromat", "json", "."}, []string{"not defined"}},
		"one of two files": {map[string]string{"ok.yaml": good}, []string{"ok.yaml", "none.yaml"}, []string{"none.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, test.files)
			code, stdout, stderr := lintArgs(test.args...)
			require.Equal(t, exitUsage, code)
			require.Empty(t, stdout)
			for _, want := range test.want {
				require.Contains(t, stderr, want)
			}
		})
	}
	code, _, stderr := lintArgs("-help")
	require.Equal(t, exitGood, code)
	require.Contains(t, stderr, "usage: lint")
}

// full is a writer on a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestFindingsThatCannotBePrintedAreNotGood(t *testing.T) {
	in(t, map[string]string{"route.yaml": broken, "ok.yaml": good})
	for _, args := range [][]string{{"route.yaml"}, {"-format", "json", "ok.yaml"}} {
		var errs bytes.Buffer
		require.Equal(t, exitUsage, run(args, full{}, &errs))
		require.Contains(t, errs.String(), "disk full")
	}
}

// What cannot be read hides nothing, and is not hidden.
func TestFilesThatCannotBeReadAreFindings(t *testing.T) {
	in(t, map[string]string{"a.yaml": good, "large.yaml": strings.Repeat("#", 16<<20+1), "many.yaml": strings.Repeat("#\n---\n", 10_001), "route.yaml": broken})
	require.NoError(t, os.Symlink("/dev/null", "away.yaml"))
	code, stdout, stderr := lintArgs(".")
	require.Equal(t, exitFindings, code)
	require.Equal(t, "lint: away.yaml: passed over: it is a link out of the directory\n", stderr)
	lines := strings.Split(stdout, "\n")
	require.Equal(t, "large.yaml:1: error SL009: must not be larger than 16777216 bytes", lines[0])
	require.Equal(t, "many.yaml:20001: error SL009: must not hold more than 10000 documents", lines[1])
	require.Contains(t, lines[2], "route.yaml:")
	code, stdout, stderr = lintArgs("-partial", "a.yaml", "large.yaml")
	require.Equal(t, exitFindings, code, "a finding in a part too")
	require.Equal(t, lines[0]+"\n", stdout)
	require.Empty(t, stderr)
}
