package kustomize

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// docs/rendered.md shows the output of programs for the builds of testdata/rendered: first
// unchanged, then with a patch that sends requests to a missing lane.
func TestDocumentedBuilds(t *testing.T) {
	page, err := os.ReadFile("../../docs/rendered.md")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/rendered")))
	bin := map[string]string{"lint": program(t, "lint"), "preview": program(t, "preview")}
	shown := 0
	for _, block := range regexp.MustCompile(
		"(?s)```\\n\\$ kustomize build (\\S+) \\| (\\S+)([^\\n]*)\\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		out, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(),
			filepath.Join(dir, block[1]))
		require.NoError(t, err)
		text, err := out.AsYaml()
		require.NoError(t, err)
		cmd := exec.Command(bin[block[2]], strings.Fields(block[3])...)
		cmd.Stdin = strings.NewReader(string(text))
		printed, _ := cmd.CombinedOutput() // the program may exit with 1 for findings
		require.Equal(t, block[4], string(printed), "kustomize build %s | %s%s", block[1], block[2], block[3])
		shown++
		patch := filepath.Join(dir, "overlays", "prod", "weights.yaml")
		data, err := os.ReadFile(patch)
		require.NoError(t, err)
		if shown == 1 { // a candidate without pods gets requests
			changed := strings.NewReplacer("weight: 60", "weight: 54", "weight: 40",
				"weight: 36").Replace(string(data)) + "    - {destination: {host: cart, subset: v3}, weight: 10}\n"
			require.NoError(t, os.WriteFile(patch, []byte(changed), 0o600))
		}
	}
	require.Equal(t, 3, shown)
}
