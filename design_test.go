package swimlane_test

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The design notes name tests that are there.
func TestDesignNamesTests(t *testing.T) {
	named := regexp.MustCompile("`(Test[A-Za-z]+)`").FindAllStringSubmatch(readFile(t, "docs/design.md"), -1)
	require.Greater(t, len(named), 10)
	var tests strings.Builder
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			tests.WriteString(readFile(t, path))
		}
		return err
	}))
	for _, name := range named {
		require.True(t, strings.Contains(tests.String(), "\nfunc "+name[1]+"(t *testing.T)"), name[1])
	}
}
