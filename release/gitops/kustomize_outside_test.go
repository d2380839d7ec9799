package gitops_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/release/gitops"
)

// fromProd returns a directory as one sees it from its directory prod.
func (d directory) fromProd() directory {
	out := directory{}
	for name, text := range d {
		if own, is := strings.CutPrefix(name, "prod/"); is {
			out[own] = text
		} else {
			out["../"+name] = text
		}
	}
	return out
}

// A base outside the directory is read and never written. The candidate's files are in the
// overlay, which lists them.
func TestBaseOutsideIsReadAndNeverWritten(t *testing.T) {
	t.Parallel()
	start := patchedRoute(t).fromProd()
	d := patchedRoute(t).fromProd()
	o, err := command(d.open(t), "Prepare")
	require.NoError(t, err)
	require.Contains(t, o.Notes, "reads ../base, and does not write there")
	notes := strings.Join(o.Notes, "\n")
	require.Contains(t, notes, "after finish this will be refused: ")
	require.Contains(t, notes, "../base/mock-v1.yaml: must not be written: ")
	d.write(o, len(o.Files))
	require.Contains(t, d["kustomization.yaml"], "resources: [../base, mock-v3.yaml, swimlanes-v3.yaml]")
	d.do(t, "Start", "Promote", "RollBack", "CleanUp", "CleanUp")
	require.Equal(t, start, d)

	d.do(t, finished()[:6]...)
	_, err = command(d.open(t), "CleanUp")
	require.ErrorIs(t, err, gitops.ErrKustomize)
	require.Equal(t, start["../base/mock-v1.yaml"], d["../base/mock-v1.yaml"])
}

// Prepare is refused for a file outside that would have to be written, and names it.
func TestWhatIsToBeWrittenOutsideIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(d directory)
		want   string // empty: it is not refused
	}{
		"the weights": {func(d directory) {
			d["prod/kustomization.yaml"], d["base/mock-route.yaml"] = "resources: [../base]\n",
				sampleTree(t, false)["mock-route.yaml"]
		}, "../base/mock-route.yaml: must not be written: "},
		"labels of the base": {func(d directory) { d["base/kustomization.yaml"] += "labels: [{pairs: {a: b}}]\n" },
			"../base/kustomization.yaml:9: labels must not be set outside of the directory"},
		"of a component of it": {func(d directory) {
			d["base/kustomization.yaml"] += "components: [../c]\n"
			d["c/kustomization.yaml"] = "kind: Component\ncommonAnnotations: {a: b}\n"
		}, "../c/kustomization.yaml:2: commonAnnotations must not be set"},
		"its generators": {func(d directory) {
			d["base/kustomization.yaml"] += "configMapGenerator: [{name: c, literals: [a=b]}]\n"
		}, ""},
		"labels of the overlay": {func(d directory) { d["prod/kustomization.yaml"] += "labels: [{pairs: {a: b}}]\n" },
			""},
		"two overlays": {func(d directory) {
			d["prod/a/kustomization.yaml"] = "resources: [../../base]\ncomponents: [../c]\n"
			delete(d, "prod/kustomization.yaml")
			d["prod/b/kustomization.yaml"] = d["prod/a/kustomization.yaml"]
			d["prod/c/kustomization.yaml"] = "kind: Component\npatches: [{path: ../weights.yaml}]\n"
		}, "must be in one kustomization of the directory, for the candidate's files: there are 2"},
		"one around": {func(d directory) { d["prod/all/kustomization.yaml"] = "resources: [..]\n" }, ""},
		"a name taken": {func(d directory) {
			d["prod/mock-v3.yaml"] = "a: b\n"
			d["prod/kustomization.yaml"] += "- path: mock-v3.yaml\n  target: {kind: Service}\n"
		}, "mock-v3.yaml: must not be there"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := patchedRoute(t)
			test.change(d)
			_, err := command(d.fromProd().open(t), "Prepare")
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, gitops.ErrKustomize)
			require.ErrorContains(t, err, test.want)
		})
	}
}

// On disk a base is read when it is in the repository.
func TestBaseOutsideOnDisk(t *testing.T) {
	t.Parallel()
	repository := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(repository, ".git"), 0o755))
	for name, text := range patchedRoute(t) {
		require.NoError(t, os.MkdirAll(filepath.Join(repository, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(repository, name), []byte(text), 0o644))
	}
	in := gitops.Directory{Path: filepath.Join(repository, "prod")}
	_, err := in.Update(func(tree gitops.Tree) (gitops.Commit, error) { return tree.Prepare(t0) })
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(repository, "prod/mock-v3.yaml"))
	require.NoError(t, err)
	require.Contains(t, string(text), "name: mocka-v3")

	require.NoError(t, os.Remove(filepath.Join(repository, ".git")))
	_, err = in.Read()
	require.Error(t, err, "nothing is known of a repository")
}
