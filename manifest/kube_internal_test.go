package manifest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What was read here, and what Kubernetes' own reader reads, must be the same.
func TestReadBackFindsWhatIsReadOtherwise(t *testing.T) {
	const a, b = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: ns}}]\n"
	f := Reader{}.withDefaults().file(File{Name: "in.yaml", Data: []byte(a + "---\n" + b)}, nil)
	require.NoError(t, f.readBack())
	for _, other := range []string{a, b, b + "---\n" + a, a + "...\n" + b, a + "---\n" + a, ""} {
		f.Data = []byte(other)
		require.ErrorContains(t, f.readBack(), "in.yaml: must hold [ConfigMap a ConfigMap ns/b] for Kubernetes' reader too, not ", "%q", other)
	}
	f.Data = []byte("...")
	require.ErrorContains(t, f.readBack(), "in.yaml: must be what Kubernetes' reader takes")
}
