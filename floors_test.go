package swimlane_test

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/swimlane-go/swimlane"

// floors lists the packages from the lowest, each with what is below its path
// unless that is listed itself; a package imports only lower ones.
var floors = [...][]string{
	{"internal"},
	{"rollout/sequential"},
	{"rollout"},
	{"rollout/counters"},
	{"lanes"},
	{"routing"},
	{"routing/istiolanes"},
	{"manifest"},
	{"internal/mesh"},
	{"validate", "preview"},
	{"validate/report"},
	{"release"},
	{"release/capacity"},
	{"release/rehearsal"},
	{"release/gitops"},
	{"examples/internal"},
	{"examples"},
}

// testOnly are helpers of tests, which may import any floor.
var testOnly = [...]string{"internal/gen", "internal/golden", "internal/fieldtest", "internal/transcript",
	"internal/jsonschema"}

func goOutput(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("go", args...).Output()
	require.NoError(t, err)
	return string(out)
}

// floorOf returns the floor of a package of the module: that of the longest path
// in floors that it lies at or below; -1 when there is none.
func floorOf(name string) int {
	floor, longest := -1, ""
	for i, paths := range floors {
		for _, path := range paths {
			if (name == path || strings.HasPrefix(name, path+"/")) && len(path) > len(longest) {
				floor, longest = i, path
			}
		}
	}
	return floor
}

func TestFloorIsThatOfTheLongestPath(t *testing.T) {
	for name, path := range map[string]string{
		"rollout":            "rollout",
		"rollout/sequential": "rollout/sequential",
		"rollout/counters":   "rollout/counters",
		"routing":            "routing",
		"routing/istiolanes": "routing/istiolanes",
		"internal/golden":    "internal",
		"internal/mesh":      "internal/mesh",
		"internal/mesh/deep": "internal/mesh",
		"internal/meshes":    "internal",
		"preview":            "validate",
		"release":            "release",
		"release/gitops":     "release/gitops",
		"release/live":       "release",
		"examples/gitops":    "examples",
	} {
		require.Equal(t, slices.IndexFunc(floors[:], func(paths []string) bool { return slices.Contains(paths, path) }),
			floorOf(name), name)
	}
	require.Equal(t, -1, floorOf("released"))
	require.Equal(t, -1, floorOf("internals"))
}

func TestImportsGoDown(t *testing.T) {
	for _, line := range strings.Split(goOutput(t, "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./..."),
		"\n") {
		path, imports, _ := strings.Cut(line, " ")
		name, inside := strings.CutPrefix(path, module+"/")
		if !inside || slices.Contains(testOnly[:], name) {
			continue
		}
		require.GreaterOrEqual(t, floorOf(name), 0, "%s has no floor", name)
		for _, imported := range strings.Fields(imports) {
			imported, inside := strings.CutPrefix(imported, module+"/")
			switch {
			case !inside:
			// the declaration that the examples share
			case imported == "examples/mock" && strings.HasPrefix(name, "examples/"):
			case slices.Contains(testOnly[:], imported):
				require.Fail(t, "imports a helper of tests", "%s imports %s", name, imported)
			case floorOf(name) > 0 || floorOf(imported) > 0: // small helpers may import each other
				require.Less(t, floorOf(imported), floorOf(name), "%s imports %s", name, imported)
			}
		}
	}
}

// The arithmetic of the gates needs nothing but the standard library.
func TestSequentialImportsTheStandardLibraryAlone(t *testing.T) {
	for _, path := range strings.Fields(goOutput(t, "list", "-f", `{{join .Imports " "}}`, "./rollout/sequential")) {
		require.NotContains(t, strings.Split(path, "/")[0], ".", path)
	}
}

// The state machine can be embedded where nothing else of Kubernetes is.
func TestRolloutIsLight(t *testing.T) {
	deps := strings.Fields(goOutput(t, "list", "-deps", "./rollout", "./rollout/counters"))
	require.Contains(t, deps, module+"/rollout/counters")
	for _, path := range deps {
		for _, heavy := range []string{"k8s.io/api/", "k8s.io/client-go", "istio.io/", "sigs.k8s.io/yaml",
			"go.yaml.in/", "gopkg.in/yaml", "google.golang.org/protobuf", "net/http", "os/exec"} {
			require.False(t, strings.HasPrefix(path, heavy), "rollout reaches %s", path)
		}
	}
}

// connects matches what of the packages net and net/http reaches the network.
var connects = regexp.MustCompile(
	`\b(net\.(Dial|Listen|Lookup|Resolver)|http\.(Client|Default|Listen|NewRequest|Serve|Transport|(Get|Head|Post)\())`)

// SECURITY.md says so.
func TestNothingRunsAndNothingConnects(t *testing.T) {
	for _, line := range strings.Split(goOutput(t, "list", "-f", `{{.Dir}}|{{join .Imports " "}}|{{join .GoFiles " "}}`,
		"./..."), "\n") {
		dir, rest, _ := strings.Cut(line, "|")
		imports, files, _ := strings.Cut(rest, "|")
		for _, imported := range strings.Fields(imports) {
			require.NotContains(t, []string{"os/exec", "net/rpc", "plugin"}, imported, dir)
		}
		for _, name := range strings.Fields(files) {
			require.Empty(t, connects.FindString(readFile(t, filepath.Join(dir, name))), "%s of %s", name, dir)
		}
	}
}
