package kube_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// We refuse a mutated object that the server refuses, at the same field, and accept what it
// accepts. The objects are those of package kubespec's tests.
func testMutated(t *testing.T, c cluster) {
	c.Namespace(t.Context(), t, "mutated")
	refused, taken := 0, 0
	paths, err := filepath.Glob("../../internal/kubespec/testdata/*.txt")
	require.NoError(t, err)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			good, mutations, _ := strings.Cut(string(data), "\n---\n")
			_, err = c.Apply(t.Context(), "mutated", []byte(good), metav1.DryRunAll)
			require.NoError(t, err)
			require.Empty(t, refusals(t, []byte(good)))
			for mutation := range strings.Lines(mutations) {
				before, after, _ := strings.Cut(strings.TrimSuffix(mutation, "\n"), " => ")
				require.Equal(t, 1, strings.Count(good, before), "it is clear what is replaced: %s", mutation)
				text := []byte(strings.Replace(good, before, after, 1))
				_, err := c.Apply(t.Context(), "mutated", text, metav1.DryRunAll)
				ours := refusals(t, text)
				if err == nil {
					taken++
					if len(ours) > 0 {
						t.Errorf("%s: the server takes it: %s", mutation, ours)
					}
					continue
				}
				refused++
				theirs := refusedFields(err)
				if len(theirs) == 0 && len(ours) > 0 {
					continue // the server does not say where
				}
				if !slices.ContainsFunc(theirs, func(at string) bool {
					return slices.ContainsFunc(ours,
						func(own string) bool { return sameField(at, own) || sameField(own, at) })
				}) {
					t.Errorf("%s: refused at %s, by us at %s: %s", mutation, theirs, ours, err)
				}
			}
		})
	}
	t.Logf("%d mutations refused, %d taken", refused, taken)
	require.GreaterOrEqual(t, refused, 100)
}

// refusals returns the fields that the library refuses.
func refusals(t *testing.T, text []byte) (out []string) {
	t.Helper()
	return ownRefusal(t, broken{}, text)
}

// refusedFields returns the fields in a refusal of the API server, corrected to those of the text.
// For an address it names the first item of a list, and it omits "metadata" for labels and
// annotations of pods.
func refusedFields(err error) []string {
	out := refusedAt(err)
	for _, match := range regexp.MustCompile(
		`unknown field "(\S+?)"|field not declared in schema: (\S+)`).FindAllStringSubmatch(err.Error(), -1) {
		out = append(out, match[1]+match[2])
	}
	for i, at := range out {
		out[i] = strings.NewReplacer("spec.clusterIPs[0]", "spec.clusterIP", "spec.clusterIPs", "spec.clusterIP",
			"template.labels", "template.metadata.labels", "template.annotations",
			"template.metadata.annotations").Replace(at)
	}
	return out
}
