package swimlane_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

var (
	fence  = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	inline = regexp.MustCompile("`[^`\n]*`")
	link   = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	title  = regexp.MustCompile(`(?m)^#{1,6} +(.*)$`)
	anchor = regexp.MustCompile(`<a id="([^"]+)">`)
)

// markdownFiles returns every document that people read: what programs print is among
// the test data.
func markdownFiles(t *testing.T) []string {
	t.Helper()
	out, err := filepath.Glob("*.md")
	require.NoError(t, err)
	for _, pattern := range []string{"docs/*.md", "examples/*/*.md", "bench/*.md", "oracle/*/*.md"} {
		more, err := filepath.Glob(pattern)
		require.NoError(t, err)
		out = append(out, more...)
	}
	return out
}

// Every relative link of a document leads to a file, and its anchor to a heading.
func TestLinksResolve(t *testing.T) {
	links := 0
	for _, path := range markdownFiles(t) {
		for _, target := range linksOf(readFile(t, path)) {
			links++
			require.NoError(t, resolve(path, target))
		}
	}
	require.Greater(t, links, 100)
	for _, wrong := range []string{"gone.md", "docs/gates.md#gone", "#gone", "Makefile#test"} {
		require.Error(t, resolve("README.md", wrong), wrong)
	}
}

// Every page of docs is linked from the index, and the index from the README.
func TestEveryPageIsLinked(t *testing.T) {
	require.Contains(t, linksOf(readFile(t, "README.md")), "docs/README.md")
	index := linksOf(readFile(t, "docs/README.md"))
	pages, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	for _, path := range pages {
		if name := filepath.Base(path); name != "README.md" {
			require.True(t, slices.ContainsFunc(index, func(target string) bool {
				return target == name || strings.HasPrefix(target, name+"#")
			}), "docs/README.md does not link %s", name)
		}
	}
}

// linksOf returns the links of a document to files and to its own headings.
func linksOf(text string) []string {
	text = inline.ReplaceAllString(fence.ReplaceAllString(text, ""), "`")
	var out []string
	for _, found := range link.FindAllStringSubmatch(text, -1) {
		if !strings.Contains(found[1], "://") && !strings.HasPrefix(found[1], "mailto:") {
			out = append(out, found[1])
		}
	}
	return out
}

func resolve(from, target string) error {
	name, heading, has := strings.Cut(target, "#")
	path := from
	if name != "" {
		path = filepath.Join(filepath.Dir(from), name)
	}
	if !has {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	if !slices.Contains(anchors(string(data)), heading) {
		return fmt.Errorf("%s: %s has no heading #%s", from, path, heading)
	}
	return nil
}

// anchors returns those of headings, as GitHub makes them, and those written out.
func anchors(text string) []string {
	text = fence.ReplaceAllString(text, "")
	var out []string
	for _, found := range anchor.FindAllStringSubmatch(text, -1) {
		out = append(out, found[1])
	}
	seen := map[string]int{}
	for _, found := range title.FindAllStringSubmatch(text, -1) {
		slug := slugOf(found[1])
		if n := seen[slug]; n > 0 {
			out = append(out, fmt.Sprintf("%s-%d", slug, n))
		} else {
			out = append(out, slug)
		}
		seen[slug]++
	}
	return out
}

func slugOf(heading string) string {
	heading = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(heading, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		}
		return -1
	}, strings.TrimSpace(heading))
}
