package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// appSet is an ApplicationSet with generators, and a template of a path and a namespace.
func appSet(generators, path, namespace string) string {
	return fmt.Sprintf("apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\n"+
		"metadata: {name: all, namespace: argocd}\nspec:\n  generators: %s\n  template:\n"+
		"    metadata: {name: 'app-{{path.basename}}'}\n"+
		"    spec: {source: {repoURL: x, path: '%s'}, destination: {namespace: '%s'}}\n", generators, path, namespace)
}

func TestApplicationSet(t *testing.T) {
	t.Parallel()
	dirs := "[{git: {repoURL: x, directories: [{path: 'deploy/*'}, {path: deploy/off, exclude: true}]}}]"
	for name, test := range map[string]struct {
		set     string
		want    [3]string // namespaces of deploy/shop, deploy/cart and deploy/off
		skipped string
	}{
		"a list, literal path": {appSet("[{list: {elements: [{ns: a}]}}]", "deploy/shop", "{{ns}}"),
			[3]string{"a", "default", "default"}, ""},
		"a list, paths": {appSet("[{list: {elements: [{dir: shop, ns: a}, {dir: cart, ns: b}]}}]",
			"deploy/{{dir}}", "{{ns}}"), [3]string{"a", "b", "default"}, ""},
		"a list of a Go template": {appSet("[{list: {elements: [{dir: shop, env: {ns: a}}]}}]", "deploy/{{ .dir }}",
			"{{.env.ns}}"), [3]string{"a", "default", "default"}, ""},
		"directories": {appSet(dirs, "{{path}}", "{{path.basename}}"),
			[3]string{"shop", "cart", "default"}, ""},
		"directories, Go template": {appSet(dirs, "{{.path.path}}", "ns-{{ .path.basename }}"),
			[3]string{"ns-shop", "ns-cart", "default"}, ""},
		"directories, elements": {appSet(dirs, "{{path[0]}}/{{path[1]}}", "{{path[0]}}"),
			[3]string{"deploy", "deploy", "default"}, ""},
		"directories, prefix": {
			appSet("[{git: {directories: [{path: deploy/shop}], pathParamPrefix: my, values: {ns: v}}}]", "{{my.path}}",
				"{{values.ns}}-{{my.path.basename}}"), [3]string{"v-shop", "default", "default"}, ""},
		"directories that are not": {appSet("[{git: {directories: [{path: 'apps/*'}]}}]", "{{path}}", "a"),
			[3]string{"default", "default", "default"}, ""},
		"two generators": {appSet("[{list: {elements: [{path: deploy/shop}]}}, {clusters: {}}]", "{{path}}",
			"a"), [3]string{"a", "default", "default"},
			"lists of elements and Git directories without a separate template are read, not clusters"},
		"files of Git": {appSet("[{git: {files: [{path: x.json}]}}]", "{{path}}", "a"),
			[3]string{"default", "default", "default"}, "are read, not git"},
		"a matrix": {appSet("[{matrix: {generators: []}}]", "{{path}}", "a"),
			[3]string{"default", "default", "default"}, "are read, not matrix"},
		"a parameter of nobody": {appSet("[{list: {elements: [{ns: a}]}}]", "deploy/{{dir}}", "{{ns}}"),
			[3]string{"default", "default", "default"},
			"parameters in the source or the destination that no generator gives"},
		"a function": {appSet(dirs, "{{.path.path}}", "{{.path.basename | upper}}"),
			[3]string{"default", "default", "default"}, "parameters in the source"},
		"a template patch": {strings.Replace(appSet(dirs, "{{path}}", "a"), "  template:",
			"  templatePatch: 'x: y'\n  template:", 1), [3]string{"default", "default", "default"},
			"a templatePatch is not read"},
		"a template of the list": {appSet("[{list: {elements: [{ns: a}], template: {spec: {source: {path: x}}}}}]",
			"deploy/shop", "{{ns}}"), [3]string{"default", "default", "default"}, "are read, not list"},
		"no generators": {appSet("[]", "deploy/shop", "a"), [3]string{"default", "default", "default"},
			"it has no generators"},
		"generators of a wrong type": {appSet("7", "deploy/shop", "a"), [3]string{"default", "default", "default"},
			"must be of their types"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := []manifest.File{{Name: "argocd/all.yaml", Data: []byte(test.set)}}
			dirs := []string{"deploy/shop", "deploy/cart", "deploy/off"}
			for _, dir := range dirs {
				files = append(files, manifest.File{Name: dir + "/a.yaml",
					Data: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n")})
			}
			check := func(r manifest.Reader, files []manifest.File) {
				set, err := r.Decode(files...)
				require.NoError(t, err)
				for i, dir := range dirs {
					require.Equal(t, test.want[i], set.Namespace(dir+"/a.yaml"), dir)
				}
				if test.skipped == "" {
					require.Empty(t, set.Skipped())
					return
				}
				require.Len(t, set.Skipped(), 1)
				require.Contains(t, set.Skipped()[0].String(),
					"argocd/all.yaml: passed over: ApplicationSet all at line 1 may make more Applications: ")
				require.Contains(t, set.Skipped()[0].String(), test.skipped)
			}
			check(manifest.Reader{}, files)
			check(manifest.Reader{Dir: "/home/ci/repo", Root: "/home/ci/repo"}, files)

			// The same holds for an ApplicationSet that is given from elsewhere, if it makes one.
			if given, _ := manifest.Decode(files[0]); test.want[0] != "default" {
				check(manifest.Reader{Applications: given.Applications()}, files[1:])
			}
		})
	}
}

// Each Application of a directory is a separate part. Two that deploy the same object are an error,
// with the directories.
func TestApplicationSetParts(t *testing.T) {
	t.Parallel()
	files := []manifest.File{{Name: "all.yaml",
		Data: []byte(appSet("[{git: {directories: [{path: '*'}]}}]", "{{path}}", "shop"))}}
	for _, name := range []string{"east/a.yaml", "west/a.yaml", ".hidden/a.yaml"} {
		files = append(files, manifest.File{Name: name,
			Data: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: " +
				strings.Trim(strings.Split(name, "/")[0], ".") + "}\n")})
	}
	set, err := manifest.Decode(files...)
	require.NoError(t, err)
	var names []string
	for _, p := range set.Parts() {
		if p.Application != nil {
			names = append(names, p.Application.Name)
		}
	}
	require.Equal(t, []string{"app-east", "app-west"}, names)
	require.NoError(t, set.OneCluster())

	files[2].Data = files[1].Data
	set, err = manifest.Decode(files...)
	require.NoError(t, err)
	require.ErrorIs(t, set.OneCluster(), manifest.ErrClusters)
	require.ErrorContains(t, set.OneCluster(),
		"app-east and app-west both deploy Service east/a, at east/a.yaml:1 and west/a.yaml:1: name one of their directories, east, west, and by -app")
	require.NoError(t, manifest.Set{}.OneCluster())
}

// The work for an ApplicationSet is bounded.
func TestHostileApplicationSet(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 5000)
	elements := strings.TrimSuffix(strings.Repeat("{a: b},", 9_000), ",")
	globs := strings.TrimSuffix(strings.Repeat("{path: '*'},", 101), ",")
	for name, text := range map[string]string{
		"long text":  appSet("[{list: {elements: [{a: b}]}}]", long, "a"),
		"long value": appSet("[{list: {elements: [{a: "+long+"}]}}]", "{{a}}", "a"),
		"many": appSet("[{list: {elements: ["+elements+"]}}, {list: {elements: ["+elements+"]}}]", "deploy",
			"a"),
		"globs": appSet("[{git: {directories: ["+globs+"]}}]", "{{path}}", "a"),
		"deep": appSet("[{list: {elements: [{a: "+strings.Repeat("{a: ", 50)+"b"+strings.Repeat("}", 50)+
			"}]}}]", "{{a.a}}", "a"),
		"two generators": appSet("[{list: {elements: [{a: b}]}, git: {}}]", "x", "a"),
	} {
		set, err := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(text)})
		require.NoError(t, err, name)
		require.Len(t, set.Skipped(), 1, name)
		require.LessOrEqual(t, len(set.Applications()), 10_001, name)
	}
	// A faulty glob takes nothing.
	set, err := manifest.Decode(manifest.File{Name: "x/a.yaml",
		Data: []byte(appSet("[{git: {directories: [{path: '['}]}}]", "{{path}}", "a"))})
	require.NoError(t, err)
	require.Equal(t, "default", set.Namespace("x/a.yaml"))
}
