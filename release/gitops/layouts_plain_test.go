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

	// What examples/istio makes of the sample tree, and of the permissive one.
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

	// One Service, whose calls are shared, in a style of its own.
	out["plain entry alone"] = directory{"reviews.yaml": mesh("entry"), "release.yaml": mesh("entry-release")}

	// The rules of one file, with the route that carries the state.
	together := maps.Clone(strict)
	together["mesh.yaml"] += "---\n" + together["mock-route.yaml"]
	delete(together, "mock-route.yaml")
	out["plain in one file"] = together
	return out
}
