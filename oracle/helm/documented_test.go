package helm

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// docs/rendered.md shows the output of programs for the sample's chart.
func TestDocumentedCharts(t *testing.T) {
	page, err := os.ReadFile("../../docs/rendered.md")
	require.NoError(t, err)
	bin := programs(t, "lint", "preview")
	rendered := render(t, sample)
	blocks := regexp.MustCompile(
		"(?s)```\\n\\$ helm template shop \\. \\| (\\S+)([^\\n]*)\\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	require.Len(t, blocks, 2)
	for _, block := range blocks {
		cmd := exec.Command(filepath.Join(bin, block[1]), strings.Fields(block[2])...)
		cmd.Stdin = strings.NewReader(rendered)
		printed, _ := cmd.CombinedOutput() // the program may exit with 1 for findings
		require.Equal(t, block[3], string(printed), "helm template shop . | %s%s", block[1], block[2])
	}
}
