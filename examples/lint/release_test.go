package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// at is the time of all commands in the tests.
var at = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// lint stops a pull request with a weight that was edited by hand, a broken plan or a copied state,
// and names the line.
func TestReleasesAreChecked(t *testing.T) {
	for name, test := range map[string]struct {
		file, old, replacement string
		want                   []string
	}{
		"as it was left": {"mock-route.yaml", "", "", nil},
		"weight": {"mock-route.yaml", "weight: 60 ", "weight: 61 ", []string{
			"mock-route.yaml:37: error SL606 VirtualService istio-system/mock spec.http[0].route[0].weight: must be the weights of stage 1 of 4, initial-canary, v1=60 v2=30 v3=10, not v1=61 v2=30 v3=10",
		}},
		"plan": {"release.yaml", "{lane: v2, percent: 30}, {lane: v3, percent: 10}",
			"{lane: v2, percent: 30}, {lane: v3, percent: ten}", []string{
				`must be a whole number, not the string "ten"`,
			}},
		"plan with several faults": {"release.yaml",
			"v1, percent: 60}, {lane: v2, percent: 30}, {lane: v3, percent: 10}]\n      criteria: ",
			"v1, percent: 70}, {lane: v2, percent: 30}, {lane: v3, percent: 10}]\n      criterion: ", []string{
				"release.yaml:14: error SL601 ConfigMap mock data.plan.stages[0].weights: must sum to 100, not 110\n",
				"release.yaml:15: error SL601 ConfigMap mock data.plan.stages[0].criterion: must be one of ",
			}},
		"copied state": {"mock-route.yaml", "", "COPY",
			[]string{
				"copy.yaml:7: error SL603 VirtualService istio-system/copy metadata.annotations[swimlane-go.github.io/state]: must not be here"}},
		"edited plan": {"release.yaml", "name: full-promotion", "name: complete",
			[]string{
				"error SL604 VirtualService istio-system/mock metadata.annotations[swimlane-go.github.io/state]: "}},
		"image": {"mock-v3.yaml", "http-sample:1.1", "http-sample:1.0",
			[]string{
				"mock-v3.yaml:24: warning SL608 Deployment default/mocka-v3 spec.template.spec.containers[0].image: container default must run the image of the plan"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("..", "gitops", "testdata", "tree"))))
			t.Chdir(dir)
			_, err := gitops.Update(".", func(tree gitops.Tree) (gitops.Commit, error) { return tree.Prepare(at) })
			require.NoError(t, err)
			_, err = gitops.Update(".", func(tree gitops.Tree) (gitops.Commit, error) {
				return tree.Apply(rollout.Event{Kind: rollout.Start, Revision: 1, At: at})
			})
			require.NoError(t, err)
			data, err := os.ReadFile(test.file)
			require.NoError(t, err)
			require.Contains(t, string(data), test.old)
			file, text := test.file, strings.Replace(string(data), test.old, test.replacement, 1)
			if test.replacement == "COPY" { // of the route, with another name
				_, text, _ = strings.Cut(string(data), "---\n")
				file, text = "copy.yaml", strings.NewReplacer("name: mock\n", "name: copy\n", "exact: /mock",
					"exact: /copy").Replace(text)
			}
			require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
			code, stdout, _ := lintArgs(".")
			if test.want == nil {
				require.Empty(t, stdout)
			}
			require.Equal(t, strings.Contains(stdout, " error "), code == cli.Bad)
			require.Equal(t, test.want == nil || name == "image", code == cli.Done, stdout)
			for _, want := range test.want {
				require.Contains(t, stdout, want)
			}
		})
	}
}

// The trees of the examples are good: lint reports no false alarm about releases. The trees of
// gitops are overlays of its sample.
func TestReleasesOfTheExamplesAreGood(t *testing.T) {
	const gitopsTree = "../gitops/testdata/tree"
	plans, err := filepath.Glob("../gitops/testdata/*/release.yaml")
	require.NoError(t, err)
	require.Greater(t, len(plans), 3)
	trees := [][]string{{"../canary/testdata/sample"}, {"../canary/testdata"}, {"../istio/testdata"}}
	for _, plan := range plans {
		trees = append(trees, []string{gitopsTree, filepath.Dir(plan)})
	}
	for _, layers := range trees {
		dir := t.TempDir()
		for _, layer := range layers {
			files, err := filepath.Glob(layer + "/*.yaml")
			require.NoError(t, err)
			require.NotEmpty(t, files)
			for _, file := range files {
				data, err := os.ReadFile(file)
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.Base(file)), data, 0o644))
			}
		}
		_, stdout, _ := lintArgs(dir)
		require.NotContains(t, stdout, " SL6", layers)
	}
}
