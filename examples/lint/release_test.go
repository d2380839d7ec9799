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

// at is when the commands of the tests run.
var at = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// A pull request with a weight that was edited by hand, a broken plan or a copied
// state is stopped, at the line.
func TestReleasesAreChecked(t *testing.T) {
	for name, test := range map[string]struct {
		file, old, replacement string
		want                   []string
	}{
		"as it was left": {"mock-route.yaml", "", "", nil},
		"weight": {"mock-route.yaml", "weight: 60 ", "weight: 61 ", []string{
			"mock-route.yaml:33: error SL606 VirtualService istio-system/mock spec.http[0].route: must be the weights of stage 1 of 4, initial-canary, v1=60 v2=30 v3=10, not v1=61 v2=30 v3=10",
		}},
		"plan": {"release.yaml", "{lane: v2, percent: 30}, {lane: v3, percent: 10}", "{lane: v2, percent: 30}, {lane: v3, percent: ten}", []string{
			`must be a whole number, not the string "ten"`,
		}},
		"edited plan": {"release.yaml", "name: full-promotion", "name: complete", []string{"error SL604 VirtualService istio-system/mock metadata.annotations[swimlane-go.github.io/state]: "}},
		"image":       {"mock-v3.yaml", "http-sample:1.1", "http-sample:1.0", []string{"mock-v3.yaml:1: warning SL608 Deployment default/mocka-v3: container default must run the image of the plan"}},
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
			require.NoError(t, os.WriteFile(test.file, []byte(strings.Replace(string(data), test.old, test.replacement, 1)), 0o644))
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
