package manifest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// mockSet returns the objects of the prepared release of the mock app.
func mockSet(t testing.TB) manifest.Set {
	t.Helper()
	state, err := mock.Plan().Prepare(time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	set, err := release.Render(mock.App(), mock.Plan(), state, release.Options{})
	require.NoError(t, err)
	return set
}

// decode reads documents that have no fault.
func decode(t testing.TB, text string) []manifest.Object {
	t.Helper()
	set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: []byte(text)})
	require.NoError(t, err)
	require.Empty(t, set.Faults())
	return set.All()
}

// requireSame compares objects by their JSON: Istio's are protobuf messages,
// whose Go values differ although they mean the same.
func requireSame(t testing.TB, want, got manifest.Object) {
	t.Helper()
	require.Equal(t, want.Ref, got.Ref)
	require.IsType(t, want.Value, got.Value)
	a, err := json.Marshal(want.Value)
	require.NoError(t, err)
	b, err := json.Marshal(got.Value)
	require.NoError(t, err)
	require.JSONEq(t, string(a), string(b))
}

// tree writes files into a new directory.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return dir
}
