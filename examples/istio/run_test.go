package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/internal/settings"
	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

func istio(args ...string) (code int, stdout, stderr string) { return istioStdin("", args...) }

func istioStdin(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

var (
	strict     = filepath.Join("..", "gitops", "testdata", "tree")
	permissive = filepath.Join("testdata", "permissive")
)

func TestOutput(t *testing.T) {
	for name, args := range map[string][]string{
		"strict":         {strict},
		"strict-all":     {"-all", strict},
		"permissive":     {permissive},
		"permissive-all": {"-all", permissive},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := istio(args...)
			require.Equal(t, cli.Done, code, stderr)
			require.Empty(t, stderr)
			golden.Equal(t, name+".yaml", stdout)
		})
	}
}

// With -all nothing of the input is lost but ASM's kinds, and nothing is wrong.
func TestAllIsWhole(t *testing.T) {
	for _, dir := range []string{strict, permissive} {
		code, stdout, stderr := istio("-all", dir)
		require.Equal(t, cli.Done, code, stderr)
		after, err := manifest.Decode(manifest.File{Name: "all.yaml", Data: []byte(stdout)})
		require.NoError(t, err)
		require.Empty(t, validate.Check(after))
		before, err := read(settings.Reading{Recurse: true}, []string{dir}, nil, io.Discard)
		require.NoError(t, err)
		kept := 0
		for _, o := range before.All() {
			now, found := after.Get(o.Ref)
			require.Equal(t, o.Ref.Group != "istio.alibabacloud.com", found, o.Ref)
			if found {
				kept++
				was, err := manifest.Encode(o.Value)
				require.NoError(t, err)
				is, err := manifest.Encode(now.Value)
				require.NoError(t, err)
				require.Equal(t, string(was), string(is))
			}
		}
		_, made, _ := istio(dir)
		require.Equal(t, kept+strings.Count("---\n"+made, "---\n"), after.Len())
	}
}

// in writes a tree with some of its text replaced into a new directory, and
// changes into it.
func in(t *testing.T, tree string, replace ...string) {
	t.Helper()
	files, _, err := manifest.ReadDir(tree)
	require.NoError(t, err)
	dir := t.TempDir()
	replaced := map[string]bool{}
	for _, f := range files {
		text := string(f.Data)
		for i := 0; i < len(replace); i += 2 {
			if after := strings.Replace(text, replace[i], replace[i+1], 1); after != text {
				text, replaced[replace[i]] = after, true
			}
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, f.Name), []byte(text), 0o644))
	}
	require.Len(t, replaced, len(replace)/2, "found only %v", replaced)
	t.Chdir(dir)
}

const meshRoute = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: NAME}
spec:
  hosts: [mocka]
  http:
  - route:
    - destination: {host: mocka}
---
apiVersion: networking.istio.io/v1beta1
kind: Gateway
`

// What is wrong in a route that sends nothing to the lanes is not refused.
func TestOthersRoutesAreTheirs(t *testing.T) {
	in(t, strict, "apiVersion: networking.istio.io/v1beta1\nkind: Gateway\n", `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: theirs}
spec:
  hosts: [theirs]
  http:
  - route:
    - {destination: {host: theirs, subset: a}, weight: 3}
    - {destination: {host: theirs, subset: b}, weight: 1}
---
apiVersion: networking.istio.io/v1beta1
kind: Gateway
`)
	code, stdout, stderr := istio("-all", ".")
	require.Equal(t, cli.Done, code, stderr)
	require.Contains(t, stdout, "weight: 3")
}

func TestRefused(t *testing.T) {
	gateway := "apiVersion: networking.istio.io/v1beta1\nkind: Gateway\n"
	for name, test := range map[string]struct {
		tree    string
		replace []string
		args    []string
		want    []string
	}{
		"error of lint": {strict, []string{"weight: 50", "weight: 60"}, []string{"."},
			[]string{"mock-route.yaml:31: error SL101"}},
		"no group": {strict, nil, []string{"mock-v1.yaml"}, []string{"there is none"}},
		"mesh route": {strict, []string{gateway, strings.Replace(meshRoute, "NAME", "mine", 1)}, []string{"."},
			[]string{
				"mock-route.yaml:2: VirtualService default/mine must not route the sidecars' calls to mocka.default.svc.cluster.local: the lanes of group mock do"}},
		"name taken": {strict, []string{gateway,
			strings.Replace(strings.Replace(meshRoute, "NAME", "mock.mocka", 1), "[mocka]", "[other]", 1)},
			[]string{"."}, []string{"mock-route.yaml:2: VirtualService default/mock.mocka must be called otherwise"}},
		"not for sidecars": {permissive,
			[]string{"serviceLevelFallbackTarget: {default/mockc: v2}",
				"serviceLevelFallbackTarget: {default/mockx: v2, default/mocka: try}"}, []string{"."},
			[]string{
				"lanes.yaml:19: error SL218 ASMSwimLaneGroup mock spec.permissiveModeConfiguration.serviceLevelFallbackTarget[default/mocka]: ",
				"serviceLevelFallbackTarget[default/mockx]: "}},
		"patch": {permissive, []string{"{timeout: 1m}", "{timeOut: 1m}"}, []string{"."},
			[]string{"lanes.yaml:14: ASMSwimLaneGroup mock spec.services[1].httpRoutePatch.timeOut: "}},
		"lane": {permissive,
			[]string{"- {name: mockb, namespace: shop}", "- {name: mockb, namespace: default}"}, []string{"."},
			[]string{"lanes.yaml:43: error SL220 ASMSwimLane try spec.services[0]: "}},
		"ASM's fallback": {permissive,
			[]string{"      weight: 90\n",
				"      weight: 90\n      fallback: {target: {host: mocka.default.svc.cluster.local, subset: v2}}\n"},
			[]string{"-all", "."}, []string{"route.yaml:", "VirtualService istio-system/entry"}},
		"two groups": {permissive, []string{"# Lane try", `apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLaneGroup
metadata: {name: other}
spec:
  ingress: {gateway: {name: ingressgateway, namespace: istio-system}}
  services: [{name: mocka, namespace: default}]
---
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLane
metadata: {name: v9, labels: {swimlane-group: other}}
spec: {labelSelector: {version: v1}}
---
# Lane try`}, []string{"."}, []string{"error SL228 ASMSwimLaneGroup other spec.services[0]: "}},
		"several at once": {permissive, []string{"{timeout: 1m}", "{timeOut: 1m, weight: 5}"}, []string{"."},
			[]string{"spec.services[1].httpRoutePatch.timeOut", "spec.services[1].httpRoutePatch.weight"}},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, test.tree, test.replace...)
			code, stdout, stderr := istio(test.args...)
			require.Equal(t, cli.Bad, code, stderr)
			require.Empty(t, stdout)
			for _, want := range test.want {
				require.Contains(t, stderr, want)
			}
		})
	}
}

// Without ASM the services themselves pass the route header on, and are told so.
func TestNotes(t *testing.T) {
	in(t, permissive, "traceHeader: x-lane", "traceHeader: baggage")
	code, stdout, stderr := istio(".")
	require.Equal(t, cli.Done, code)
	require.NotEmpty(t, stdout)
	require.Contains(t, stderr, "note: the services of group mock must pass on the header x-lane themselves")
}

func TestUnreadable(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no such file": {[]string{"none.yaml"}, "none.yaml"},
		"no operand":   {[]string{"-all"}, "at least one file"},
		"unknown flag": {[]string{"-every", "."}, "not defined"},
		"not YAML":     {[]string{"."}, "lanes.yaml:"},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, permissive, "kind: ASMSwimLaneGroup", "kind: [")
			code, stdout, stderr := istio(test.args...)
			require.Equal(t, cli.Misused, code)
			require.Empty(t, stdout)
			require.Contains(t, stderr, test.want)
		})
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"-help"}, {"--help"}, {"help"}, {".", "-all", "-h"}} {
		code, stdout, stderr := istio(args...)
		require.Equal(t, cli.Done, code)
		require.Empty(t, stderr)
		golden.Equal(t, "usage.txt", stdout)
	}
}
func TestStandardInput(t *testing.T) {
	files, _, err := manifest.ReadDir(strict)
	require.NoError(t, err)
	var text []string
	for _, f := range files {
		text = append(text, string(f.Data))
	}
	code, stdout, stderr := istioStdin(strings.Join(text, "\n---\n"), "-", "-all")
	require.Equal(t, cli.Done, code, stderr)
	golden.Equal(t, "strict-all.yaml", stdout)
	code, _, stderr = istioStdin("a: [", "-")
	require.Equal(t, cli.Misused, code)
	require.Contains(t, stderr, "istio: stdin:1: ")
	code, _, stderr = istio("-", "/dev/null", "-")
	require.Equal(t, cli.Misused, code)
	require.Contains(t, stderr, "- must be given once")
	code, _, stderr = istio("/dev/null")
	require.Equal(t, cli.Misused, code)
	require.Equal(t, "istio: note: /dev/null: passed over: it is no regular file\nistio: no file can be read\n", stderr)
}

// The values of the input come out as they are, written so that they show.
func TestOutputShowsWhatItHolds(t *testing.T) {
	in(t, strict, "  name: mocka\n", "  name: mocka\n  annotations: {odd: \"a\u202e\u2066'\\x7f\\x1b\"}\n")
	code, stdout, stderr := istio("-all", ".")
	require.Equal(t, cli.Done, code, stderr)
	require.Equal(t, markup.Text(stdout), stdout)
	set, err := manifest.Decode(manifest.File{Name: "all.yaml", Data: []byte(stdout)})
	require.NoError(t, err)
	o, found := set.Get(manifest.Ref{Kind: "Service", Namespace: "default", Name: "mocka"})
	require.True(t, found)
	require.Equal(t, "a\u202e\u2066'\x7f\x1b", o.Meta().GetAnnotations()["odd"])
}

// full is a writer on a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWhatCannotBePrintedIsNotDone(t *testing.T) {
	var errs bytes.Buffer
	require.Equal(t, cli.Misused, run([]string{strict}, strings.NewReader(""), full{}, &errs))
	require.Contains(t, errs.String(), "disk full")
}
