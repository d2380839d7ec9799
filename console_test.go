package swimlane_test

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
)

// buildPrograms is how every page begins. It is run once for all pages.
const buildPrograms = "go build -o bin/ ./examples/..."

// A page with blocks of ```console is run from its first command to its last, in one
// shell, in a fresh copy of what a clone holds for its readers. Every command must exit
// with 0 and print what the page shows. In what the page shows
//
//   - a line "..." means any lines,
//   - a time means any time,
//   - a line of a command that begins with "> " continues it.
//
// go test -run Pages -update . writes what the commands print into the pages.
func TestPagesAreRun(t *testing.T) {
	pages := consolePages(t)
	require.NotEmpty(t, pages)
	bin := filepath.Join(t.TempDir(), "bin")
	goOutput(t, "build", "-ldflags=-s -w", "-o", bin+"/", "./examples/...") // a link that is faster
	for _, path := range pages {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			page := readFile(t, path)
			golden.Equal(t, filepath.Join("..", path), transcribe(t, page, clone(t), bin))
		})
	}
	statSources(t)
}

// Every how-to page and the tutorial start from nothing but a clone.
func TestPagesBuildThePrograms(t *testing.T) {
	howTo, err := filepath.Glob("docs/howto-*.md")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(howTo), 9)
	for _, path := range append(howTo, "docs/tutorial.md") {
		blocks := consoleBlock.FindAllString(readFile(t, path), -1)
		require.NotEmpty(t, blocks, path)
		require.True(t, strings.HasPrefix(blocks[0], "```console\n$ "+buildPrograms+"\n"), path)
	}
}

var (
	consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")
	anyTime      = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
)

func consolePages(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, path := range markdownFiles(t) {
		if strings.Contains("\n"+readFile(t, path), "\n```console\n") {
			out = append(out, path)
		}
	}
	return out
}

// clone returns a directory that holds the programs' samples and the documents.
func clone(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	programs, err := filepath.Glob("examples/*/testdata")
	require.NoError(t, err)
	for _, name := range append(programs, "docs") {
		require.NoError(t, os.CopyFS(filepath.Join(dir, name), os.DirFS(name)))
	}
	return dir
}

// statSources looks at every source file, so that go test runs the pages again after a
// change of the programs.
func statSources(t *testing.T) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") {
			_, err = os.Stat(path)
		}
		return err
	}))
}

// command is one command of a page with what the page shows of its output.
type command struct{ prompt, text, shown string }

// transcribe returns the page with what its commands print. What the page shows stays
// where it means the same.
func transcribe(t *testing.T, page, dir, bin string) string {
	t.Helper()
	var all []command
	for _, block := range consoleBlock.FindAllStringSubmatch(page, -1) {
		all = append(all, commands(t, block[1])...)
	}
	printed := runAll(t, all, dir, bin)
	next := 0
	return consoleBlock.ReplaceAllStringFunc(page, func(block string) string {
		var b strings.Builder
		b.WriteString("```console\n")
		for range commands(t, consoleBlock.FindStringSubmatch(block)[1]) {
			c, got := all[next], printed[next]
			next++
			b.WriteString(c.prompt)
			if !means(c.shown, got) {
				c.shown = anyTime.ReplaceAllString(got, "2026-03-11T08:00:00Z")
			}
			b.WriteString(c.shown)
		}
		b.WriteString("```")
		return b.String()
	})
}

func commands(t *testing.T, block string) []command {
	t.Helper()
	var out []command
	for line := range strings.Lines(block) {
		if text, found := strings.CutPrefix(line, "$ "); found {
			out = append(out, command{prompt: line, text: text})
			continue
		}
		require.NotEmpty(t, out, "a block begins with a command: %s", block)
		c := &out[len(out)-1]
		if text, found := strings.CutPrefix(line, "> "); found && c.shown == "" {
			c.prompt += line
			c.text += text
			continue
		}
		c.shown += line
	}
	return out
}

// runAll runs the commands in one shell and returns what each prints.
func runAll(t *testing.T, all []command, dir, bin string) []string {
	t.Helper()
	const mark = "=== end of command"
	var script strings.Builder
	for _, c := range all {
		text := strings.TrimSuffix(c.text, "\n")
		if text == buildPrograms {
			text = "ln -s " + bin + " bin"
		}
		fmt.Fprintf(&script, "%s\necho \"%s $?\"\n", text, mark)
	}
	shell := exec.Command("bash", "-c", "exec 2>&1\n"+script.String())
	shell.Dir = dir
	shell.Env = append(os.Environ(), "HOME="+t.TempDir(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=you", "GIT_AUTHOR_EMAIL=you@example.com", "GIT_COMMITTER_NAME=you", "GIT_COMMITTER_EMAIL=you@example.com",
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=init.defaultBranch", "GIT_CONFIG_VALUE_0=main", "PAGER=cat", "LC_ALL=C")
	text, err := shell.CombinedOutput()
	require.NoError(t, err)
	parts := strings.Split(strings.ReplaceAll(string(text), dir, "/home/you/swimlane"), mark+" ")
	require.Len(t, parts, len(all)+1, string(text))
	out := make([]string, len(all))
	for i := range all {
		code, rest, _ := strings.Cut(parts[i+1], "\n")
		require.Equal(t, "0", code, "%s%s", all[i].text, parts[i])
		out[i], parts[i+1] = parts[i], rest
	}
	return out
}

// means reports whether what a page shows is what was printed.
func means(shown, printed string) bool {
	pattern := regexp.QuoteMeta(anyTime.ReplaceAllString(shown, "TIME"))
	pattern = regexp.MustCompile(`(?m)^\\\.\\\.\\\.\n`).ReplaceAllString(pattern, `(?s:.*\n)?`)
	return regexp.MustCompile("^" + pattern + "$").MatchString(anyTime.ReplaceAllString(printed, "TIME"))
}
