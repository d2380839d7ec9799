package manifest_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// files returns the files of a directory, in the order of their names.
func files(texts map[string]string) []manifest.File {
	var out []manifest.File
	for name, text := range texts {
		out = append(out, manifest.File{Name: name, Data: []byte(text)})
	}
	slices.SortFunc(out, func(a, b manifest.File) int { return strings.Compare(a.Name, b.Name) })
	return out
}

const overlayText = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: shop   # of all
namePrefix: a-
nameSuffix: ""
resources:
- ../base
- extra.yaml
- https://example.com/org/repo//base?ref=main
bases: [../old]
components: [../debug]
patches:
- path: route.yaml
- target: {kind: Virtual.*, name: "m|n", labelSelector: a=b}
  patch: |-
    - {op: replace, path: /spec/http/0/route/2/weight, value: 5}
patchesStrategicMerge:
- old.yaml
- |
  kind: Deployment
  metadata: {name: cart}
patchesJson6902:
- {target: {version: v1, kind: Service, name: cart}, path: json.yaml}
images:
- {name: shop/cart, newTag: "2"}
replacements:
- path: replace.yaml
- source: {kind: ConfigMap, name: c}
  targets: [{select: {kind: Service}, reject: [{name: cart}], fieldPaths: [spec.type]}]
configMapGenerator: [{name: c, literals: [a=b]}]
transformers: [t.yaml]
buildMetadata: [originAnnotations]
`

func TestKustomizationIsRead(t *testing.T) {
	route := "kind: VirtualService\nmetadata: {name: mock}\nspec: {http: []}\n"
	set, err := manifest.Decode(files(map[string]string{
		"base/kustomization.yaml": "resources: [services.yaml]\n", "base/services.yaml": configMap("services"),
		"over/kustomization.yaml": overlayText, "over/route.yaml": route, "over/extra.yaml": configMap("extra"),
		"over/old.yaml":     "a: b\n",
		"over/json.yaml":    "- {op: remove, path: /spec}\n",
		"over/replace.yaml": "targets: [{select: {kind: Gateway}}]\n",
		"over/t.yaml":       "kind: T\n", "debug/kustomization.yml": "kind: Component\n",
	})...)
	require.NoError(t, err)
	require.Empty(t, set.Faults(), "patches and what is named else are no objects")
	require.Len(t, set.All(), 2)
	ks := set.Kustomizations()
	require.Len(t, ks, 3)
	require.True(t, ks[1].IsComponent)
	k := ks[2]
	require.Equal(t, "shop", k.Namespace)
	require.Equal(t, "a-", k.NamePrefix)
	require.Equal(t, []manifest.KustomizePath{
		{Name: "../base", Path: "base", Line: 7}, {Name: "extra.yaml", Path: "over/extra.yaml", Line: 8},
		{Name: "https://example.com/org/repo//base?ref=main", Line: 9}, {Name: "../old", Path: "old", Line: 10},
	}, k.Resources)
	require.True(t, k.Resources[2].IsRemote())
	require.Equal(t, []manifest.KustomizePath{{Name: "../debug", Path: "debug", Line: 11}}, k.Components)
	require.Equal(t, []string{"namespace", "namePrefix", "patches", "patchesStrategicMerge", "patchesJson6902",
		"images", "replacements", "configMapGenerator", "transformers"}, k.Changes)
	require.Equal(t, 4, k.LineOf("namePrefix"))
	require.Equal(t, []manifest.KustomizeImage{{Name: "shop/cart", NewTag: "2", Field: "images[0]", Line: 25}},
		k.Images)

	of := func(kind, name string) manifest.Ref { return manifest.Ref{Kind: kind, Name: name, Namespace: "any"} }
	lines := func(ref manifest.Ref) (out []int) {
		for _, p := range k.Patches {
			if p.Touches(ref) {
				out = append(out, p.Line)
			}
		}
		for _, r := range k.Replacements {
			if r.Touches(ref) {
				out = append(out, r.Line)
			}
		}
		return out
	}
	require.Equal(t, []int{13}, lines(of("VirtualService", "mock")), "by its name")
	require.Equal(t, []int{14}, lines(of("VirtualService", "m")), "by the target")
	require.Equal(t, []int{19}, lines(of("Deployment", "cart")))
	require.Equal(t, []int{23}, lines(of("Service", "cart")))
	require.Equal(t, []int{28}, lines(of("Service", "pay")))
	require.Equal(t, []int{27}, lines(of("Gateway", "g")), "from the file")
	require.Empty(t, lines(of("Gateway ", "g")))

	reads, remote := set.Reads(k)
	require.Equal(t, []string{"over/kustomization.yaml", "base/kustomization.yaml", "base/services.yaml",
		"over/extra.yaml", "old", "debug/kustomization.yml"}, reads)
	require.True(t, remote)
	require.Len(t, set.Roots(), 1)
	require.Equal(t, "over", set.Roots()[0].Dir())
	require.Equal(t, "base/kustomization.yaml", set.Lists("base/services.yaml")[0].File)
	require.Empty(t, set.Lists("over/route.yaml"))
	require.True(t, set.Unlisted("over/deep/down.yaml"))
	require.False(t, set.Unlisted("elsewhere/a.yaml"))
	require.False(t, set.Unlisted("../over.yaml"))
}

// Faults that kustomize refuses are found, each at its line. A kustomization that cannot be read
// lists nothing.
func TestKustomizationIsReadStrictly(t *testing.T) {
	for text, want := range map[string]string{
		"resources: [a]\nresorces: [b]\n":                    "2 resorces",
		"resources: 7\n":                                     "1 resources",
		"resources:\n- a\n- {b: c}\n":                        "3 resources[1]",
		"patches:\n- {path: a, patchs: b}\n":                 "2 patches[0].patchs",
		"patches:\n- target: {kind: A, names: b}\n":          "2 patches[0].target.names",
		"images:\n- name: a\n  tag: b\n":                     "3 images[0].tag",
		"- a\n":                                              "1 ",
		"{apiVersion: x, kind: Kustomization, spec: {a: b}}": "1 spec",
		"a: &a [*a]\n":                                       "1 ",
		"a: [\n":                                             "1 ",
	} {
		set, _ := manifest.Decode(manifest.File{Name: "k/kustomization.yaml", Data: []byte(text)})
		require.Len(t, set.Faults(), 1, text)
		f := set.Faults()[0]
		line, field, _ := strings.Cut(want, " ")
		require.Equal(t, line, strconv.Itoa(f.Line), text)
		require.Equal(t, field, f.Field, text)
		require.Len(t, set.Kustomizations(), 1, text)
	}
	set, err := manifest.Decode(files(map[string]string{"kustomization.yaml": "resources: 7\n",
		"a.yaml": configMap("a")})...)
	require.NoError(t, err)
	require.True(t, set.Kustomizations()[0].Unreadable)
	require.False(t, set.Unlisted("a.yaml"), "who knows")
	require.Empty(t, set.Build().Skipped)
	set, err = manifest.Decode(manifest.File{Name: "kustomization.yaml", Data: []byte("# nothing yet\n")})
	require.NoError(t, err)
	require.Equal(t, []string(nil), set.Kustomizations()[0].Changes)
	require.Equal(t, 1, set.Kustomizations()[0].LineOf("resources"))
}

// A file that no kustomization lists is not built, and is reported. Of two builds one is read.
func TestBuild(t *testing.T) {
	texts := map[string]string{
		"base/kustomization.yaml":  "resources: [a.yaml]\n",
		"base/a.yaml":              configMap("a"),
		"base/lost.yaml":           configMap("lost"),
		"base/notes.yaml":          "no: object\n",
		"dev/kustomization.yaml":   "resources: [../base, b.yaml]\nnamespace: dev\n",
		"dev/b.yaml":               configMap("b"),
		"prod/kustomization.yaml":  "resources: [../base, b.yaml]\nhelmCharts: [{name: c}]\n",
		"prod/b.yaml":              configMap("b") + "---\n" + configMap("a"),
		"plain/c.yaml":             configMap("c"),
		"plain/sub/deep/none.yaml": configMap("c"),
	}
	set, err := manifest.Decode(files(texts)...)
	require.NoError(t, err)
	b := set.Build()
	names := func(set manifest.Set) (out []string) {
		for _, o := range set.All() {
			out = append(out, o.File+" "+o.Ref.Name)
		}
		return out
	}
	require.Equal(t, []string{"base/a.yaml a", "dev/b.yaml b", "plain/c.yaml c", "plain/sub/deep/none.yaml c",
		"prod/b.yaml a"}, names(b.Set), "prod adds a that base has")
	require.Equal(t, []manifest.Skip{
		{Name: "base/lost.yaml", Reason: "no kustomization lists it: it is not deployed"},
		{Name: "prod/b.yaml", Reason: "ConfigMap b is in dev/b.yaml too, for another build: that one is read"},
	}, b.Skipped)
	require.Len(t, set.Faults(), 1)
	require.Empty(t, b.Set.Faults(), "nobody reads it")
	require.Equal(t, []string{"prod/kustomization.yaml:2: helmCharts"}, b.Changes)
	require.True(t, b.Partial)
	require.Len(t, b.Roots, 2)

	texts["prod/kustomization.yaml"] = "resources: [../base, 'github.com/org/repo?ref=a']\n"
	set, err = manifest.Decode(files(texts)...)
	require.NoError(t, err)
	require.Contains(t, set.Build().Changes,
		"prod/kustomization.yaml:1: github.com/org/repo?ref=a is read from elsewhere")
	require.True(t, set.Build().Partial)

	set, err = manifest.Decode(files(map[string]string{"kustomization.yaml": "resources: [../../base]\n"})...)
	require.NoError(t, err)
	require.Equal(t, []string{"kustomization.yaml:1: ../../base lies outside of what is read"}, set.Build().Changes)
	require.True(t, set.Build().Partial)

	set, err = manifest.Decode(files(map[string]string{"a.yaml": configMap("a")})...)
	require.NoError(t, err)
	require.Equal(t, manifest.Build{Set: set}, set.Build(), "without any it is the set")
	set, err = manifest.Decode(files(map[string]string{"a.yaml": configMap("a"),
		"kustomization.yaml": "resources: [a.yaml]\n"})...)
	require.NoError(t, err)
	require.Empty(t, set.Build().Changes)
	require.Equal(t, names(set), names(set.Build().Set))
}
