package kube_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// We refuse a change that the server refuses, at the same fields, and accept what it accepts. The
// files are those of package validate's tests.
func testChanged(t *testing.T, c cluster) {
	c.Namespace(t.Context(), t, "changed")
	paths, err := filepath.Glob("../../validate/testdata/change/from/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			from, bad, good := changeFile(t, "from", name), changeFile(t, "bad", name), changeFile(t, "good", name)
			got, err := c.Apply(t.Context(), "changed", from.Data)
			require.NoError(t, err)
			_, err = c.Apply(t.Context(), "changed", good.Data, metav1.DryRunAll)
			require.NoError(t, err)
			require.Empty(t, changeRefused(t, from, good))
			_, err = c.Apply(t.Context(), "changed", bad.Data, metav1.DryRunAll)
			require.Error(t, err)
			theirs := refusedFields(err)
			for _, own := range changeRefused(t, from, bad) {
				require.True(t, slices.ContainsFunc(theirs, func(at string) bool { return sameField(at, own) }),
					"%s: %s", own, err)
			}
			resource, err := c.Resource(got, "changed")
			require.NoError(t, err)
			require.NoError(t, resource.Delete(t.Context(), got.GetName(), metav1.DeleteOptions{}))
		})
	}
}

func changeFile(t *testing.T, dir, name string) manifest.File {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../validate/testdata/change", dir, name))
	require.NoError(t, err)
	return manifest.File{Name: name, Data: text}
}

// changeRefused returns the fields at which the library refuses a change.
func changeRefused(t *testing.T, from, to manifest.File) (out []string) {
	t.Helper()
	before, err := manifest.Decode(from)
	require.NoError(t, err)
	after, err := manifest.Decode(to)
	require.NoError(t, err)
	for _, f := range validate.CheckChange(before, after) {
		out = append(out, f.Field)
	}
	return out
}
