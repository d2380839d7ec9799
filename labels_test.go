package swimlane_test

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The page of labels and annotations has a row for every key that the code names, and no
// row for another.
func TestLabelsAreDocumented(t *testing.T) {
	page := readFile(t, "docs/labels.md")
	keys := 0
	for path, value := range map[string]string{
		"internal/releasekeys/keys.go":       `= "([^"]+)"`,
		"lanes/keys.go":                      `Label\w+ = "([^"]+)"`,
		"examples/controller/status/keys.go": `prefix \+ "([^"]+)"`,
	} {
		found := regexp.MustCompile(value).FindAllStringSubmatch(readFile(t, path), -1)
		require.GreaterOrEqual(t, len(found), 4, path)
		for _, key := range found {
			require.Contains(t, page, "\n| `"+key[1]+"` |", path)
			keys++
		}
	}
	require.Contains(t, page, "`controller.swimlane-go.github.io/`")
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(page, -1)
	sources := goSources(t)
	for _, row := range rows {
		require.Contains(t, sources, `"`+row[1]+`"`)
	}
	require.Greater(t, len(rows), keys)
}

// goSources returns the text of all sources of the root module and of the controller.
// Literals that are added up stand in it as one.
func goSources(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "oracle" || d.Name() == "testdata" || strings.HasPrefix(path, ".git")):
			return fs.SkipDir
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			b.WriteString(readFile(t, path))
		}
		return nil
	}))
	return regexp.MustCompile(`"\s*\+\s+"`).ReplaceAllString(b.String(), "")
}
