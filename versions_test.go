package swimlane_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// VERSIONING.md states the versions of the modules that are built and tried.
func TestVersionsAreStated(t *testing.T) {
	page := strings.Join(strings.Fields(readFile(t, "VERSIONING.md")), " ")
	for _, stated := range []struct{ file, require, says string }{
		{"go.mod", `go (1\.\d+)`, "| Go | % and later |"},
		{"go.mod", `k8s\.io/api v0(\.\d+)`, "| Kubernetes | built and tried with 1%."},
		{"oracle/kube/go.mod", `k8s\.io/kubernetes v1(\.\d+)`, "| Kubernetes | built and tried with 1%."},
		{"go.mod", `istio\.io/api v(1\.\d+)`, "| Istio | built and tried with %."},
		{"oracle/istio/go.mod", `istio\.io/api v(1\.\d+)`, "| Istio | built and tried with %."},
		{"oracle/helm/go.mod", `helm\.sh/helm/v3 v(3\.\d+)`, "tried with Helm %,"},
		{"oracle/kustomize/go.mod", `kustomize/api v(0\.\d+)`, "Kustomize's API % |"},
	} {
		found := regexp.MustCompile(`(?m)^(?:require )?\s*(?:\S+/)?` + stated.require).
			FindStringSubmatch(readFile(t, stated.file))
		require.NotNil(t, found, stated.require)
		require.Contains(t, page, strings.Replace(stated.says, "%", found[1], 1), stated.file)
	}
}

// VERSIONING.md and SECURITY.md name tests that exist.
func TestPromisesNameTests(t *testing.T) {
	names := regexp.MustCompile("(?:`([a-z/]+)`\\s+)?`(Test[A-Za-z]+)`")
	for page, least := range map[string]int{"VERSIONING.md": 7, "SECURITY.md": 7} {
		found := names.FindAllStringSubmatch(readFile(t, page), -1)
		require.GreaterOrEqual(t, len(found), least, page)
		dir := ""
		for _, name := range found {
			dir = filepath.Join(".", name[1])
			require.True(t, hasTest(t, dir, name[2]), "%s: %s in %s", page, name[2], dir)
		}
	}
}
