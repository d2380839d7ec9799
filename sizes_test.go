package swimlane_test

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// longest is the most lines of a file that people write.
const longest = 300

// A file can be read at one sitting, in every module.
func TestFilesAreShort(t *testing.T) {
	out, err := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard", "*.go").Output()
	require.NoError(t, err)
	files := strings.Fields(string(out))
	require.Contains(t, files, "examples/controller/main.go")
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && !bytes.Contains(text, []byte("\n// Code generated ")) {
			lines := bytes.Count(text, []byte("\n"))
			if lines > longest {
				t.Errorf("%s: must have at most %d lines, not %d: split it by what it holds", file, longest, lines)
			}
		}
	}
}
