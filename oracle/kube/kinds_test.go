package kube_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/discovery"

	"github.com/swimlane-go/swimlane/internal/kubespec"
)

// The known kinds of a group are the kinds that the server serves.
func testKinds(t *testing.T, c cluster) {
	finder, err := discovery.NewDiscoveryClientForConfig(c.Config)
	require.NoError(t, err)
	for gv, known := range kubespec.Kinds() {
		list, err := finder.ServerResourcesForGroupVersion(gv.String())
		require.NoError(t, err)
		var kinds []string
		for _, r := range list.APIResources {
			if !strings.Contains(r.Name, "/") { // not a subresource
				kinds = append(kinds, r.Kind)
			}
		}
		slices.Sort(kinds)
		require.Equal(t, known, kinds, gv)
	}
}
