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
	"github.com/swimlane-go/swimlane/validate"
)

func lintArgs(args ...string) (code int, stdout, stderr string) { return lintStdin("", args...) }

func lintStdin(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &errs)
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
		"whole-release": {map[string]string{"all.yaml": release}, []string{"all.yaml"}, cli.Done},
		"weights-of-101": {map[string]string{"all.yaml": strings.Replace(release, "weight: 60", "weight: 61", 1)},
			[]string{"."}, cli.Bad},
		"broken": {map[string]string{"deep/er/route.yaml": broken, "ok.yaml": good}, []string{"."},
			cli.Bad},
		"broken-as-file": {map[string]string{"deep/er/route.yaml": broken}, []string{"deep/er/route.yaml"},
			cli.Bad},
		"broken-partial": {map[string]string{"route.yaml": broken}, []string{"-partial", "route.yaml"}, cli.Done},
		"broken-json": {map[string]string{"route.yaml": broken}, []string{"-format", "json", "route.yaml"},
			cli.Bad},
		"broken-sarif": {map[string]string{"a dir/route.yaml": broken}, []string{"-format", "sarif", "."},
			cli.Bad},
		"broken-github": {map[string]string{"route.yaml": broken}, []string{"-format", "github", "route.yaml"},
			cli.Bad},
		"broken-krm": {map[string]string{"route.yaml": broken}, []string{"-format", "krm", "route.yaml"},
			cli.Bad},
		"nothing-to-say-krm": {map[string]string{"ok.yaml": good}, []string{"-format", "krm", "."}, cli.Done},
		"ignored": {map[string]string{"route.yaml": broken}, []string{
			"-ignore", "SL101", "-ignore", "SL201:VirtualService/istio-system/mock", "-ignore",
			"SL302:VirtualService//", "-ignore", "SL401", "-ignore", "SL104", "route.yaml"}, cli.Done},
		"configured": {map[string]string{"route.yaml": broken,
			"etc/lint": "partial: true\nignore:\n- {code: SL101, kind: VirtualService}\n" +
				"external: [Service/default/mocka]\n"}, []string{"-config", "etc/lint", "route.yaml"}, cli.Done},
		"nothing-to-say":    {map[string]string{"ok.yaml": good}, []string{"ok.yaml"}, cli.Done},
		"nothing-to-say-js": {map[string]string{"ok.yaml": good}, []string{"-format=json", "."}, cli.Done},
		"no-documents": {map[string]string{"empty.yaml": "", "comment.yml": "# nothing\n---\n"}, []string{"."},
			cli.Done},
		"two-operands": {map[string]string{"a/ok.yaml": good, "b/route.yaml": broken}, []string{"b", "a"},
			cli.Bad},
		"not-yaml": {map[string]string{"a.yaml": "a: [", "b.yaml": good + "---\nb: ]\n---\n" + broken,
			"c.yaml": good}, []string{"."}, cli.Bad},
		"merge-conflict": {map[string]string{"a.yaml": "# the entry\n" + good + "---\n<<<<<<< HEAD\n" + good +
			"=======\n" + good + ">>>>>>> theirs\n"}, []string{"."}, cli.Bad},
		"kubernetes-reader": {map[string]string{"a.yaml": good + "...\n" + broken, "b.yaml": "...\n" + good,
			".c.yaml": "--- {kind: b}\n"}, []string{"."}, cli.Bad},
		"partial-sees-typos": {map[string]string{"route.yaml": strings.Replace(broken, "weight: 50", "weight: -40", 1)},
			[]string{"-partial", "."}, cli.Bad},
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
		"no such file": {nil, []string{"none.yaml"}, []string{"none.yaml"}},
		"nothing of it": {map[string]string{"large.yaml": strings.Repeat("#", 16<<20+1)}, []string{"."},
			[]string{"large.yaml: must not be larger"}},
		"no file": {nil, []string{"/dev/null"},
			[]string{"/dev/null: passed over: it is no regular file", "no file can be read"}},
		"input twice":  {nil, []string{"-", "-format", "json", "-"}, []string{"- must be given once"}},
		"no operand":   {nil, nil, []string{"at least one file"}},
		"bad format":   {nil, []string{"-format", "xml", "."}, []string{`not "xml"`}},
		"unknown flag": {nil, []string{"-fromat", "json", "."}, []string{"not defined"}},
		"one of two files": {map[string]string{"ok.yaml": good}, []string{"ok.yaml", "none.yaml"},
			[]string{"none.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, test.files)
			code, stdout, stderr := lintArgs(test.args...)
			require.Equal(t, cli.Misused, code)
			require.Empty(t, stdout)
			for _, want := range test.want {
				require.Contains(t, stderr, want)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"-help"}, {"--help"}, {"help"}, {".", "-h"}} {
		code, stdout, stderr := lintArgs(args...)
		require.Equal(t, cli.Done, code)
		require.Empty(t, stderr)
		golden.Equal(t, "usage.txt", stdout)
	}
}
func TestFlagsStandAnywhere(t *testing.T) {
	var outputs []string
	t.Run("in", func(t *testing.T) {
		in(t, map[string]string{"route.yaml": broken, "-partial": good})
		for _, args := range [][]string{{"-partial", "-format", "json", "route.yaml"},
			{"route.yaml", "-partial", "-format", "json"}, {"-format=json", "route.yaml", "--partial"}} {
			code, stdout, stderr := lintArgs(args...)
			require.Equal(t, cli.Done, code, stderr)
			outputs = append(outputs, stdout)
		}
		code, stdout, _ := lintArgs("--", "route.yaml", "-partial")
		require.Equal(t, cli.Bad, code, "after -- it is a file")
		require.NotEmpty(t, stdout)
	})
	for _, stdout := range outputs {
		golden.Equal(t, "broken-partial-json.txt", stdout)
	}
}

// What is piped is one more file.
func TestStandardInput(t *testing.T) {
	var output string
	t.Run("in", func(t *testing.T) {
		in(t, map[string]string{"ok.yaml": good, "stdin": good, "route.yaml": broken})
		code, stdout, stderr := lintStdin(good+"---\n"+broken, "route.yaml", "stdin", "-", "ok.yaml")
		require.Equal(t, cli.Bad, code, stderr)
		output = stdout
		code, stdout, stderr = lintStdin("a: [", "-")
		require.Equal(t, cli.Bad, code, stderr)
		require.Contains(t, stdout, "stdin:1: error SL009: ")
	})
	golden.Equal(t, "stdin.txt", output)
}

// What files hold does nothing to a terminal, and JSON stays what it is.
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

// What cannot be read hides nothing, and is not hidden.
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

// What -external names is not missed; it names a Gateway or a Service.
func TestExternal(t *testing.T) {
	in(t, map[string]string{"route.yaml": strings.Replace(broken, "subset: v9}\n      weight: 50",
		"subset: v1}\n      weight: 40", 1)})
	missing := func(args ...string) (out []string) {
		_, stdout, stderr := lintArgs(append(args, "route.yaml")...)
		require.Empty(t, stderr)
		for _, code := range []validate.Code{validate.HostNotFound, validate.GatewayNotFound} {
			if strings.Contains(stdout, string(code)) {
				out = append(out, string(code))
			}
		}
		return out
	}
	gateway, service := "-external=Gateway/istio-system/ingressgateway", "-external=Service/default/mocka"
	require.Equal(t, []string{"SL302", "SL401"}, missing())
	require.Equal(t, []string{"SL302"}, missing(gateway))
	require.Equal(t, []string{"SL401"}, missing(service))
	require.Empty(t, missing(gateway, service))
	for _, bad := range []string{"", "Gateway/a", "Pod/a/b", "Gateway//b", "Service/a/", "Gateway/a/b/c"} {
		code, stdout, stderr := lintArgs("-external", bad, "route.yaml")
		require.Equal(t, cli.Misused, code, bad)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "must be KIND/NAMESPACE/NAME, of one of the kinds")
	}
}

// A configuration with faults is refused, with all of them.
func TestConfigurationsAreRefused(t *testing.T) {
	in(t, map[string]string{
		"ok.yaml": good, "typo": "ignored: []\n", "no-yaml": "a: [",
		"codes": "ignore: [{code: SL999}, {code: SL009}]\nexternal: [Pod/a/b]\n",
		"large": strings.Repeat("#", 1<<20+1),
	})
	for args, want := range map[string][]string{
		"-config typo ok.yaml":    {"typo: ", `unknown field "ignored"`},
		"-config no-yaml ok.yaml": {"no-yaml: "},
		"-config none ok.yaml":    {"none"},
		"-config . ok.yaml":       {".: must be a file of at most 1048576 bytes"},
		"-config large ok.yaml":   {"large: must be a file of at most 1048576 bytes"},
		"-config codes ok.yaml": {`codes: external[0]: must be KIND/`,
			`ignore[0].code: Invalid value: "SL999": must be a code that exists`,
			`ignore[1].code: Invalid value: "SL009": must be a code that can be ignored`},
		"-ignore SL999 ok.yaml":       {`-ignore`, "must be a code that exists"},
		"-ignore SL101:a ok.yaml":     {"must be CODE or CODE:KIND/NAMESPACE/NAME"},
		"-external Pod/a/b ok.yaml":   {"must be KIND/NAMESPACE/NAME"},
		"-format xml ok.yaml":         {`-format must be text, json, sarif, github or krm, not "xml"`},
		"-external Service/a ok.yaml": {"must be KIND/NAMESPACE/NAME"},
	} {
		code, stdout, stderr := lintArgs(strings.Fields(args)...)
		require.Equal(t, cli.Misused, code, args)
		require.Empty(t, stdout, args)
		for _, part := range want {
			require.Contains(t, stderr, part, args)
		}
	}
}

// Of two good sets the cluster may refuse to make one the other.
func TestFromFindsWhatCannotBecome(t *testing.T) {
	const before = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plan}\nimmutable: true\ndata: {a: b}\n"
	in(t, map[string]string{"main/a.yaml": before, "next/a.yaml": strings.Replace(before, "a: b", "a: c", 1),
		"broken/a.yaml": "a: ["})
	code, stdout, stderr := lintArgs("next")
	require.Equal(t, cli.Done, code, stdout+stderr)
	code, stdout, _ = lintArgs("-from", "main", "next")
	require.Equal(t, cli.Bad, code)
	require.Regexp(t, `^next/a.yaml:\d: error SL525 ConfigMap plan data`, stdout)
	code, stdout, _ = lintArgs("-from", "main", "main")
	require.Equal(t, cli.Done, code, stdout)
	code, stdout, _ = lintArgs("-from", "broken", "next")
	require.Equal(t, cli.Done, code, stdout)
	code, _, stderr = lintArgs("-from", "none", "next")
	require.Equal(t, cli.Misused, code)
	require.Contains(t, stderr, "none")
}

// What kustomize has built names the files that its objects come from.
func TestStandardInputNamesWhereObjectsComeFrom(t *testing.T) {
	in(t, nil)
	origin := "\nmetadata: {annotations: {config.kubernetes.io/origin: \"path: base/route.yaml\\n\"}, "
	built := strings.Replace(broken, "\nmetadata: {", origin, 1)
	code, stdout, _ := lintStdin(built, "-partial", "-")
	require.Equal(t, cli.Done, code)
	require.Regexp(t, `(?m)^base/route.yaml: warning SL101 `, stdout)
	require.NotContains(t, stdout, "stdin")
	require.NoError(t, os.WriteFile("built.yaml", []byte(built), 0o600))
	_, stdout, _ = lintArgs("-partial", "built.yaml")
	require.Contains(t, stdout, "built.yaml:9: warning SL101 ", "of a file the lines are somebody's")
}
