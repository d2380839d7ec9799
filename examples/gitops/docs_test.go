package main

import (
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The page says which commands take a flag.
func TestFlagsAreDocumented(t *testing.T) {
	data, err := os.ReadFile("../../docs/gitops.md")
	require.NoError(t, err)
	_, flags := newFlags()
	flags.VisitAll(func(f *flag.Flag) {
		var with, without []string
		for _, c := range commands() {
			if name := "`" + c.name + "`"; slices.Contains(c.flags, f.Name) || slices.Contains(all, f.Name) {
				with = append(with, name)
			} else {
				without = append(without, name)
			}
		}
		taken := strings.Join(with, ", ")
		switch {
		case len(without) == 0:
			taken = "all"
		case len(without) < len(with):
			taken = "all but " + strings.Join(without, ", ")
		}
		require.Regexp(t, "(?m)^\\| `-"+f.Name+"( [A-Z]+)?` \\| "+taken+" \\| ", string(data))
	})
}

// The page has a row for every key and every listed value of the JSON.
func TestJSONKeysAreDocumented(t *testing.T) {
	data, err := os.ReadFile("../../docs/gitops.md")
	require.NoError(t, err)
	_, section, _ := strings.Cut(string(data), "## JSON\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for name, object := range reportSchema(t).Defs {
		for key, property := range object.Properties {
			require.Contains(t, section, "`"+key+"`", name)
			for _, value := range property.Enum {
				if key != "phase" && value != "" {
					require.Contains(t, section, "`"+value+"`", key)
				}
			}
		}
	}
}

// Each symptom on the page is printed in a story.
func TestSymptomsArePrinted(t *testing.T) {
	data, err := os.ReadFile("../../docs/gitops.md")
	require.NoError(t, err)
	_, section, _ := strings.Cut(string(data), "\n## The bad night\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var printed strings.Builder
	for _, text := range files(t, "testdata") {
		printed.WriteString(text)
	}
	symptoms := 0
	for _, row := range regexp.MustCompile(`(?m)^\| ([^|]+) \|`).FindAllStringSubmatch(section, -1) {
		for _, symptom := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
			for _, part := range strings.Split(symptom[1], "IMAGE") {
				require.Contains(t, printed.String(), part)
			}
			symptoms++
		}
	}
	require.GreaterOrEqual(t, symptoms, 15)
}
