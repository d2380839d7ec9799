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

func testNamespaces(t *testing.T, run runner) {
	const apart = "deploy/shop/more/mock-v2.yaml" // the Deployments of v2, a directory down
	moved := func(app string) map[string]string {
		return map[string]string{apart: "MOVED deploy/shop/mock-v2.yaml", "app.yaml": app}
	}
	junk := "apiVersion: v1\nkind: Service\nmetadata: {name: mocka}\nspec: {ports: [{port: 1}]}\n---\nno: object\n"
	own := func(name string) string {
		data, err := os.ReadFile(filepath.Join("../../gitops/testdata/tree", name))
		require.NoError(t, err)
		return strings.ReplaceAll(string(data), "metadata:\n  name:", "metadata:\n  namespace: shop\n  name:")
	}
	for name, test := range map[string]struct {
		files map[string]string
		flags []string
		path  string // default: deploy/shop
		good  bool
		says  []string // texts in the output of all programs, if the tree is not good
	}{
		"no namespace is known": {},
		"the object's own": {
			files: map[string]string{"deploy/shop/mock-v1.yaml": own("mock-v1.yaml"),
				"deploy/shop/mock-v2.yaml": own("mock-v2.yaml")}, good: true},
		"the object's own beats the flag": {
			files: map[string]string{"deploy/shop/mock-v1.yaml": own("mock-v1.yaml"),
				"deploy/shop/mock-v2.yaml": own("mock-v2.yaml")}, flags: []string{"-namespace", "other"}, good: true},
		"-namespace":         {flags: []string{"-namespace", "shop"}, good: true},
		"another -namespace": {flags: []string{"-namespace", "other"}},
		"an Application in the set": {files: map[string]string{"deploy/shop/app.yaml": application},
			good: true},
		"beside the directory": {files: map[string]string{"apps/shop.yaml": application}, path: ".",
			good: true},
		"-app": {files: map[string]string{"app.yaml": application},
			flags: []string{"-app", "app.yaml"}, good: true},
		"an ApplicationSet beside the directory": {files: map[string]string{"apps/all.yaml": applicationSet}, path: ".",
			good: true},
		"-app with an ApplicationSet": {files: map[string]string{"all.yaml": applicationSet},
			flags: []string{"-app", "all.yaml"}, good: true},
		"-app with an ApplicationSet of others": {
			files: map[string]string{"all.yaml": strings.Replace(applicationSet, "deploy/*", "other/*", 1)},
			flags: []string{"-app", "all.yaml"}},
		"-namespace beats the Application": {
			files: map[string]string{"app.yaml": application},
			flags: []string{"-app", "app.yaml", "-namespace", "other"}},
		"an Application of another directory": {
			files: map[string]string{"deploy/shop/app.yaml": strings.Replace(application, "deploy/shop", "deploy/other",
				1)}},
		"an Application of a part of the name": {
			files: map[string]string{"deploy/shop/app.yaml": strings.Replace(application, "deploy/shop", "hop", 1)}},
		"-app of another directory": {
			files: map[string]string{"app.yaml": strings.Replace(application, "deploy/shop", "deploy/other", 1)},
			flags: []string{"-app", "app.yaml"},
			says:  []string{"app.yaml:1: ", "must have a source path"}},
		"two Applications that differ": {
			files: map[string]string{"deploy/shop/app.yaml": application,
				"deploy/shop/app2.yaml": strings.NewReplacer("name: shop,", "name: shop2,", "namespace: shop}",
					"namespace: other}").Replace(application)},
			says: []string{"app.yaml:1", "app2.yaml:1"}},
		"two Applications that differ, and -namespace": {
			files: map[string]string{"deploy/shop/app.yaml": application,
				"deploy/shop/app2.yaml": strings.NewReplacer("name: shop,", "name: shop2,", "namespace: shop}",
					"namespace: other}").Replace(application)},
			flags: []string{"-namespace", "shop"}, good: true},
		"two Applications that agree": {
			files: map[string]string{"deploy/shop/app.yaml": application + "---\n" +
				strings.Replace(application, "name: shop,", "name: shop2,", 1)}, good: true},
		"directories below": {files: moved(""), flags: []string{"-namespace", "shop"}, good: true},
		"-recurse=false": {files: moved(""),
			flags: []string{"-namespace", "shop", "-recurse=false"}},
		"recurse": {files: moved(appOf("recurse: true")),
			flags: []string{"-app", "app.yaml"}, good: true},
		"no recurse": {files: moved(application), flags: []string{"-app", "app.yaml"}},
		"exclude": {files: map[string]string{"app.yaml": appOf("exclude: '{junk,x}.yaml'"),
			"deploy/shop/junk.yaml": junk}, flags: []string{"-app", "app.yaml"}, good: true},
		"exclude of what is needed": {files: map[string]string{"app.yaml": appOf("exclude: '*-v2.yaml'")},
			flags: []string{"-app", "app.yaml"}},
		"include": {
			files: map[string]string{"app.yaml": appOf("include: '{mock*,swim*,release}.yaml'"),
				"deploy/shop/junk.yaml": junk}, flags: []string{"-app", "app.yaml"}, good: true},
		"include of a part": {
			files: map[string]string{"app.yaml": appOf("include: '{mock-v1,mock-r*,swim*,release}.yaml'")},
			flags: []string{"-app", "app.yaml"}},
		"what git holds is not read": {files: map[string]string{"deploy/shop/.git/junk.yaml": junk},
			flags: []string{"-namespace", "shop"}, good: true},
		"a link in the tree": {
			files: map[string]string{"deploy/shop/files/lanes.txt": "MOVED deploy/shop/swimlanes.yaml",
				"deploy/shop/swimlanes.yaml": "LINK files/lanes.txt"}, flags: []string{"-namespace", "shop"},
			good: true},
		"a link out of the tree": {files: map[string]string{"lanes.txt": "MOVED deploy/shop/mock-v2.yaml",
			"deploy/shop/mock-v2.yaml": "LINK ../../lanes.txt"}, flags: []string{"-namespace", "shop"}},
		"a kustomization without a namespace": {
			files: map[string]string{
				"deploy/shop/kustomization.yaml": "resources: [mock-v1.yaml, mock-v2.yaml, mock-route.yaml, swimlanegroup.yaml, swimlanes.yaml, release.yaml]\n",
				"app.yaml":                       application}, flags: []string{"-app", "app.yaml"}, good: true},
		"a kustomization's namespace beats a flag": {
			files: map[string]string{
				"deploy/shop/kustomization.yaml":      "resources: [mock-route.yaml, swimlanegroup.yaml, swimlanes.yaml, release.yaml, pods]\n",
				"deploy/shop/pods/kustomization.yaml": "namespace: shop\nresources: [mock-v1.yaml, mock-v2.yaml]\n",
				"deploy/shop/pods/mock-v1.yaml":       "MOVED deploy/shop/mock-v1.yaml",
				"deploy/shop/pods/mock-v2.yaml":       "MOVED deploy/shop/mock-v2.yaml",
			}, flags: []string{"-namespace", "other"}, good: true},
	} {
		t.Run(name, func(t *testing.T) {
			shop(t, test.files)
			path := test.path
			if path == "" {
				path = "deploy/shop"
			}
			for _, args := range [][]string{
				{"lint", path}, {"preview", "-path", "/mock", path}, {"istio", path},
				{"gitops", "-dir", path, "-dry-run", "prepare"},
			} {
				code, output := run(append(args[:1:1], append(test.flags, args[1:]...)...)...)
				require.Equal(t, test.good, code == 0, "%s %d\n%s", args, code, output)
				for _, says := range test.says {
					require.Contains(t, output, says, args)
				}
			}
			if test.good {
				code, output := run(append([]string{"gitops", "-dir", path, "prepare"}, test.flags...)...)
				require.Zero(t, code, output)
				code, output = run(append([]string{"lint", path}, test.flags...)...)
				require.Zero(t, code, output)
				if info, err := os.Lstat("deploy/shop/files/lanes.txt"); err == nil {
					require.True(t, info.Mode().IsRegular())
					data, err := os.ReadFile("deploy/shop/files/lanes.txt")
					require.NoError(t, err)
					require.Contains(t, string(data), "name: v3")
					info, err = os.Lstat("deploy/shop/swimlanes.yaml")
					require.NoError(t, err)
					require.NotZero(t, info.Mode()&os.ModeSymlink, "the link stays")
				}
			}
		})
	}
}

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
