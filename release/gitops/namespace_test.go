package gitops_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// A release goes through if no object names its namespace, and no file comes to name it.
func TestReleaseWithoutNamespaces(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range sampleTree(t, false) {
		text = strings.NewReplacer(".default.", ".shop.", "namespace: default", "namespace: shop").Replace(text)
		if name == "mock-route.yaml" {
			_, text, _ = strings.Cut(text, "---\n") // the Gateway is another team's
			text = strings.NewReplacer("  namespace: istio-system\n", "", "- ingressgateway",
				"- istio-system/ingressgateway").Replace(text)
		}
		if name == "release.yaml" {
			text = strings.ReplaceAll(text, "{namespace: istio-system, name: mock}", "{name: mock}")
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	d := gitops.Directory{Path: dir, Reader: manifest.Reader{Namespace: "shop"}}
	for _, word := range []string{"Prepare", "Start", "Promote", "Promote", "Promote", "Finish", "CleanUp", "CleanUp"} {
		c, err := d.Update(func(tree gitops.Tree) (gitops.Commit, error) { return command(tree, word) })
		require.NoError(t, err, word)
		require.False(t, c.Nothing(), word)
		_, found := c.After.Get(manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "shop",
			Name: "mock"})
		require.True(t, found)
	}
	tree, err := d.Read()
	require.NoError(t, err)
	require.Equal(t, []string{"shop/mocka-v3", "shop/mockb-v3", "shop/mockc-v3"}, deploymentsOf(tree.Set))
	for _, o := range tree.Set.All() {
		require.Empty(t, o.Meta().GetNamespace(), o.Ref)
	}
}

func deploymentsOf(set manifest.Set) []string {
	var out []string
	for _, o := range set.Kind("Deployment") {
		out = append(out, o.Ref.Namespace+"/"+o.Ref.Name)
	}
	return out
}
