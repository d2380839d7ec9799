package kube_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	kube "github.com/swimlane-go/swimlane/oracle/kube/cluster"
)

// The library's CRDs accept every object that ASM's own CRDs are known to accept, with its status,
// and keep all of its fields.
func testDocumented(t *testing.T, c cluster) {
	paths, err := filepath.Glob("../../lanes/testdata/asm/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			want, err := kube.Decode(text)
			require.NoError(t, err)
			resource, err := c.Resource(want, "")
			require.NoError(t, err)
			_, err = c.Apply(t.Context(), "", text)
			require.NoError(t, err)
			got, err := resource.Patch(t.Context(), want.GetName(), types.ApplyYAMLPatchType, text, metav1.PatchOptions{
				FieldManager: "asm", FieldValidation: metav1.FieldValidationStrict,
			}, "status")
			require.NoError(t, err)
			require.Empty(t, lacks("", want.Object, got.Object))
			require.NoError(t, resource.Delete(t.Context(), want.GetName(), metav1.DeleteOptions{}))
		})
	}
}
