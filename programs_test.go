package swimlane_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/jsonschema"
	"github.com/swimlane-go/swimlane/internal/transcript"
)

// The page of the programs shows what -h prints, which the tests of each program
// hold in testdata/usage.txt.
func TestProgramsAreDocumented(t *testing.T) {
	page := readFile(t, "docs/programs.md")
	elsewhere := map[string]string{"quickstart": "The program of the README", "shop": "A program to be copied",
		"controller": "A module of its own"}
	programs, err := filepath.Glob("examples/*/main.go")
	require.NoError(t, err)
	require.Greater(t, len(programs), len(elsewhere))
	for _, path := range programs {
		dir := filepath.Dir(path)
		name := filepath.Base(dir)
		section := between(t, page+"\n## ", "## "+name, "\n## ")
		if want, found := elsewhere[name]; found {
			require.Contains(t, section, want)
			continue
		}
		require.Contains(t, section, "Exit codes:")
		require.Contains(t, section, "```\n"+readFile(t, filepath.Join(dir, "testdata", "usage.txt"))+"```\n",
			"paste what %s -h prints", name)
	}
}

// What programs print as JSON conforms to their schemas, which the page links.
func TestJSONConforms(t *testing.T) {
	page, held := readFile(t, "docs/programs.md"), map[string]int{}
	printed := append(transcript.Outputs(t, "examples/*/testdata/*.txtar"),
		transcript.Outputs(t, "examples/*/testdata/*/*.txtar")...)
	for _, o := range printed {
		program := strings.Fields(o.Command)[0]
		for _, command := range []string{"plan", "capacity"} {
			if strings.Contains(o.Command, " "+command+" ") {
				program = command
			}
		}
		file := filepath.Join("docs", program+".schema.json")
		if strings.Contains(o.Command, "-format json") && o.Text != "" {
			require.Empty(t, jsonschema.Read(t, file).Faults(o.Text), o.Command)
			held[program]++
		}
	}
	for _, program := range []string{"lint", "preview", "review", "rehearse", "gitops", "plan", "capacity"} {
		require.Positive(t, held[program], program)
		require.Contains(t, page, "("+program+".schema.json)")
	}
}

// Every key that a program prints as JSON is on the page.
func TestJSONIsDocumented(t *testing.T) {
	page := readFile(t, "docs/programs.md")
	for _, name := range []string{"lint", "preview", "rehearse"} {
		section := between(t, page, "## "+name, "\n## ")
		for _, key := range jsonKeys(t, name) {
			require.Contains(t, section, "`"+key+"`")
		}
	}
}

// jsonKeys returns the keys of all JSON in the transcripts of a program.
func jsonKeys(t *testing.T, name string) []string {
	t.Helper()
	var out []string
	for _, o := range transcript.Outputs(t, filepath.Join("examples", name, "testdata", "*.txtar")) {
		if strings.Contains(o.Command, "json") && o.Text != "" {
			var value any
			require.NoError(t, json.Unmarshal([]byte(o.Text), &value), o.Command)
			out = append(out, keys(value)...)
		}
	}
	require.NotEmpty(t, out, name)
	return out
}

// So is every key of a review; its previews are those of preview.
func TestReviewJSONIsDocumented(t *testing.T) {
	page := readFile(t, "docs/programs.md")
	section, ofPreview := between(t, page, "## review", "\n## "), between(t, page, "## preview", "\n## ")
	for _, key := range jsonKeys(t, "review") {
		if !strings.Contains(ofPreview, "`"+key+"`") {
			require.Contains(t, section, "`"+key+"`")
		}
	}
}

// The page of gitops tells all commands, flags, results and keys of the JSON, and
// what it refers to is there.
func TestGitopsIsDocumented(t *testing.T) {
	page := readFile(t, "docs/gitops.md")
	var schema struct {
		Defs map[string]struct {
			Properties map[string]struct{ Enum []string }
		} `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal([]byte(readFile(t, "docs/gitops.schema.json")), &schema))
	report := schema.Defs["Report"].Properties
	words := append(slices.Sorted(maps.Keys(report)), report["result"].Enum...)
	require.Subset(t, words, []string{"emergency", "refused"})
	for _, word := range words {
		require.Contains(t, page, "`"+word+"`")
	}
	usage := readFile(t, "examples/gitops/testdata/usage.txt")
	named := regexp.MustCompile(`(?m)^  (-?[a-z-]+) `).FindAllStringSubmatch(usage, -1)
	require.Greater(t, len(named), 20)
	for _, name := range named {
		require.Regexp(t, "`(gitops )?"+name[1]+"[` ]", page)
	}
	for _, link := range regexp.MustCompile(`\]\(([^)#]+)`).FindAllStringSubmatch(page, -1) {
		_, err := os.Stat(filepath.Join("docs", link[1]))
		require.NoError(t, err)
	}
}

// keys returns the keys of all objects in a JSON value.
func keys(value any) []string {
	var out []string
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			out = append(append(out, key), keys(inner)...)
		}
	case []any:
		for _, inner := range v {
			out = append(out, keys(inner)...)
		}
	}
	return out
}
