package gitops_test

import (
	"maps"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// plainLayouts are directories on Istio without ASM: lanes are subsets.
func plainLayouts(t testing.TB, permissive directory) map[string]directory {
	t.Helper()
	mesh := func(name string) string {
		text, err := os.ReadFile("testdata/plain/" + name + ".yaml")
		require.NoError(t, err)
		return string(text)
	}
	out := map[string]directory{}

	// These are the outputs of examples/istio for the sample tree, and for the permissive one.
	strict := sampleTree(t, false)
	delete(strict, "swimlanegroup.yaml")
	delete(strict, "swimlanes.yaml")
	strict["mesh.yaml"] = mesh("strict")
	out["plain"] = strict

	header := maps.Clone(permissive)
	delete(header, "swimlanegroup.yaml")
	delete(header, "swimlanes.yaml")
	header["mesh.yaml"] = mesh("permissive")
	out["permissive plain"] = header

	// One Service with shared calls, in another style.
	out["plain entry alone"] = directory{"reviews.yaml": mesh("entry"), "release.yaml": mesh("entry-release")}

	// The rules of one file, with the route that carries the state.
	together := maps.Clone(strict)
	together["mesh.yaml"] += "---\n" + together["mock-route.yaml"]
	delete(together, "mock-route.yaml")
	out["plain in one file"] = together
	return out
}
