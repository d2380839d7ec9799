package swimlane_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/swimlane-go/swimlane"

// floors lists the packages from the lowest; a package imports only lower ones.
var floors = [...][]string{
	{"rollout"},
	{"lanes"},
	{"routing"},
	{"routing/istiolanes"},
	{"manifest"},
	{"validate", "preview"},
	{"release"},
	{"examples"},
}

// testOnly are helpers of tests, which may import any floor.
var testOnly = [...]string{"internal/gen", "internal/golden", "internal/fieldtest"}

func goList(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	require.NoError(t, err)
	return strings.Fields(strings.ReplaceAll(string(out), "\n\n", "\n"))
}

// floor returns the floor of a package of the module; -1 for internal ones,
// which are below all.
func floor(t *testing.T, path string) int {
	t.Helper()
	name := strings.TrimPrefix(path, module+"/")
	if strings.HasPrefix(name, "internal/") {
		return -1
	}
	top, _, _ := strings.Cut(name, "/")
	i := slices.IndexFunc(floors[:], func(names []string) bool { return slices.Contains(names, name) })
	if i < 0 {
		i = slices.IndexFunc(floors[:], func(names []string) bool { return slices.Contains(names, top) })
	}
	require.GreaterOrEqual(t, i, 0, "%s has no floor", path)
	return i
}

func TestImportsGoDown(t *testing.T) {
	for _, path := range goList(t, "./...") {
		name := strings.TrimPrefix(path, module+"/")
		if path == module || slices.Contains(testOnly[:], name) {
			continue
		}
		for _, imported := range goList(t, "-f", `{{join .Imports "\n"}}`, path) {
			if !strings.HasPrefix(imported, module+"/") {
				continue
			}
			require.NotContains(t, testOnly, strings.TrimPrefix(imported, module+"/"), "%s", path)
			if imported == module+"/examples/mock" && strings.HasPrefix(name, "examples/") {
				continue // the declaration that the examples share
			}
			if strings.HasPrefix(name, "internal/") {
				require.True(t, strings.HasPrefix(imported, module+"/internal/"), "%s imports %s", path, imported)
				continue
			}
			require.Less(t, floor(t, imported), floor(t, path), "%s imports %s", path, imported)
		}
	}
}

// The state machine can be embedded where nothing else of Kubernetes is.
func TestRolloutIsLight(t *testing.T) {
	deps := goList(t, "-deps", "./rollout")
	require.Contains(t, deps, module+"/rollout")
	for _, path := range deps {
		for _, heavy := range []string{"k8s.io/api/", "k8s.io/client-go", "istio.io/", "sigs.k8s.io/yaml", "go.yaml.in/", "gopkg.in/yaml", "google.golang.org/protobuf", "net/http", "os/exec"} {
			require.False(t, strings.HasPrefix(path, heavy), "rollout reaches %s", path)
		}
	}
}
