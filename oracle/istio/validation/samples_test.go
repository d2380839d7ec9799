package validation_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// faultySamples are the true errors in Istio's samples, by file.
var faultySamples = map[string]validate.Code{
	"mtls-echo/mtls-echo.yaml":      validate.Volumes,     // it mounts a volume that it does not have
	"security/psp/sidecar-psp.yaml": validate.UnknownKind, // PodSecurityPolicy was never in policy/v1
}

// Istio's own samples are good, each file alone. Only the listed ones have an error.
func TestSamplesOfIstioAreGood(t *testing.T) {
	root, judged := filepath.Join(istio(t), "samples"), 0
	for path := range samples(t, root) {
		data, err := os.ReadFile(filepath.Join(root, path))
		require.NoError(t, err)
		set, err := manifest.Decode(manifest.File{Name: path, Data: data})
		if err != nil || slices.ContainsFunc(set.Faults(),
			func(f manifest.Fault) bool { return f.Kind == manifest.NotAnObject || f.Kind == manifest.Unreadable }) {
			continue // values and templates of charts, and configuration of istioctl
		}
		judged++
		for _, f := range (validate.Checker{Partial: true}).Check(set) {
			if f.Severity == validate.Error {
				require.Equal(t, faultySamples[path], f.Code, "%s", f)
			}
		}
	}
	require.Greater(t, judged, 100)
}

// samples returns the YAML files below a directory, relative to it.
func samples(t *testing.T, root string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && filepath.Ext(path) == ".yaml" {
			relative, err := filepath.Rel(root, path)
			out[filepath.ToSlash(relative)] = true
			return err
		}
		return err
	}))
	return out
}
