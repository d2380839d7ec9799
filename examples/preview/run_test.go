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
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/preview"
)

func previewArgs(args ...string) (code int, stdout, stderr string) { return previewStdin("", args...) }

func previewStdin(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

// releaseOf is the first stage of the release that examples/canary prints.
func releaseOf(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "canary", "testdata", "first-stage.yaml"))
	require.NoError(t, err)
	return string(data)
}

// in changes into a new directory that holds the files, for as long as f runs.
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

func TestOutput(t *testing.T) {
	all := releaseOf(t)
	without := func(head string) string {
		documents := strings.Split(all, "\n---\n")
		var kept []string
		for _, d := range documents {
			if !strings.Contains(d, head) {
				kept = append(kept, d)
			}
		}
		require.Equal(t, len(documents)-1, len(kept), head)
		return strings.Join(kept, "\n---\n")
	}
	pinned := strings.Replace(all, "  http:\n", `  http:
  - match:
    - headers: {x-user: {exact: "qa,dev"}}
      method: {exact: POST}
    route:
    - destination: {host: mocka.default.svc.cluster.local, subset: v3}
`, 1)
	hosts := strings.Replace(all, "  hosts:\n  - '*'\n  gateways",
		"  hosts:\n  - a.example.com\n  - b.example.com\n  gateways", 1)
	fanOut := strings.ReplaceAll(all, "value: http://mockb:8000/",
		"value: http://mockb:8000/\n        - name: other_url\n          value: http://mockc:8000/")
	for name, test := range map[string]struct {
		text   string
		args   []string
		code   int
		stderr string
	}{
		"release":          {all, nil, cli.Done, ""},
		"release-query":    {all, []string{"-path", "/mock?a=b"}, cli.Done, ""},
		"release-json":     {all, []string{"-format", "json"}, cli.Done, ""},
		"release-mermaid":  {all, []string{"-format", "mermaid"}, cli.Done, ""},
		"release-markdown": {all, []string{"-format", "markdown"}, cli.Done, ""},
		"release-loop":     {all, []string{"-n", "10"}, cli.Done, "isolated: no call leaves its lane\n"},
		"release-loop-2":   {all, []string{"-n", "10", "-seed", "2"}, cli.Done, "isolated: no call leaves its lane\n"},
		"broken":           {without("name: mockb-v3"), nil, cli.Bad, ""},
		"broken-loop": {without("name: mockb-v3"), []string{"-n", "30"}, cli.Bad,
			"preview: note: ASMSwimLane v3 spec.labelSelector: must have every service of a strict group: it lacks default/mockb\nbroken: mocka@v3 -> mockb@v3: mockb has no pods in v3\n"},
		"leaves": {strings.Replace(all, "labelSelector:\n    version: v2",
			"labelSelector:\n    ASM_TRAFFIC_TAG: v1", 1), nil, cli.Bad, ""},
		"broken-json":     {without("name: mockb-v3"), []string{"-format", "json"}, cli.Bad, ""},
		"broken-mermaid":  {without("name: mockb-v3"), []string{"-format", "mermaid"}, cli.Bad, ""},
		"broken-markdown": {without("name: mockb-v3"), []string{"-format", "markdown"}, cli.Bad, ""},
		"unknown-loop": {strings.ReplaceAll(all, "subset: v3", "subset: $asm-label"),
			[]string{"-n", "10", "-seed", "3"}, cli.Done,
			"unknown: mocka@$asm-label: ASM chooses the subset $asm-label of Service default/mocka at run time\n"},
		"fan-out":      {fanOut, nil, cli.Done, ""},
		"fan-out-loop": {fanOut, []string{"-n", "5"}, cli.Done, "isolated: no call leaves its lane\n"},
		"no-route-loop": {all, []string{"-n", "1", "-path", "/"}, cli.Bad,
			"broken: no route matches GET / of any host\n"},
		"no-route": {all, []string{"-path", "/"}, cli.Bad, ""},
		"pinned": {pinned, []string{"-header", "X-User=qa", "-header", "x-user=dev", "-method", "POST"},
			cli.Done, ""},
		"pinned-other": {pinned, []string{"-header", "x-user=qa"}, cli.Done, ""},
		"host":         {hosts, []string{"-host", "b.example.com"}, cli.Done, ""},
		"other-host":   {hosts, []string{"-host", "c.example.com"}, cli.Bad, ""},
		"gateway":      {all, []string{"-gateway", "istio-system/ingressgateway"}, cli.Done, ""},
		"no-gateway":   {without("kind: Gateway"), nil, cli.Done, ""},
		"unknown":      {strings.ReplaceAll(all, "http://mockb:8000", "http://elsewhere:8000"), nil, cli.Done, ""},
		"unknown-required": {strings.ReplaceAll(all, "http://mockb:8000", "http://elsewhere:8000"),
			[]string{"-require-isolated"}, cli.Bad, ""},
		"cluster-domain": {strings.ReplaceAll(all, "cluster.local", "corp.example"),
			[]string{"-cluster-domain", "corp.example"}, cli.Done, ""},
		"unknown-lane-key": {strings.Replace(all, "  labelSelector:\n    version: v2",
			"  weights: 1\n  labelSelector:\n    version: v2", 1), nil, cli.Done, ""},
		"wrong-type":  {strings.Replace(all, "weight: 10\n", "weight: ten\n", 1), nil, cli.Bad, ""},
		"unknown-key": {strings.Replace(all, "subset: v3\n", "subset: v3\n        subsets: v3\n", 1), nil, cli.Bad, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var code int
			var stdout, stderr string
			in(t, map[string]string{"all.yaml": test.text}, func() {
				code, stdout, stderr = previewArgs(append([]string{"all.yaml", "-path", "/mock"}, test.args...)...)
			})
			require.Equal(t, test.code, code, stdout+stderr)
			require.Equal(t, test.stderr, stderr)
			golden.Equal(t, name+".txt", stdout)
			require.Equal(t, strings.Contains(name, "json"), json.Valid([]byte(stdout)))
		})
	}
}

// Also where it is not known whether a request is isolated, a loop shows what is.
func TestLoopOfPermissiveLanes(t *testing.T) {
	code, stdout, stderr := previewArgs("-n", "200", filepath.Join("..", "istio", "testdata", "permissive"), "-path",
		"/mock")
	require.Equal(t, cli.Done, code, stderr)
	require.Regexp(t, `^(-> mocka\(version: (v1|v2)\)\n){200}$`, stdout)
	require.Equal(t, "unknown: found no call that reaches default/mockc, shop/mockb of lane group mock\n", stderr)
}

func TestDirectories(t *testing.T) {
	code, stdout, stderr := previewArgs("-path", "/mock", filepath.Join("..", "gitops", "testdata", "tree"))
	require.Equal(t, cli.Done, code)
	require.Empty(t, stderr)
	require.Equal(t,
		"50.0%  mocka@v1 -> mockb@v1 -> mockc@v1\n50.0%  mocka@v2 -> mockb@v2 -> mockc@v2\n"+
			"isolated: no call leaves its lane\n", stdout)
}

func TestUsage(t *testing.T) {
	hosts := strings.Replace(releaseOf(t), "  hosts:\n  - '*'\n  gateways",
		"  hosts:\n  - a.example.com\n  - b.example.com\n  gateways", 1)
	for name, test := range map[string]struct {
		files map[string]string
		args  []string
		want  []string
	}{
		"no path":     {nil, []string{"."}, []string{"-path must start with /"}},
		"input twice": {nil, []string{"-path", "/mock", "-", "-"}, []string{"- must be given once"}},
		"no file": {nil, []string{"-path", "/mock", "/dev/null"},
			[]string{"no file can be read: /dev/null: passed over: it is no regular file"}},
		"gateway alone": {nil, []string{"-path", "/mock", "-gateway", "gw", "."},
			[]string{`-gateway must be NAMESPACE/NAME: "gw"`}},
		"gateway, /": {nil, []string{"-path", "/mock", "-gateway", "/gw", "."},
			[]string{`-gateway must be NAMESPACE/NAME: "/gw"`}},
		"gateway, ns/": {nil, []string{"-path", "/mock", "-gateway", "ns/", "."},
			[]string{`-gateway must be NAMESPACE/NAME: "ns/"`}},
		"gateway, a/b/": {nil, []string{"-path", "/mock", "-gateway", "a/b/c", "."},
			[]string{`-gateway must be NAMESPACE/NAME: "a/b/c"`}},
		"no gateway": {nil, []string{"-path", "/mock", "-gateway", "", "."},
			[]string{`-gateway must be NAMESPACE/NAME: ""`}},
		"no slash":     {nil, []string{"-path", "mock", "."}, []string{`-path must start with /: "mock"`}},
		"no operand":   {nil, []string{"-path", "/mock"}, []string{"at least one file"}},
		"no such file": {nil, []string{"-path", "/mock", "none.yaml"}, []string{"none.yaml"}},
		"bad format":   {nil, []string{"-path", "/mock", "-format", "xml", "."}, []string{`not "xml"`}},
		"bad header":   {nil, []string{"-path", "/mock", "-header", "x-user", "."}, []string{"must be K=V"}},
		"no header":    {nil, []string{"-path", "/mock", "-header", "=qa", "."}, []string{"must be K=V"}},
		"bad number":   {nil, []string{"-path", "/mock", "-n", "many", "."}, []string{"-n"}},
		"negative":     {nil, []string{"-path", "/mock", "-n", "-1", "."}, []string{"-n must not be negative: -1"}},
		"lines as JSON": {nil, []string{"-path", "/mock", "-n", "1", "-format", "json", "."},
			[]string{"no other -format"}},
		"unknown flag": {nil, []string{"-paht", "/mock", "."}, []string{"not defined"}},
		"not YAML":     {map[string]string{"a.yaml": "a: ["}, []string{"-path", "/mock", "."}, []string{"a.yaml:1:"}},
		"which host": {map[string]string{"a.yaml": hosts}, []string{"-path", "/mock", "."},
			[]string{"host must be given: the gateway has routes for a.example.com, b.example.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, test.files, func() {
				code, stdout, stderr := previewArgs(test.args...)
				require.Equal(t, cli.Misused, code)
				require.Empty(t, stdout)
				for _, want := range test.want {
					require.Contains(t, stderr, want)
				}
			})
		})
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"-help"}, {"--help"}, {"help"}, {".", "-path", "/", "-h"}} {
		code, stdout, stderr := previewArgs(args...)
		require.Equal(t, cli.Done, code)
		require.Empty(t, stderr)
		golden.Equal(t, "usage.txt", stdout)
	}
}

func TestStandardInput(t *testing.T) {
	code, stdout, stderr := previewStdin(releaseOf(t), "-", "-path", "/mock")
	require.Equal(t, cli.Done, code, stderr)
	golden.Equal(t, "release.txt", stdout)
	code, _, stderr = previewStdin("a: [", "-", "-path", "/mock")
	require.Equal(t, cli.Misused, code)
	require.Contains(t, stderr, "preview: stdin:1: ")
}

// Programs read why there is no result, too.
func TestJSONSaysWhatFails(t *testing.T) {
	for name, test := range map[string]struct{ stdin, want string }{
		"trace": {strings.Replace(releaseOf(t), "  hosts:\n  - '*'\n  gateways",
			"  hosts:\n  - a.example.com\n  - b.example.com\n  gateways", 1),
			"request: host must be given: the gateway has routes for a.example.com, b.example.com"},
		"decode": {"# \n\n a: [", "stdin:3: must be YAML: did not find expected node content"},
	} {
		code, stdout, stderr := previewStdin(test.stdin, "-", "-path", "/mock", "-format", "json")
		require.Equal(t, cli.Misused, code, name)
		var got map[string]string
		require.NoError(t, json.Unmarshal([]byte(stdout), &got), stdout)
		require.Equal(t, map[string]string{"error": test.want}, got)
		require.Equal(t, "preview: "+test.want+"\n", stderr)
	}
}

// What was passed over is in every format.
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

// Names in files do nothing to what shows them, and JSON has them as they are.
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
