package swimlane_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

var anyBlock = regexp.MustCompile("(?ms)^( *)```([a-z]*)\n(.*?)^ *```$")

// Every block of a document that names its language is in that language.
func TestBlocksAreInTheirLanguage(t *testing.T) {
	seen := map[string]int{}
	for _, path := range markdownFiles(t) {
		for _, block := range anyBlock.FindAllStringSubmatch(readFile(t, path), -1) {
			seen[block[2]]++
			require.NoError(t, checkBlock(block[2], block[3]), "%s:\n%s", path, block[3])
		}
	}
	for _, language := range []string{"yaml", "json", "sh", "go"} {
		require.Greater(t, seen[language], 1)
		require.Error(t, checkBlock(language, "{ \"a\": (\n"), language)
	}
}

// A block with a prompt is run: by TestPagesAreRun, or by the test that is named here.
func TestPromptsAreRun(t *testing.T) {
	elsewhere := map[string]string{
		"docs/kustomize.md": "examples/lint/testdata/kustomize.txtar",
		"docs/planning.md":  "readme_test.go",
		"docs/rendered.md":  "oracle/kustomize/documented_test.go",
	}
	for _, path := range markdownFiles(t) {
		for _, block := range anyBlock.FindAllStringSubmatch(readFile(t, path), -1) {
			if strings.HasPrefix(block[3], "$ ") && block[2] != "console" {
				require.Contains(t, elsewhere, path, "make it a block of console:\n%s", block[3])
				require.FileExists(t, elsewhere[path])
			}
		}
	}
}

func checkBlock(language, text string) error {
	switch language {
	case "yaml":
		for d := yaml.NewDecoder(strings.NewReader(text)); ; {
			var value any
			if err := d.Decode(&value); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
		}
	case "json":
		for d := json.NewDecoder(strings.NewReader(text)); d.More(); {
			var value any
			if err := d.Decode(&value); err != nil {
				return err
			}
		}
		return nil
	case "sh":
		shell := exec.Command("bash", "-n")
		shell.Stdin = strings.NewReader(text)
		var out bytes.Buffer
		shell.Stderr = &out
		if err := shell.Run(); err != nil {
			return fmt.Errorf("%w: %s", err, out.String())
		}
		return nil
	case "go":
		_, err := parser.ParseFile(token.NewFileSet(), "", text, 0)
		if err != nil {
			_, err = parser.ParseFile(token.NewFileSet(), "", "package p\nfunc f() {\n"+text+"\n}", 0)
		}
		return err
	case "", "console", "mermaid", "diff", "text":
		return nil
	}
	return fmt.Errorf("no test knows the language %q", language)
}
