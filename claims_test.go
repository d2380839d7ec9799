package swimlane_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	testFunction = regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz)[A-Z]\w*)\(`)
	testName     = regexp.MustCompile(`\b(?:Test|Benchmark|Fuzz)[A-Z]\w+`)
	comment      = regexp.MustCompile(`(?m)^\s*//.*$`)
)

// Every test, benchmark and fuzz target that a page or a comment names is in the code. A command may
// name the beginning of one.
func TestNamedTestsExist(t *testing.T) {
	var tests []string
	named := map[string][]string{}
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if ext := filepath.Ext(path); ext != ".md" && ext != ".go" {
			return nil
		}
		data, err := os.ReadFile(path)
		text := string(data)
		switch {
		case strings.HasSuffix(path, "_test.go"):
			for _, found := range testFunction.FindAllStringSubmatch(text, -1) {
				tests = append(tests, found[1])
			}
			return err
		case strings.HasSuffix(path, ".go"):
			text = strings.Join(comment.FindAllString(text, -1), "\n")
		}
		for _, name := range testName.FindAllString(text, -1) {
			named[name] = append(named[name], path)
		}
		return err
	}))
	require.Contains(t, named, "TestKube")
	for name, paths := range named {
		begins := func(test string) bool { return strings.HasPrefix(test, name) }
		require.True(t, slices.ContainsFunc(tests, begins), "%s in %s", name, paths)
	}
}
