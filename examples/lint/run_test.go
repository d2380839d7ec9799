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
	"github.com/swimlane-go/swimlane/validate"
)

func lintArgs(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// broken is a route with one destination in a lane that does not exist, and with weights of 110.
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

// good is a ConfigMap without findings.
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

func TestTranscripts(t *testing.T) { transcript.Play(t, run) }

// Flags may come anywhere among the operands.
func TestFlagsStandAnywhere(t *testing.T) {
	in(t, map[string]string{"route.yaml": broken})
	_, want, _ := lintArgs("-partial", "-format", "json", "route.yaml")
	require.NotEmpty(t, want)
	for _, args := range [][]string{{"route.yaml", "-partial", "-format", "json"},
		{"-format=json", "route.yaml", "--partial"}} {
		code, stdout, stderr := lintArgs(args...)
		require.Equal(t, cli.Done, code, stderr)
		require.Equal(t, want, stdout)
	}
}

// Without findings the output is an empty list.
func TestNoFindingsAreAList(t *testing.T) {
	in(t, map[string]string{"ok.yaml": good})
	_, stdout, _ := lintArgs("-format=json", ".")
	require.JSONEq(t, "[]", stdout)
}

// The contents of files cannot harm a terminal, and JSON keeps its meaning.
func TestOutputShowsWhatItHolds(t *testing.T) {
	const odd = "a\u202e\u2066\x7f\u0085b"
	in(t, map[string]string{"a.yaml": strings.ReplaceAll(broken, "name: mock,",
		`name: "a\u202e\u2066\u007f\u0085b\n::error::",`), odd + ".yaml": "a: ["})
	_, text, stderr := lintArgs(".", odd+".yml")
	require.Equal(t, markup.Text(text+stderr), text+stderr)
	require.Contains(t, stderr, `a\u202e\u2066\u007f\u0085b.yml: no such file`)
	_, text, _ = lintArgs(".")
	require.Equal(t, markup.Text(text), text)
	require.Contains(t, text, `VirtualService istio-system/a\u202e\u2066\u007f\u0085b\n::error:: spec`)
	require.NotContains(t, text, "\n::error::")
	_, text, _ = lintArgs("-format", "json", ".")
	require.Equal(t, markup.Text(text), text)
	var findings validate.Findings
	require.NoError(t, json.Unmarshal([]byte(text), &findings))
	require.Equal(t, "a\u202e\u2066\x7f\u0085b\n::error::", findings[0].Object.Name)
	require.Equal(t, odd+".yaml", findings[len(findings)-1].File)
}

// full is a writer on a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestFindingsThatCannotBePrintedAreNotGood(t *testing.T) {
	in(t, map[string]string{"route.yaml": broken, "ok.yaml": good})
	for _, args := range [][]string{{"route.yaml"}, {"-format", "json", "ok.yaml"}} {
		var errs bytes.Buffer
		require.Equal(t, cli.Misused, run(args, strings.NewReader(""), full{}, &errs))
		require.Contains(t, errs.String(), "disk full")
	}
}

// A file that cannot be read hides no other findings, and is a finding.
func TestFilesThatCannotBeReadAreFindings(t *testing.T) {
	in(t, map[string]string{"a.yaml": good, "large.yaml": strings.Repeat("#", 16<<20+1),
		"many.yaml": strings.Repeat("#\n---\n", 10_001), "route.yaml": broken})
	require.NoError(t, os.Symlink("/dev/null", "away.yaml"))
	code, stdout, stderr := lintArgs(".")
	require.Equal(t, cli.Bad, code)
	require.Equal(t, "lint: note: away.yaml: passed over: it is a link out of the directory\n", stderr)
	lines := strings.Split(stdout, "\n")
	require.Equal(t, "large.yaml:1: error SL009: must not be larger than 16777216 bytes", lines[0])
	require.Equal(t, "many.yaml:20001: error SL009: must not hold more than 10000 documents", lines[1])
	require.Contains(t, lines[2], "route.yaml:")
	code, stdout, stderr = lintArgs("-partial", "a.yaml", "large.yaml")
	require.Equal(t, cli.Bad, code, "a finding in a part too")
	require.Equal(t, lines[0]+"\n", stdout)
	require.Empty(t, stderr)
}

func TestWhatIsTooLargeIsNotRead(t *testing.T) {
	in(t, map[string]string{"ok.yaml": good, "all/large.yaml": strings.Repeat("#", 16<<20+1),
		"large": strings.Repeat("#", 1<<20+1)})
	for want, args := range map[string][]string{
		"large.yaml: must not be larger":                 {"all"},
		"large: must be a file of at most 1048576 bytes": {"-config", "large", "ok.yaml"},
	} {
		code, stdout, stderr := lintArgs(args...)
		require.Equal(t, cli.Misused, code)
		require.Empty(t, stdout)
		require.Contains(t, stderr, want)
	}
}
