package gitops_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// kustomized lists files of a directory in a separate kustomization, a line each.
func (d directory) kustomized(more string, but ...string) directory {
	out := maps.Clone(d)
	text := "# what is deployed\nresources: # in any order\n"
	for _, file := range slices.Sorted(maps.Keys(d)) {
		if !slices.Contains(but, file) {
			text += "  - " + file + " # ours\n"
		}
	}
	out["kustomization.yaml"] = text + more
	return out
}

// kustomizedLayouts are directories that kustomize builds, in one directory each.
func kustomizedLayouts(t testing.TB, apiece, plain directory) map[string]directory {
	t.Helper()
	flow := apiece.kustomized("")
	flow["kustomization.yaml"] = "resources: [lane-v1.yaml, lane-v2.yaml, ./mock-v1.yaml,\n" +
		"  mock-v2.yaml, swimlanegroup.yaml, mock-route.yaml]\n"
	return map[string]directory{
		"kustomized":               sampleTree(t, true).kustomized("images: [{name: other, newTag: '2'}]\n"),
		"kustomized, in a list":    flow,
		"plain kustomized":         plain.kustomized("", "release.yaml"),
		"kustomized without plans": sampleTree(t, false).kustomized("", "release.yaml"),
	}
}

// nestedLayouts are directories that kustomize builds from directories below.
func nestedLayouts(t testing.TB) map[string]directory {
	t.Helper()
	over := sampleTree(t, false).kustomized("").inDir("base")
	over["overlays/prod/kustomization.yaml"] = "resources:\n- ../../base\npatches:\n- path: replicas.yaml\n" +
		"  target: {kind: Deployment, name: mocka-v1}\n"
	over["overlays/prod/replicas.yaml"] = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mocka-v1}\n" +
		"spec: {replicas: 3}\n"
	over["overlays/dev/kustomization.yaml"] = "resources: [../../base]\nnameSuffix: ''\n"

	apart := directory{"kustomization.yaml": "resources: [pods, mesh]\ncomponents: [more]\n",
		"more/kustomization.yaml": "kind: Component\nresources: []\n"}
	for file, text := range sampleTree(t, false) {
		dir := "mesh"
		if strings.HasPrefix(file, "mock-v") {
			dir = "pods"
		}
		apart[dir+"/"+file] = text
	}
	apart["pods/kustomization.yaml"] = "resources:\n- mock-v2.yaml\n- mock-v1.yaml\n"
	apart["mesh/kustomization.yaml"] = "namespace: ''\n" +
		"resources: [mock-route.yaml, swimlanegroup.yaml, swimlanes.yaml, release.yaml]\n"

	// Only the outer kustomization sets the namespace.
	shop := directory{}
	for file, text := range apart {
		shop[file] = strings.NewReplacer("default.svc", "shop.svc", "namespace: default", "namespace: shop",
			"namespace: istio-system", "namespace: shop").Replace(text)
	}
	shop["kustomization.yaml"] = "namespace: shop\n" + shop["kustomization.yaml"]
	return map[string]directory{"kustomized weights in a patch": patchedRoute(t), "kustomized overlays": over,
		"kustomized in parts": apart, "kustomized in a namespace": shop}
}

// patchedRoute is a directory in which a patch of an overlay says the weights. The file of the
// route says others, which nobody reads.
func patchedRoute(t testing.TB) directory {
	t.Helper()
	d := sampleTree(t, false).kustomized("").inDir("base")
	_, route, found := strings.Cut(d["base/mock-route.yaml"], "---\n")
	require.True(t, found)
	d["prod/weights.yaml"] = "# what prod sends where\n" +
		strings.Replace(route, "  gateways:\n  - ingressgateway\n  hosts:\n  - '*'\n", "", 1)
	d["prod/kustomization.yaml"] = "resources: [../base]\npatches:\n- path: weights.yaml\n"
	d["base/mock-route.yaml"] = strings.NewReplacer("weight: 50                       # half", "weight: 93 # half",
		"weight: 50 ", "weight: 7 ").Replace(d["base/mock-route.yaml"])
	return d
}

// patchedLanes is a directory in which patches say the weights of the lanes of a group, and one
// patch changes the group.
func patchedLanes(t testing.TB) directory {
	t.Helper()
	d := layouts(t)["weighted"].kustomized("").inDir("base")
	const weight = "  ingressWeight: # of the requests\n    destination:\n" +
		"      host: mocka.default.svc.cluster.local\n    weight: 50\n"
	require.Contains(t, d["base/swimlanes.yaml"], weight)
	d["base/swimlanes.yaml"] = strings.ReplaceAll(d["base/swimlanes.yaml"], weight, "")
	for _, v := range []string{"v1", "v2"} {
		d["prod/lanes.yaml"] += "---\napiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\nmetadata: {name: " + v +
			"}\nspec:\n" + weight
	}
	d["prod/group.yaml"] = "apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLaneGroup\nmetadata:\n  name: mock\n" +
		"  annotations: {team: shop}\n"
	d["prod/kustomization.yaml"] = "resources: [../base]\npatches: [{path: lanes.yaml}, {path: group.yaml}]\n"
	return d
}

// everyLayout are all layouts, those of several directories too.
func everyLayout(t testing.TB) map[string]directory {
	out := layouts(t)
	maps.Copy(out, nestedLayouts(t))
	return out
}

// requireBuilt requires that the kustomizations list every existing file, and nothing else.
func (d directory) requireBuilt(t *testing.T, when string) {
	t.Helper()
	for _, s := range d.set(t).Build().Skipped {
		require.True(t, strings.HasSuffix(s.Name, "release.yaml"), "%s: %s", when, s)
	}
	d.requireListed(t, when)
}

// requireListed requires that the kustomizations list only existing files: otherwise the build
// fails.
func (d directory) requireListed(t *testing.T, when string) {
	t.Helper()
	set := d.set(t)
	for _, k := range set.Kustomizations() {
		for _, p := range k.Resources {
			isDir := slices.ContainsFunc(set.Kustomizations(),
				func(other manifest.Kustomization) bool { return other.Dir() == p.Path })
			require.True(t, isDir || d[p.Path] != "", "%s: %s lists %s", when, k.File, p.Name)
		}
	}
}
