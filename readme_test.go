package swimlane_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
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
	shown := between(t, readFile(t, "README.md"), "<!-- stages: go run ./examples/canary -plan -->", "<!-- end of stages -->")
	require.Equal(t, mock.Plan().Markdown(), shown)
}

// The map of packages lists every package, and nothing that is gone; so does the
// list of programs.
func TestReadmeListsPackagesAndPrograms(t *testing.T) {
	readme := readFile(t, "README.md")
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	packages := 0
	for _, e := range entries {
		if files, err := filepath.Glob(filepath.Join(e.Name(), "*.go")); err == nil && len(files) > 0 {
			packages++
			require.Contains(t, readme, "| [`"+e.Name()+"`]("+e.Name()+") |")
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
