package settings_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

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
