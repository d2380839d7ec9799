package settings_test

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/internal/settings"
	"github.com/swimlane-go/swimlane/manifest"
)

// application is an Argo CD Application of deploy/shop.
const application = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  source: {repoURL: "https://git.example.com/shop", path: deploy/shop, targetRevision: main}
  destination: {server: "https://kubernetes.default.svc", namespace: shop}
`

// applicationSet makes an Application for each directory in deploy.
const applicationSet = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all, namespace: argocd}
spec:
  generators: [{git: {repoURL: "https://git.example.com/shop", directories: [{path: "deploy/*"}]}}]
  template:
    metadata: {name: "{{path.basename}}"}
    spec:
      source: {repoURL: "https://git.example.com/shop", path: "{{path}}", targetRevision: main}
      destination: {server: "https://kubernetes.default.svc", namespace: "{{path.basename}}"}
`

func appOf(directory string) string {
	return strings.Replace(application, "path: deploy/shop,", "path: deploy/shop, directory: {"+directory+"},", 1)
}

// shop writes a tree and changes to its directory. The Services and Deployments name no namespace;
// the routes and the lane group mean the namespace shop. The given files replace the tree's own. An
// empty one deletes it.
func shop(t *testing.T, files map[string]string) {
	t.Helper()
	const from = "../../gitops/testdata/tree"
	all := map[string]string{}
	entries, err := os.ReadDir(from)
	require.NoError(t, err)
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(from, e.Name()))
		require.NoError(t, err)
		all["deploy/shop/"+e.Name()] = strings.NewReplacer(".default.", ".shop.", "namespace: default",
			"namespace: shop").Replace(string(data))
	}
	written := maps.Clone(all)
	for _, text := range files { // moved files first: another file may take their place
		if other, moved := strings.CutPrefix(text, "MOVED "); moved {
			delete(all, other)
		}
	}
	for name, text := range files {
		if other, moved := strings.CutPrefix(text, "MOVED "); moved {
			text = written[other]
		}
		all[name] = text
	}
	t.Chdir(t.TempDir())
	for name, text := range all {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		if to, isLink := strings.CutPrefix(text, "LINK "); isLink {
			require.NoError(t, os.Symlink(to, name))
			continue
		}
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
}

// programs builds the programs that read a tree, and returns a function that runs one.
func programs(t *testing.T) runner {
	t.Helper()
	dir := t.TempDir()
	out, err := exec.Command("go", "build", "-o", dir+"/", "../../lint", "../../preview", "../../istio", "../../gitops",
		"../../review").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return func(args ...string) (int, string) {
		out, err := exec.Command(filepath.Join(dir, args[0]), args[1:]...).CombinedOutput()
		if exit := new(exec.ExitError); errors.As(err, &exit) {
			return exit.ExitCode(), string(out)
		}
		require.NoError(t, err)
		return 0, string(out)
	}
}

// All programs read the same tree in the same way.
func TestProgramsReadAlike(t *testing.T) {
	run := programs(t) // building them takes a while
	t.Run("namespaces", func(t *testing.T) { testNamespaces(t, run) })
	t.Run("roll back", func(t *testing.T) { testRollBack(t, run) })
	t.Run("parts", func(t *testing.T) { testParts(t, run) })
}

// runner runs a program.
type runner func(args ...string) (code int, output string)

// A roll back succeeds where two Applications differ, if the routes name their namespace.
func testRollBack(t *testing.T, run runner) {
	shop(t, map[string]string{"deploy/shop/app.yaml": application})
	for _, command := range []string{"prepare", "start"} {
		code, output := run("gitops", "-dir", "deploy/shop", command)
		require.Zero(t, code, output)
	}
	require.NoError(t, os.WriteFile("deploy/shop/b.yaml",
		[]byte(strings.NewReplacer("name: shop,", "name: b,", "namespace: shop}",
			"namespace: other}").Replace(application)), 0o600))
	code, output := run("gitops", "-dir", "deploy/shop", "promote")
	require.Equal(t, 1, code, output)
	code, output = run("gitops", "-dir", "deploy/shop", "rollback")
	require.Zero(t, code, output)
}

// For lint the objects of two Applications are two sets. Names may occur in both, and each set may
// refer to the other.
func testParts(t *testing.T, run runner) {
	shop(t, map[string]string{"apps/shop.yaml": application,
		"apps/copy.yaml": strings.NewReplacer("name: shop,", "name: copy,", "deploy/shop",
			"deploy/copy").Replace(application)})
	require.NoError(t, os.CopyFS("deploy/copy", os.DirFS("deploy/shop")))
	code, output := run("lint", ".")
	require.Zero(t, code, output)
	require.NotContains(t, output, "SL001")

	// The other programs refuse the tree, and name the directories; each directory alone is good.
	for _, args := range [][]string{{"preview", "-path", "/mock", "."}, {"istio", "."}, {"review", ".", "."},
		{"gitops", "-dir", ".", "prepare"}, {"gitops", "-dir", ".", "init", "-candidate", "v9"}} {
		code, output := run(args...)
		require.NotZero(t, code, args)
		require.Contains(t, output, "must be of one cluster: copy and shop both deploy ", args)
		require.Contains(t, output, "name one of their directories, deploy/copy, deploy/shop, and by -app", args)
	}
	for _, args := range [][]string{{"preview", "-path", "/mock"}, {"istio"}} {
		code, output := run(append(args, "-app", "apps/shop.yaml", "deploy/shop")...)
		require.Zero(t, code, output)
	}
	code, output = run("gitops", "-app", "apps/shop.yaml", "-dir", "deploy/shop", "prepare")
	require.Zero(t, code, output)

	require.NoError(t, os.RemoveAll("deploy/copy"))
	require.NoError(t, os.MkdirAll("deploy/copy", 0o755))
	require.NoError(t, os.Rename("deploy/shop/mock-v1.yaml", "deploy/copy/mock-v1.yaml"))
	code, output = run("lint", ".")
	require.NotContains(t, output, "SL302", "the Services are there, in the other one: %d", code)
	require.NoError(t, os.Remove("deploy/copy/mock-v1.yaml"))
	code, output = run("lint", ".")
	require.Equal(t, 1, code)
	require.Contains(t, output, "SL302")
}

func TestAppMustHoldAnApplication(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("a.yaml", []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"), 0o600))
	require.NoError(t, os.WriteFile("b.yaml", []byte("a: [\n"), 0o600))
	for _, name := range []string{"a.yaml", "b.yaml", "nowhere.yaml"} {
		_, err := settings.Reading{App: name, Recurse: true}.Reader(".", nil)
		require.ErrorContains(t, err, "-app: ")
		require.ErrorContains(t, err, name)
	}
	_, err := settings.Reading{}.Reader("nowhere", nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	r, err := settings.Reading{Namespace: "x"}.Reader(".", nil)
	require.NoError(t, err)
	require.True(t, r.Shallow)
	set, err := r.Decode(manifest.File{Name: "a.yaml",
		Data: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n")})
	require.NoError(t, err)
	require.Equal(t, "Service x/a", set.All()[0].Ref.String())
	require.Equal(t, []manifest.Ref{{Kind: "Service", Namespace: "x", Name: "a"}}, settings.Referable(set))
}
