package swimlane_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	mermaidBlock = regexp.MustCompile("(?ms)^```mermaid\n(.*?)^```$")
	diagram      = regexp.MustCompile(
		`^(flowchart|graph) (TB|TD|BT|LR|RL)$|^(stateDiagram-v2|sequenceDiagram|pie|timeline|xychart-beta|gantt)\b`)
	flag   = regexp.MustCompile(`\b>`) // as in note0>"text"]
	quoted = regexp.MustCompile(`"[^"\n]*"`)
)

// Every picture, of documents and of what programs print, begins with a kind of diagram;
// its quotes and brackets are closed. Mermaid 11 in a browser refused a picture with an empty label,
// and showed fa:fa-name as an icon.
func TestPicturesAreDiagrams(t *testing.T) {
	pictures := 0
	printed, err := filepath.Glob("examples/*/testdata/*.txtar")
	require.NoError(t, err)
	for _, pattern := range []string{"*/testdata/*.mmd", "*/testdata/*/*.mmd"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, path := range files {
			pictures++
			require.NoError(t, checkPicture(readFile(t, path)), path)
		}
	}
	for _, path := range append(printed, markdownFiles(t)...) {
		for _, block := range mermaidBlock.FindAllStringSubmatch(readFile(t, path), -1) {
			pictures++
			require.NoError(t, checkPicture(block[1]), path)
		}
	}
	require.Greater(t, pictures, 25)
	for _, wrong := range []string{"", "flow LR\n", "flowchart LR\n  a[b\n", "flowchart LR\n  a(b]\n",
		"flowchart LR\n  a[\"b]\n", "flowchart LR\n  a[\"\"]\n", "flowchart LR\n  a[\"fa:fa-ban\"]\n"} {
		require.Error(t, checkPicture(wrong), wrong)
	}
}

func checkPicture(text string) error {
	if setting, after, _ := strings.Cut(text, "\n"); strings.HasPrefix(setting, "%%{init: ") {
		text = after
	}
	first, rest, _ := strings.Cut(text, "\n")
	if !diagram.MatchString(first) {
		return fmt.Errorf("must begin with a kind of diagram, not %q", first)
	}
	for line := range strings.Lines(rest) {
		if strings.Contains(line, `""`) || strings.Contains(line, ":fa-") {
			return fmt.Errorf("must show its labels: %q", line)
		}
		bare := quoted.ReplaceAllString(flag.ReplaceAllString(line, "["), "")
		var open []rune
		for _, r := range bare {
			switch i := strings.IndexRune(")]}", r); {
			case r == '"':
				return fmt.Errorf("must close its quotes: %q", line)
			case strings.ContainsRune("([{", r):
				open = append(open, r)
			case i >= 0:
				if len(open) == 0 || open[len(open)-1] != rune("([{"[i]) {
					return fmt.Errorf("must close its brackets: %q", line)
				}
				open = open[:len(open)-1]
			}
		}
		if len(open) > 0 {
			return fmt.Errorf("must close its brackets: %q", line)
		}
	}
	return nil
}
