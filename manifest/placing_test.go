package manifest_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// app is an Argo CD Application: its name, path, namespace and what else its source says.
func app(name, path, namespace, more string) string {
	return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: " + name +
		"}\nspec:\n  source: {path: '" + path + "'" + more + "}\n  destination: {namespace: '" + namespace + "'}\n"
}

const cart = "apiVersion: v1\nkind: Service\nmetadata: {name: cart}\n"

// placesOf returns the Services of a set, each with its file.
func placesOf(set manifest.Set) map[string]string {
	out := map[string]string{}
	for _, o := range set.Kind("Service") {
		out[o.File] = o.Ref.Namespace
	}
	return out
}

func TestNamespaceOfAFile(t *testing.T) {
	own := strings.Replace(cart, "name: cart", "name: cart, namespace: own", 1)
	for name, test := range map[string]struct {
		reader manifest.Reader
		files  map[string]string
		want   map[string]string
	}{
		"default": {files: map[string]string{"a.yaml": cart},
			want: map[string]string{"a.yaml": "default"}},
		"the reader's": {manifest.Reader{Namespace: "x"}, map[string]string{"a.yaml": cart, "b.yaml": own},
			map[string]string{"a.yaml": "x", "b.yaml": "own"}},
		"by the path": {files: map[string]string{"app.yaml": app("a", "./shop/", "x", ""),
			"shop/a.yaml": cart, "shops/a.yaml": cart},
			want: map[string]string{"shop/a.yaml": "x", "shops/a.yaml": "default"}},
		"by where the names are": {manifest.Reader{Dir: "/ci/repo/deploy/shop"},
			map[string]string{"app.yaml": app("a", "deploy/shop", "x", ""), "a.yaml": cart},
			map[string]string{"a.yaml": "x"}},
		"absolute names": {manifest.Reader{Dir: "/other"},
			map[string]string{"/app.yaml": app("a", "shop", "x", ""), "/ci/shop/a.yaml": cart},
			map[string]string{"/ci/shop/a.yaml": "x"}},
		"names that go up": {manifest.Reader{Dir: "/ci/repo/tools"},
			map[string]string{"app.yaml": app("a", "shop", "x", ""), "../shop/a.yaml": cart},
			map[string]string{"../shop/a.yaml": "x"}},
		"the root": {manifest.Reader{Dir: "/ci/repo", Root: "/ci/repo"},
			map[string]string{"app.yaml": app("a", ".", "x", ""), "a.yaml": cart}, map[string]string{"a.yaml": "x"}},
		"the root is elsewhere": {manifest.Reader{Dir: "/ci/repo/shop", Root: "/ci/repo"},
			map[string]string{"app.yaml": app("a", "", "x", ""), "a.yaml": cart},
			map[string]string{"a.yaml": "default"}},
		"the deepest": {files: map[string]string{"app.yaml": app("a", "shop", "x", ", directory: {recurse: true}") +
			"---\n" + app("b", "shop/pay", "y", ""), "shop/a.yaml": cart, "shop/pay/a.yaml": cart,
			"shop/old/a.yaml": cart},
			want: map[string]string{"shop/a.yaml": "x", "shop/pay/a.yaml": "y", "shop/old/a.yaml": "x"}},
		"the longest": {files: map[string]string{"app.yaml": app("a", "shop", "x", "") + "---\n" +
			app("b", "apps/shop", "y", ""), "apps/shop/a.yaml": cart},
			want: map[string]string{"apps/shop/a.yaml": "y"}},
		"an empty destination": {files: map[string]string{"app.yaml": app("a", "shop", "", ""),
			"shop/a.yaml": cart}, want: map[string]string{"shop/a.yaml": "default"}},
		"a chart has no directory": {files: map[string]string{"app.yaml": app("a", "shop", "x", ", chart: shop"),
			"shop/a.yaml": cart}, want: map[string]string{"shop/a.yaml": "default"}},
		"several sources": {files: map[string]string{"app.yaml": strings.Replace(app("a", "no", "x", ""),
			"  destination", "  sources: [{ref: values}, {path: shop}, {path: pay}]\n  destination", 1),
			"shop/a.yaml": cart, "pay/a.yaml": cart, "no/a.yaml": cart},
			want: map[string]string{"shop/a.yaml": "x", "pay/a.yaml": "x", "no/a.yaml": "default"}},
		"sources of a hydrated branch": {
			files: map[string]string{"app.yaml": strings.Replace(app("a", "no", "x", ""), "  destination",
				"  sourceHydrator: {drySource: {path: shop}, syncSource: {targetBranch: prod, path: made}}\n"+
					"  destination", 1), "shop/a.yaml": cart, "made/a.yaml": cart, "no/a.yaml": cart},
			want: map[string]string{"shop/a.yaml": "x", "made/a.yaml": "x", "no/a.yaml": "default"}},
		"values of wrong types": {files: map[string]string{"app.yaml": "apiVersion: argoproj.io/v1alpha1\n" +
			"kind: Application\nmetadata: {name: a}\n" +
			"spec: {source: {path: [shop], directory: {recurse: yes, include: 3}}, destination: {namespace: {a: b}}}\n",
			"shop/a.yaml": cart}, want: map[string]string{"shop/a.yaml": "default"}},
		"a spec of a wrong type": {files: map[string]string{"app.yaml": "apiVersion: argoproj.io/v1alpha1\n" +
			"kind: Application\nmetadata: {name: a}\nspec: [a]\n", "shop/a.yaml": cart},
			want: map[string]string{"shop/a.yaml": "default"}},
		"another kind of that name": {
			files: map[string]string{"app.yaml": strings.Replace(app("a", "shop", "x", ""), "argoproj.io/v1alpha1",
				"app.k8s.io/v1", 1), "shop/a.yaml": cart}, want: map[string]string{"shop/a.yaml": "default"}},
		"what is given": {manifest.Reader{
			Applications: []manifest.Application{{Name: "a", Namespace: "x",
				Sources: []manifest.ApplicationSource{{Path: "shop"}}}}}, map[string]string{"shop/a.yaml": cart},
			map[string]string{"shop/a.yaml": "x"}},
		"kustomize writes over all": {manifest.Reader{Namespace: "y"},
			map[string]string{"base/kustomization.yaml": "namespace: inner\nresources: [a.yaml, b.yaml]\n",
				"base/a.yaml": cart, "base/b.yaml": strings.ReplaceAll(own, "cart", "b"),
				"over/kustomization.yaml": "namespace: outer\nresources: [../base]\n", "other/a.yaml": cart},
			map[string]string{"base/a.yaml": "outer", "base/b.yaml": "outer", "other/a.yaml": "y"}},
		"kustomize builds it twice": {
			files: map[string]string{"base/kustomization.yaml": "resources: [a.yaml, b.yaml]\n", "base/a.yaml": cart,
				"base/b.yaml":             strings.ReplaceAll(own, "cart", "b"),
				"dev/kustomization.yaml":  "namespace: dev\nresources: [../base]\n",
				"prod/kustomization.yaml": "namespace: prod\nresources: [../base]\n"},
			want: map[string]string{"base/a.yaml": "default", "base/b.yaml": "own"}},
		"the Application of an overlay": {files: map[string]string{"base/kustomization.yaml": "resources: [a.yaml]\n",
			"base/a.yaml": cart, "over/kustomization.yaml": "resources: [../base]\n",
			"app.yaml": app("a", "over", "x", "")},
			want: map[string]string{"base/a.yaml": "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			var files []manifest.File
			for _, name := range slices.Sorted(maps.Keys(test.files)) {
				files = append(files, file(name, test.files[name]))
			}
			set, err := test.reader.Decode(files...)
			require.NoError(t, err)
			require.Equal(t, test.want, placesOf(set))
			require.Empty(t, set.Skipped())
			for _, o := range set.Kind("Service") {
				require.Equal(t, o.Ref.Namespace, set.NamespaceOf(o))
				_, found := set.Get(o.Ref)
				require.True(t, found)
				if o.Meta().GetNamespace() == "" {
					require.Equal(t, o.Ref.Namespace, set.Namespace(o.File))
				}
			}
		})
	}
}

// Cluster-scoped kinds have no namespace, and the text does not change.
func TestNamespaceChangesNothingElse(t *testing.T) {
	lane := "apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\nmetadata: {name: v1}\n"
	set, err := manifest.Reader{Namespace: "x"}.Decode(file("a.yaml", lane+"---\n"+cart+"spec: {prots: []}\n---\n"+
		configMap("a")))
	require.NoError(t, err)
	require.Equal(t, "ASMSwimLane v1", set.All()[0].Ref.String())
	require.Equal(t, "Service x/cart", set.Faults()[0].Object.String())
	require.Empty(t, set.All()[1].Meta().GetNamespace())
	require.Equal(t, "x", set.NamespaceOf(set.Kind("ConfigMap")[0]), "of a kind that stays unstructured")
	require.Equal(t, "x", set.Namespace(""))
	require.Equal(t, "default", manifest.NewSet().Namespace("a.yaml"))

	service := manifest.Ref{Kind: "Service", Namespace: "x", Name: "cart"}
	edit, err := set.Edit(manifest.SetField{Object: service, Path: "metadata.labels.a", Value: "b"})
	require.NoError(t, err)
	require.Contains(t, string(edit.Files[0].After), "metadata: {name: cart, labels: {a: b}}")
	_, found := edit.After.Get(service)
	require.True(t, found)
	o := set.Kind("Service")[0]
	_, err = set.Edit(manifest.AddDocument{File: "b.yaml", Value: o.Value})
	require.ErrorIs(t, err, manifest.ErrExists, "it is there, in the namespace of the set")
}

func TestParts(t *testing.T) {
	apps := file("apps.yaml", app("a", "dev", "x", "")+"---\n"+app("b", "prod", "x", ""))
	dev, prod := file("dev/a.yaml", cart+"spec: {prots: []}\n"), file("prod/a.yaml", cart)
	set, err := manifest.Decode(apps, dev, prod)
	require.NoError(t, err)
	parts := set.Parts()
	require.Len(t, parts, 3)
	require.Nil(t, parts[0].Application)
	require.Equal(t, "a", parts[1].Application.Name)
	require.Equal(t, map[string]string{"dev/a.yaml": "x"}, placesOf(parts[1].Set))
	require.Equal(t, map[string]string{"prod/a.yaml": "x"}, placesOf(parts[2].Set))
	require.Len(t, parts[1].Set.Faults(), 1)
	require.Empty(t, parts[2].Set.Faults())

	set, err = manifest.Decode(apps, prod)
	require.NoError(t, err)
	require.Len(t, set.Parts(), 1)
	require.Equal(t, "b", set.Parts()[0].Application.Name)
	require.Equal(t, set.Len(), set.Parts()[0].Set.Len())
	require.Len(t, manifest.NewSet(set.All()...).Parts(), 1)
}

func TestReaderIn(t *testing.T) {
	dir := tree(t, map[string]string{"repo/.git/config": "", "repo/deploy/shop/a.yaml": cart,
		"repo/deploy/shop/sub/b.yaml": cart})
	real, err := filepath.EvalSymlinks(filepath.Join(dir, "repo"))
	require.NoError(t, err)
	require.NoError(t, os.Symlink("repo/deploy/shop", filepath.Join(dir, "link")))
	r, err := manifest.Reader{Shallow: true}.In(filepath.Join(dir, "link"))
	require.NoError(t, err)
	require.Equal(t, filepath.ToSlash(real)+"/deploy/shop", r.Dir)
	require.Equal(t, filepath.ToSlash(real), r.Root)
	files, _, err := r.ReadDir(filepath.Join(dir, "link"))
	require.NoError(t, err)
	require.Equal(t, []string{"a.yaml"}, names(files))
	_, err = r.In(filepath.Join(dir, "nowhere"))
	require.ErrorIs(t, err, os.ErrNotExist)
	r, err = r.In("/")
	require.NoError(t, err)
	require.Equal(t, "/", r.Dir)
}

// For any Application at any place, a file is in the set or left out, and reading ends.
func FuzzApplication(f *testing.F) {
	f.Add(app("a", "shop", "x", ", directory: {recurse: true, include: '{a,b}*.yaml', exclude: '[!a]'}"), "shop/a.yaml",
		"/ci/repo")
	f.Add(app("a", "../..", "", ", helm: {}"), "../a.yaml", "")
	f.Fuzz(func(t *testing.T, text, name, dir string) {
		if len(text)+len(name)+len(dir) > 10_000 || name == "app.yaml" || manifest.IsKustomization(name) {
			return
		}
		set, _ := manifest.Reader{Dir: dir, Root: dir}.Decode(file("app.yaml", text), file(name, cart))
		_, found := placesOf(set)[name]
		left := 0
		for _, s := range set.Skipped() {
			if s.Name == name {
				left++
			}
		}
		if found == (left > 0) || left > 1 {
			t.Fatalf("%v %d", found, left)
		}
		n := 0
		for _, p := range set.Parts() {
			n += p.Set.Len()
		}
		if n != set.Len() {
			t.Fatalf("%d objects of %d", n, set.Len())
		}
	})
}
