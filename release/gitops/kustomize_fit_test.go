package gitops_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// What keeps a release from going up is refused before anything is written, at its line. A roll
// back goes through.
func TestKustomizeIsFitForARelease(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		more string
		but  string // a file that is not listed
		want string // empty: it is fit
	}{
		"a prefix":  {"namePrefix: prod-\n", "", "kustomization.yaml:9: namePrefix must not rename "},
		"a suffix":  {"nameSuffix: -a\n", "", "kustomization.yaml:9: nameSuffix must not rename "},
		"no prefix": {"namePrefix: ''\n", "", ""},
		"transformers": {"transformers: [t.yaml]\n", "",
			"kustomization.yaml:9: transformers must not be for what holds weights"},
		"generators": {"generators: [g.yaml]\nconfigMapGenerator: [{name: a}]\nhelmCharts: [{name: b}]\n",
			"", ""},
		"a pattern": {"bases: ['*.yml']\n", "",
			"kustomization.yaml:9: resources must name each file: kustomize does not know the pattern *.yml"},
		"images of all versions": {
			"images:\n- {name: registry.cn-beijing.aliyuncs.com/aliacs-app-catalog/go-http-sample, newTag: '2'}\n", "",
			"kustomization.yaml:10: images must not replace registry.cn-beijing.aliyuncs.com/aliacs-app-catalog/go-http-sample:1.1, which the plan gives the candidate: the entry is of other versions too"},
		"an image of another app": {
			"images: [{name: registry.cn-beijing.aliyuncs.com/aliacs-app-catalog/go-http, newTag: '2'}]\n", "", ""},
		"an image as it is": {"images: [{name: registry.cn-beijing.aliyuncs.com/aliacs-app-catalog/go-http-sample}]\n",
			"", ""},
		"labels": {"labels: [{pairs: {team: a}}]\nnamespace: ''\n", "", ""},
		"pods not listed": {"", "mock-v1.yaml",
			"mock-v1.yaml:2: Service default/mocka must be listed under resources of a kustomization: it is not deployed"},
		"lanes not listed": {"", "swimlanes.yaml",
			"swimlanes.yaml:1: ASMSwimLane v1 must be listed under resources of a kustomization: it is not deployed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plain := sampleTree(t, false)
			kustomized := plain.kustomized(test.more)
			if test.but != "" {
				kustomized = plain.kustomized(test.more, test.but)
			}
			_, err := command(kustomized.open(t), "Prepare")
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, gitops.ErrKustomize)
			require.ErrorContains(t, err, test.want)
			plain.do(t, "Prepare", "Start")
			maps.Copy(kustomized, plain)
			for _, word := range []string{"Promote", "Start"} {
				_, err = command(kustomized.open(t), word)
				require.ErrorContains(t, err, test.want, word)
			}
			kustomized.do(t, "RollBack", "CleanUp")
		})
	}
}

// A list that cannot be edited makes the commands fail that need it, at its line.
func TestKustomizeListMustBeEditable(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false).kustomized("")
	d.replace(t, "kustomization.yaml", "resources: #", "resources: &all #")
	_, err := command(d.open(t), "Prepare")
	require.ErrorIs(t, err, manifest.ErrAnchor)
	require.ErrorContains(t, err, "kustomization.yaml:2: ")
}

// A copy that is not listed does not count: the deployed object does.
func TestKustomizeUnlistedCopyDoesNotCount(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false).kustomized("")
	d["a-copy.yaml"] = strings.ReplaceAll(d["mock-route.yaml"], "weight: 50", "weight: 7")
	_, err := command(d.open(t), "Prepare")
	require.NotErrorIs(t, err, release.ErrTwice)
	d.do(t, "Prepare", "Start", "RollBack")
	require.Contains(t, d["a-copy.yaml"], "weight: 7")
}

// Init lists its plan if kustomize builds the directory. Files that go are taken out of the
// list.
func TestInitListsThePlan(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	delete(d, "release.yaml")
	d = d.kustomized("")
	o, err := gitops.Init(d.set(t), "v3")
	require.NoError(t, err)
	d.write(o, len(o.Files))
	require.Contains(t, d["kustomization.yaml"], "\n  - release.yaml\n")
	require.Len(t, o.Files, 2)

	delete(d, "release.yaml")
	d["kustomization.yaml"] = "crds: &all [a.yaml]\nresources: *all\n"
	o, err = gitops.Init(d.set(t), "v3")
	require.NoError(t, err)
	require.Len(t, o.Files, 1)
	require.Contains(t, strings.Join(o.Notes, "\n"), "the plan is not deployed: ")

	delete(d, "kustomization.yaml")
	d = d.inDir("app").kustomized("")
	d["app/kustomization.yaml"] = d["kustomization.yaml"]
	delete(d, "kustomization.yaml")
	o, err = gitops.Init(d.set(t), "v3")
	require.NoError(t, err)
	require.Len(t, o.Files, 1, "nothing builds the directory itself")
}

// A kustomization that cannot be read stops what goes up, but no roll back.
func TestKustomizeUnreadable(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"resources: 7\n", "resources: [\n"} {
		d := sampleTree(t, false).kustomized("")
		d.do(t, "Prepare", "Start")
		d["kustomization.yaml"] = text
		open := func() gitops.Tree {
			var files []manifest.File
			for name, text := range d {
				files = append(files, manifest.File{Name: name, Data: []byte(text)})
			}
			set, unread := manifest.Decode(files...)
			tree, err := gitops.Open(set, "", unread)
			require.NoError(t, err)
			return tree
		}
		_, err := command(open(), "Promote")
		require.ErrorIs(t, err, gitops.ErrKustomize)
		require.ErrorContains(t, err, "kustomization.yaml: must be readable")
		o, err := command(open(), "RollBack")
		require.NoError(t, err)
		require.Len(t, o.Files, 1)
	}
}

// An entry that names an object which goes would break the build. A clean-up says so before it
// begins, and prepare says so already.
func TestKustomizeNamesWhatGoes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"replicas: [{name: mockb-v2, count: 2}]\n": "kustomization.yaml:10: replicas names Deployment default/mockb-v2, which goes",
		"patches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: mockb-v2}, spec: {replicas: 2}}'}]\n":  "kustomization.yaml:10: patch names Deployment default/mockb-v2, which goes",
		"patches: [{target: {kind: Deployment, name: mockb-v2}, patch: '[{op: add, path: /spec/replicas, value: 2}]'}]\n":   "",
		"patches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: mockb-v20}, spec: {replicas: 2}}'}]\n": "",
	} {
		d := sampleTree(t, false).kustomized(text)
		o, err := command(d.open(t), "Prepare")
		require.NoError(t, err)
		notes := strings.Join(o.Notes, "\n")
		d.do(t, finished()[:6]...)
		_, err = command(d.open(t), "CleanUp")
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, gitops.ErrKustomize)
		require.ErrorContains(t, err, want)
		require.Contains(t, notes, want)
	}
}

// A base outside the directory is not edited. What is missing may be there.
func TestKustomizeBaseOutside(t *testing.T) {
	t.Parallel()
	d := directory{"release.yaml": sampleTree(t, false)["release.yaml"],
		"kustomization.yaml": "resources:\n- release.yaml\n- ../../base\n"}
	for _, word := range []string{"Prepare", "Start"} {
		_, err := command(d.open(t), word)
		require.ErrorIs(t, err, gitops.ErrKustomize)
		require.ErrorContains(t, err,
			"kustomization.yaml:3: builds from ../../base, which is outside of the directory and cannot be edited")
	}
}
