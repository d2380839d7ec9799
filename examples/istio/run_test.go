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
	"github.com/swimlane-go/swimlane/internal/transcript"
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

// The output of -all has the whole input but ASM's kinds, and no errors.
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

// in copies a tree to a new directory, replaces some texts in it, and changes to it.
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

// Errors in a route that sends nothing to the lanes do not stop the conversion.
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

func TestTranscripts(t *testing.T) { transcript.Play(t, run) }

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
}

// Values of the input are unchanged in the output, and escaped so that they are visible.
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
