package kustomize

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// layout is a Git directory for kustomize, in memory.
type layout struct {
	files map[string]string
	roots []string // the directories that are deployed
	// stuck is the error of a clean-up after finish that cannot remove a version; empty if it can.
	stuck string
	// dir is the directory of the release: files outside are only read.
	dir string
	// apart are directories with builds of files that are only read: these builds must not change.
	apart []string
	// image is the plan's image for the candidate's mocka; empty means the sample's.
	image string
	// refused says why a release is refused there; empty if it is not.
	refused string
}

// sample returns the sample tree of gitops.
func sample(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	paths, err := filepath.Glob("../../examples/gitops/testdata/tree/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		files[filepath.Base(path)] = string(data)
	}
	return files
}

// list writes resources in one of the usual styles.
func list(random *rand.Rand, names []string) string {
	random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var b strings.Builder
	switch random.IntN(4) {
	case 0:
		return "resources: [" + strings.Join(names, ", ") + "] # in brackets\n"
	case 1:
		return "resources: [\n  " + strings.Join(names, ",\n  ") + "\n]\n"
	case 2:
		b.WriteString("resources:   # indented\n")
		for i, name := range names {
			fmt.Fprintf(&b, "  - %s # number %d\n", name, i)
			if random.IntN(3) == 0 {
				b.WriteString("  # a remark\n")
			}
		}
	default:
		b.WriteString("resources:\n")
		for _, name := range names {
			if !strings.HasPrefix(name, "../") {
				name = "./" + name
			}
			b.WriteString("- " + name + "\n")
		}
	}
	return b.String()
}

// fileOf returns the path of the file with a base name.
func (l layout) fileOf(base string) string {
	for name := range l.files {
		if filepath.Base(name) == base {
			return name
		}
	}
	return ""
}

// draw returns a random layout.
func draw(t *testing.T, random *rand.Rand) layout {
	out := layout{files: map[string]string{}, dir: "."}
	var pods, routes []string
	all := sample(t)
	moved := random.IntN(4) == 0 // the kustomization sets the namespace of everything
	for name, text := range all {
		if moved {
			all[name] = strings.NewReplacer("default.svc", "shop.svc", "namespace: default", "namespace: shop",
				"namespace: istio-system", "namespace: shop").Replace(text)
		}
	}
	for name := range all {
		if strings.HasPrefix(name, "mock-v") {
			pods = append(pods, name)
		} else {
			routes = append(routes, name)
		}
	}
	slices.Sort(pods)
	slices.Sort(routes)
	put := func(dir string, names ...string) {
		for _, name := range names {
			out.files[filepath.Join(dir, name)] = all[name]
		}
	}
	header := func() string {
		return []string{"", "# what is deployed\n",
			"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"}[random.IntN(3)]
	}
	file := []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}[random.IntN(3)]
	root := "."
	switch random.IntN(4) {
	case 0: // one directory
		put(".", append(pods, routes...)...)
		out.files[file] = header() + list(random, append(pods, routes...))
	case 1: // a base, and overlays
		put("base", append(pods, routes...)...)
		root = "overlays/prod"
		out.files["base/"+file] = header() + list(random, append(pods, routes...))
		out.files[root+"/kustomization.yaml"] = header() + list(random, []string{"../../base"})
		if random.IntN(2) == 0 && !moved {
			out.files["overlays/dev/kustomization.yaml"] = "resources: [../../base]\ncommonAnnotations: {stage: dev}\n"
			out.roots = append(out.roots, "overlays/dev")
		}
		if random.IntN(2) == 0 { // the base is outside of dir
			out.dir, out.roots, out.apart = root, nil, out.roots
			out.refused, out.stuck = "weights in the base", "must not be written"
		}
	case 2: // separate directories for pods and routes
		put("pods", pods...)
		put("mesh", routes...)
		out.files["pods/"+file] = header() + list(random, pods)
		out.files["mesh/kustomization.yaml"] = header() + list(random, routes)
		out.files["kustomization.yaml"] = header() + list(random, []string{"mesh", "pods"})
	default: // the pods in a component
		put("more", pods...)
		put(".", routes...)
		out.files["more/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" +
			list(random, pods)
		out.files[file] = header() + list(random, routes) + "components: [more]\n"
	}
	out.roots = append(out.roots, root)
	top := filepath.Join(root, file)
	if out.files[top] == "" {
		top = filepath.Join(root, "kustomization.yaml")
	}
	var patches []string
	more := func(text string) { out.files[top] += text }
	if random.IntN(2) == 0 {
		out.files[filepath.Join(root,
			"replicas.yaml")] = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mocka-v1}\n" +
			"spec: {replicas: 3}\n"
		patches = append(patches, "- path: replicas.yaml")
		out.stuck = "patch replicas.yaml names Deployment "
	}
	if random.IntN(2) == 0 {
		patches = append(patches,
			"- target: {kind: Deployment}\n  patch: |-\n    - {op: add, path: /spec/minReadySeconds, value: 5}")
	}
	mesh := "istio-system"
	if moved {
		mesh = "shop"
	}
	if random.IntN(4) == 0 { // no release edits the hosts of the route
		patches = append(patches,
			"- patch: |-\n    apiVersion: networking.istio.io/v1beta1\n    kind: VirtualService\n"+
				"    metadata: {name: mock, namespace: "+mesh+"}\n    spec: {hosts: ['*']}")
	}
	if random.IntN(3) == 0 || out.dir != "." && random.IntN(2) == 0 {
		entry, text := out.own(random, root)
		if entry != "" {
			patches = append(patches, entry)
		}
		more(text)
		if out.dir != "." {
			out.refused = ""
		}
		if len(out.roots) > 1 {
			out.refused = "the weights of one overlay of two"
		}
	}
	for _, kind := range []struct{ name, text string }{
		{"an overlay's route",
			"- target: {kind: VirtualService, name: mock}\n" +
				"  patch: '[{op: replace, path: /spec/http/0/route/0/weight, value: 50}]'"},
		{"an overlay's route",
			"- patch: '{apiVersion: networking.istio.io/v1beta1, kind: VirtualService, metadata: {name: mock, namespace: " + mesh + "}, spec: {http: []}}'"},
	} {
		if random.IntN(12) == 0 {
			patches, out.refused = append(patches, kind.text), kind.name
		}
	}
	if len(patches) > 0 {
		more("patches:\n" + strings.Join(patches, "\n") + "\n")
	}
	for _, text := range []string{
		"labels: [{pairs: {team: shop}}]\n", "commonAnnotations:\n  team: shop\n",
		"configMapGenerator: [{name: settings, literals: [a=b]}]\n", "replicas: [{name: mockb-v2, count: 2}]\n",
	} {
		if random.IntN(4) == 0 {
			more(text)
			if strings.HasPrefix(text, "replicas") {
				out.stuck = "replicas names Deployment "
			}
		}
	}
	if moved {
		more("namespace: shop\n")
	}
	if random.IntN(12) == 0 {
		more("images: [{name: registry.cn-beijing.aliyuncs.com/aliacs-app-catalog/go-http-sample, newTag: 'x'}]\n")
		out.refused = "an image of all versions"
	}
	// The kustomization has an entry for the candidate's image.
	if random.IntN(3) == 0 && !strings.Contains(out.files[top], "images:") {
		const sample = "registry.cn-beijing.aliyuncs.com/aliacs-app-catalog/go-http-sample"
		to := []string{"shop/next:2", "shop/next@sha256:0b", "shop/next:2@sha256:0b",
			"host:5000/next:2"}[random.IntN(4)]
		name := []string{"shop/next", "host:5000/next"}[random.IntN(2)]
		entry := []string{", newTag: '1'", ", newTag: \"1\", digest: sha256:0a", ", digest: sha256:0a",
			", newName: old/next", ", newName: old/next, newTag: '1.0'", ", tagSuffix: -a, newTag: '3'"}[random.IntN(6)]
		file := out.fileOf("release.yaml")
		out.files[file] = strings.Replace(out.files[file], sample+":1.1", to, 1)
		out.image = to
		more("images: # of what comes\n- {name: " + name + entry + "} # ours\n")
	}
	if random.IntN(3) == 0 { // another app, with other names
		out.files["tools/kustomization.yaml"] = "namePrefix: tool-\nresources: [tool.yaml]\n"
		out.files["tools/tool.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tool}\n"
		out.roots = append(out.roots, "tools")
	}
	if random.IntN(10) == 0 {
		more("namePrefix: a-\n")
		out.refused = "a prefix"
	}
	return out
}
