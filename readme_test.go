package swimlane_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/transcript"
	"github.com/swimlane-go/swimlane/rollout"
)

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

// between returns what stands between two lines of the README.
func between(t *testing.T, text, begin, end string) string {
	t.Helper()
	_, text, found := strings.Cut(text, begin+"\n")
	require.True(t, found, begin)
	text, _, found = strings.Cut(text, end)
	require.True(t, found, end)
	return text
}

func TestReadmeShowsTheProgram(t *testing.T) {
	shown := between(t, readFile(t, "README.md"), "<!-- code: examples/quickstart/main.go -->", "<!-- end of code -->")
	_, program, found := strings.Cut(readFile(t, "examples/quickstart/main.go"), "package main\n")
	require.True(t, found)
	require.Equal(t, "```go\npackage main\n"+program+"```\n", shown)
}

func TestReadmeShowsTheStages(t *testing.T) {
	shown := between(t, readFile(t, "README.md"), "<!-- stages: go run ./examples/canary -plan -->",
		"<!-- end of stages -->")
	require.Equal(t, mock.Plan().Markdown(rollout.State{}), shown)
}

// The map of packages lists every package, and nothing that is gone; so does the
// list of programs.
func TestReadmeListsPackagesAndPrograms(t *testing.T) {
	readme := readFile(t, "README.md")
	packages := 0
	for _, path := range strings.Fields(goOutput(t, "list", "./...")) {
		name, inside := strings.CutPrefix(path, module+"/")
		if inside && !strings.HasPrefix(name, "internal/") && !strings.HasPrefix(name, "examples/") {
			packages++
			require.Contains(t, readme, "| [`"+name+"`]("+name+") |")
		}
	}
	require.Equal(t, packages, strings.Count(readme, "\n| [`"))

	programs, err := filepath.Glob("examples/*/main.go")
	require.NoError(t, err)
	require.NotEmpty(t, programs)
	for _, path := range programs {
		require.Contains(t, readme, filepath.ToSlash(filepath.Dir(path)))
	}
}

// The page on planning shows what rehearse prints.
func TestPlanningShowsRehearsals(t *testing.T) {
	page := readFile(t, "docs/planning.md")
	require.Contains(t, page, "```\n"+readFile(t, "rollout/testdata/detections.txt")+"```\n")
	rehearsals := map[string]string{}
	for _, o := range transcript.Outputs(t, "examples/rehearse/testdata/*.txtar") {
		rehearsals[o.Command] = o.Text
	}
	const faults = "rehearse -rate 60 -errors 0.002 -faults faults.yaml "
	require.Contains(t, rehearsals, faults+"tree")
	require.Contains(t, page, "```\n"+rehearsals[faults+"-runs 20 tree"]+"```\n")
	for line := range strings.Lines(rehearsals[faults+"tree"]) {
		if strings.HasPrefix(line, "fault: ") || strings.HasPrefix(line, "Given these gates") {
			require.Contains(t, page, line)
		}
	}
}

// The README names a test for every promise, and the test is there.
func TestReadmeNamesTests(t *testing.T) {
	section := between(t, readFile(t, "README.md"), "## What is promised", "\n## ")
	rows := regexp.MustCompile(`(?m)^\| .*\. \| (.*) \|$`).FindAllStringSubmatch(section, -1)
	require.GreaterOrEqual(t, len(rows), 14)
	for _, row := range rows {
		dir := "."
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
			if !strings.HasPrefix(name[1], "Test") {
				dir = name[1]
				continue
			}
			require.True(t, hasTest(t, dir, name[1]), "%s in %s", name[1], dir)
		}
	}
	require.False(t, hasTest(t, "rollout", "TestOfNothing"))
}

func hasTest(t *testing.T, dir, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	require.NoError(t, err)
	return slices.ContainsFunc(files, func(path string) bool {
		return strings.Contains(readFile(t, path), "\nfunc "+name+"(t *testing.T)")
	})
}
