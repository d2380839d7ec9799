package reconciler_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The packages are as short as the documentation promises.
func TestPackagesAreShort(t *testing.T) {
	for dir, most := range map[string]int{
		".": 320, "..": 150, "../source": 120, "../source/prometheus": 120, "../source/analysisrun": 120,
		"../source/hook": 120,
	} {
		files, err := filepath.Glob(dir + "/*.go")
		require.NoError(t, err)
		lines := 0
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			for line := range strings.Lines(string(text)) {
				if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
					lines++
				}
			}
		}
		require.Positive(t, lines, dir)
		require.LessOrEqual(t, lines, most, dir)
	}
}
