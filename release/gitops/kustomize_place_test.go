package gitops_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// A kustomization beside any file of the release builds it, whatever the directory's name. A
// kustomization beside no file of the release does not.
func TestKustomizationBesideAFileOfTheRelease(t *testing.T) {
	t.Parallel()
	for file, beside := range map[string]bool{
		"release.yaml": true, "mock-route.yaml": true, "swimlanes.yaml": true, "swimlanegroup.yaml": true,
		"mock-v1.yaml": true, "other.yaml": false,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			d := sampleTree(t, false)
			d["other.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n"
			d["apart/"+file] = d[file]
			delete(d, file)
			d["apart/kustomization.yaml"] = "resources: [" + file + "]\n"
			_, err := command(d.open(t), "Prepare")
			if !beside || file == "mock-route.yaml" { // it lists what it needs to
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, gitops.ErrKustomize)
			require.ErrorContains(t, err, "apart/kustomization.yaml: ")
		})
	}
	d := sampleTree(t, false).inDir("app")
	d["kustomization.yaml"] = "resources: [app]\n"
	_, err := command(d.open(t), "Prepare")
	require.ErrorIs(t, err, gitops.ErrKustomize, "in the directory, above all files")
}

// read returns the release of a directory on disk.
func (d directory) read(t *testing.T) gitops.Tree {
	dir := t.TempDir()
	for name, text := range d {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	tree, err := gitops.Directory{Path: dir}.Read()
	require.NoError(t, err)
	return tree
}

// A patch is no second definition, wherever it comes in the order of files.
func TestKustomizePatchIsNoSecondDefinition(t *testing.T) {
	t.Parallel()
	const route = "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\n" +
		"metadata: {name: mock, namespace: istio-system}\nspec: {$patch: merge, http: []}\n"
	const lane = "apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\nmetadata: {name: v1, annotations: {a: b}}\n"
	const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mocka-v1}\nspec: {replicas: 3}\n"
	for name, start := range map[string]directory{"one route": sampleTree(t, false),
		"permissive": layouts(t)["permissive"]} {
		for _, over := range []string{"a-over", "over"} { // before and after base
			t.Run(name+" "+over, func(t *testing.T) {
				t.Parallel()
				d := maps.Clone(start)
				d.do(t, "Prepare", "Start")
				d = d.inDir("base")
				var files []string
				for file := range d {
					files = append(files, strings.TrimPrefix(file, "base/"))
				}
				d["base/kustomization.yaml"] = "resources: [" + strings.Join(files, ", ") + "]\n"
				d[over+
					"/kustomization.yaml"] = "resources: [../base]\npatches: [{path: lane.yaml}, {path: pods.yaml}]\n"
				d[over+"/lane.yaml"], d[over+"/pods.yaml"] = lane, deployment
				for _, word := range []string{"Promote", "Pause", "RollBack"} {
					o, err := command(d.read(t), word)
					require.NoError(t, err, word)
					require.NotContains(t, strings.Join(o.Notes, "\n"), " but ", "every lane and its pods are there")
					require.Contains(t, strings.Join(o.Notes, "\n"), "kustomization.yaml: kustomize builds")
					for _, f := range o.Files {
						require.True(t, strings.HasPrefix(f.Name, "base/"), f.Name)
					}
				}
				d[over+"/route.yaml"] = route
				d.replace(t, over+"/kustomization.yaml", "{path: lane.yaml}", "{path: lane.yaml}, {path: route.yaml}")
				for _, word := range []string{"Promote", "Pause", "RollBack"} {
					_, err := command(d.read(t), word)
					require.ErrorIs(t, err, gitops.ErrKustomize, word)
					require.NotErrorIs(t, err, release.ErrTwice, word)
					require.ErrorContains(t, err, over+"/kustomization.yaml:2: patch "+over+
						"/route.yaml changes VirtualService istio-system/mock", word)
				}
			})
		}
	}
}

// A plan is taken over only if kustomize deploys what is edited.
func TestReplanWhereKustomizeBuilds(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d.do(t, "Prepare", "Start")
	d.replace(t, "release.yaml", "name: full-promotion", "name: complete")
	d["kustomization.yaml"] = "resources: [mock-route.yaml]\n"
	o, err := d.open(t).Replan("", t0)
	require.NoError(t, err)
	require.Contains(t, strings.Join(o.Notes, "\n"), "kustomization.yaml: kustomize builds")
	d["kustomization.yaml"] += "patches: [{target: {kind: VirtualService}, patch: '[{op: remove, path: /spec/http}]'}]\n"
	_, err = d.open(t).Replan("", t0)
	require.ErrorIs(t, err, gitops.ErrKustomize)
}
