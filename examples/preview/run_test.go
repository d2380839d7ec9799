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

func previewArgs(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, &out, &errs)
	return code, out.String(), errs.String()
}

// release is the first stage of the release that examples/canary prints.
func release(t *testing.T) string {
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
	all := release(t)
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
	hosts := strings.Replace(all, "  hosts:\n  - '*'\n  gateways", "  hosts:\n  - a.example.com\n  - b.example.com\n  gateways", 1)
	for name, test := range map[string]struct {
		text   string
		args   []string
		code   int
		stderr string
	}{
		"release":          {all, nil, exitGood, ""},
		"release-query":    {all, []string{"-path", "/mock?a=b"}, exitGood, ""},
		"release-json":     {all, []string{"-format", "json"}, exitGood, ""},
		"release-mermaid":  {all, []string{"-format", "mermaid"}, exitGood, ""},
		"release-markdown": {all, []string{"-format", "markdown"}, exitGood, ""},
		"release-loop":     {all, []string{"-n", "10"}, exitGood, "isolated: no call leaves its lane\n"},
		"release-loop-2":   {all, []string{"-n", "10", "-seed", "2"}, exitGood, "isolated: no call leaves its lane\n"},
		"broken":           {without("name: mockb-v3"), nil, exitBad, "preview: note: ASMSwimLane v3 spec.labelSelector: must have every service of a strict group: it lacks default/mockb\n"},
		"broken-loop":      {without("name: mockb-v3"), []string{"-n", "30"}, exitBad, "preview: note: ASMSwimLane v3 spec.labelSelector: must have every service of a strict group: it lacks default/mockb\nbroken: mocka@v3 -> mockb@v3: mockb has no pods in v3\n"},
		"leaves": {strings.Replace(all, "labelSelector:\n    version: v2", "labelSelector:\n    ASM_TRAFFIC_TAG: v1", 1), nil, exitBad,
			"preview: note: ASMSwimLane v2 spec.labelSelector: must select no pod of another lane: it selects those of Deployment default/mocka-v1 as lane v1 does\n"},
		"no-route":         {all, []string{"-path", "/"}, exitBad, ""},
		"pinned":           {pinned, []string{"-header", "X-User=qa", "-header", "x-user=dev", "-method", "POST"}, exitGood, ""},
		"pinned-other":     {pinned, []string{"-header", "x-user=qa"}, exitGood, ""},
		"host":             {hosts, []string{"-host", "b.example.com"}, exitGood, ""},
		"other-host":       {hosts, []string{"-host", "c.example.com"}, exitBad, ""},
		"gateway":          {all, []string{"-gateway", "istio-system/ingressgateway"}, exitGood, ""},
		"no-gateway":       {without("kind: Gateway"), nil, exitGood, "preview: note: Gateway istio-system/ingressgateway is not in the set: it is taken to serve any host on port 80\n"},
		"unknown":          {strings.ReplaceAll(all, "http://mockb:8000", "http://elsewhere:8000"), nil, exitGood, ""},
		"unknown-required": {strings.ReplaceAll(all, "http://mockb:8000", "http://elsewhere:8000"), []string{"-require-isolated"}, exitBad, ""},
		"cluster-domain":   {strings.ReplaceAll(all, "cluster.local", "corp.example"), []string{"-cluster-domain", "corp.example"}, exitGood, ""},
		"unknown-lane-key": {strings.Replace(all, "  labelSelector:\n    version: v2", "  weights: 1\n  labelSelector:\n    version: v2", 1), nil, exitGood, "preview: all.yaml:384: ASMSwimLane v2 spec.weights: must be a key of the kind\n"},
		"wrong-type":       {strings.Replace(all, "weight: 10\n", "weight: ten\n", 1), nil, exitBad, "preview: all.yaml:439: VirtualService istio-system/mock spec.http[0].route[2].weight: must be a number of the type int32, not the string \"ten\"\n"},
		"unknown-key":      {strings.Replace(all, "subset: v3\n", "subset: v3\n        subsets: v3\n", 1), nil, exitBad, "preview: all.yaml:439: VirtualService istio-system/mock spec.http[0].route[2].destination.subsets: must be a key of Istio's Destination\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var code int
			var stdout, stderr string
			in(t, map[string]string{"all.yaml": test.text}, func() {
				code, stdout, stderr = previewArgs(append(append([]string{"-path", "/mock"}, test.args...), "all.yaml")...)
			})
			require.Equal(t, test.code, code, stdout+stderr)
			require.Equal(t, test.stderr, stderr)
			golden.Equal(t, name+".txt", stdout)
			if strings.Contains(name, "json") {
				require.NoError(t, json.Unmarshal([]byte(stdout), &map[string]any{}))
			}
		})
	}
}

func TestDirectories(t *testing.T) {
	code, stdout, stderr := previewArgs("-path", "/mock", filepath.Join("..", "gitops", "testdata", "tree"))
	require.Equal(t, exitGood, code)
	require.Empty(t, stderr)
	require.Equal(t, "50.0%  mocka@v1 -> mockb@v1 -> mockc@v1\n50.0%  mocka@v2 -> mockb@v2 -> mockc@v2\nisolated: no call leaves its lane\n", stdout)
}

func TestUsage(t *testing.T) {
	hosts := strings.Replace(release(t), "  hosts:\n  - '*'\n  gateways", "  hosts:\n  - a.example.com\n  - b.example.com\n  gateways", 1)
	for name, test := range map[string]struct {
		files map[string]string
		args  []string
		want  []string
	}{
		"no path":       {nil, []string{"."}, []string{"-path must start with /"}},
		"no slash":      {nil, []string{"-path", "mock", "."}, []string{`-path must start with /: "mock"`}},
		"no operand":    {nil, []string{"-path", "/mock"}, []string{"at least one file"}},
		"no such file":  {nil, []string{"-path", "/mock", "none.yaml"}, []string{"none.yaml"}},
		"bad format":    {nil, []string{"-path", "/mock", "-format", "xml", "."}, []string{`not "xml"`}},
		"bad header":    {nil, []string{"-path", "/mock", "-header", "x-user", "."}, []string{"must be K=V"}},
		"no header":     {nil, []string{"-path", "/mock", "-header", "=qa", "."}, []string{"must be K=V"}},
		"bad number":    {nil, []string{"-path", "/mock", "-n", "many", "."}, []string{"-n"}},
		"negative":      {nil, []string{"-path", "/mock", "-n", "-1", "."}, []string{"-n must not be negative: -1"}},
		"lines as JSON": {nil, []string{"-path", "/mock", "-n", "1", "-format", "json", "."}, []string{"no other -format"}},
		"unknown flag":  {nil, []string{"-paht", "/mock", "."}, []string{"not defined"}},
		"not YAML":      {map[string]string{"a.yaml": "a: ["}, []string{"-path", "/mock", "."}, []string{"a.yaml:1:"}},
		"which host":    {map[string]string{"a.yaml": hosts}, []string{"-path", "/mock", "."}, []string{"host must be given: the gateway has routes for a.example.com, b.example.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, test.files, func() {
				code, stdout, stderr := previewArgs(test.args...)
				require.Equal(t, exitUsage, code)
				require.Empty(t, stdout)
				for _, want := range test.want {
					require.Contains(t, stderr, want)
				}
			})
		})
	}
	code, _, stderr := previewArgs("-help")
	require.Equal(t, exitGood, code)
	require.Contains(t, stderr, "usage: preview")
}

// full is a writer on a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestResultsThatCannotBePrintedAreNotGood(t *testing.T) {
	in(t, map[string]string{"all.yaml": release(t)}, func() {
		for _, args := range [][]string{{"-path", "/mock", "all.yaml"}, {"-path", "/mock", "-n", "1", "all.yaml"}} {
			var errs bytes.Buffer
			require.Equal(t, exitUsage, run(args, full{}, &errs))
			require.Contains(t, errs.String(), "disk full")
		}
	})
}
