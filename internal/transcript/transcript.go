// Package transcript plays the command lines of a program and compares the result with a txtar
// archive, which holds the commands and the files that they need. Run the tests of a package with
// -update to write the results again, and read the difference before committing it.
//
// The comment of an archive begins with a sentence about it, then has the commands, one a line. The
// commands run in a new directory with the files of the archive:
//
//	Lint says what is wrong, a finding a line.
//
//	$ replace 'weight: 60' 'weight: 61' route.yaml
//	$ lint route.yaml
//	$ lint -format json - < route.yaml
//	-- route.yaml --
//	...
//	-- output --
//
// The last file, output, has for each command its line, standard output, standard error after "! ",
// the exit code, and the changes of files. A program that exits with 1 or 2 may change none. Spaces
// separate words; single or double quotes keep spaces in a word. Other commands are
//
//	cp FROM TO             copies a file or a directory; a FROM of ../ begins at the package
//	replace OLD NEW FILE   replaces a text everywhere; \n is a new line
//	write FILE TEXT        writes a file; \n is a new line
//	rm FILE
//	ln TARGET NAME         makes a symbolic link
//	cmp DIR DIR            fails if the directories differ
//	quietly COMMAND        runs the program, which must exit with 0, and shows nothing
package transcript

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/swimlane-go/swimlane/internal/golden"
)

// A Program is the main function of a program with its streams as arguments. It returns the exit
// code.
type Program func(args []string, stdin io.Reader, stdout, stderr io.Writer) int

// output is the name of the last file of an archive.
const output = "output"

// begin is a minute before the first command of an archive.
var begin = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// archives returns the files of a pattern.
func archives(t testing.TB, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	require.NoError(t, err)
	return paths
}

// Play plays all testdata/*.txtar and testdata/*/*.txtar of the tested package, and compares the
// output of -h with testdata/usage.txt. The directory of the package has the program's name.
func Play(t *testing.T, run Program) {
	t.Helper()
	PlayAt(t, func(time.Time) Program { return run })
}

// PlayAt is Play for a program that knows the time: it runs a minute after the one before.
func PlayAt(t *testing.T, at func(now time.Time) Program) {
	t.Helper()
	home, err := os.Getwd()
	require.NoError(t, err)
	paths := append(archives(t, "testdata/*.txtar"), archives(t, "testdata/*/*.txtar")...)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		name := strings.TrimPrefix(filepath.ToSlash(path), "testdata/")
		t.Run(strings.TrimSuffix(name, ".txtar"), func(t *testing.T) {
			now := begin
			run := func(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
				now = now.Add(time.Minute)
				return at(now)(args, stdin, stdout, stderr)
			}
			archive, err := txtar.ParseFile(path)
			require.NoError(t, err)
			t.Chdir(t.TempDir())
			text, err := play(archive, run, home)
			require.NoError(t, err)
			t.Chdir(home)
			golden.Equal(t, name, text)
		})
	}
	t.Run("usage", func(t *testing.T) {
		var stdout, stderr bytes.Buffer
		require.Zero(t, at(begin)([]string{"-h"}, strings.NewReader(""), &stdout, &stderr))
		require.Empty(t, stderr.String())
		golden.Equal(t, "usage.txt", stdout.String())
	})
}

// play plays an archive in the working directory, and returns it with the new output.
func play(archive *txtar.Archive, run Program, home string) (string, error) {
	files := slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == output })
	for _, f := range files {
		if err := write(f.Name, string(f.Data)); err != nil {
			return "", err
		}
	}
	if sentence, commands, _ := strings.Cut(string(archive.Comment), "\n\n"); sentence == "" ||
		strings.HasPrefix(sentence, "$ ") || !strings.HasPrefix(commands, "$ ") {
		return "", errors.New("the archive must begin with a sentence, a blank line and a command")
	}
	var out strings.Builder
	for line := range strings.Lines(string(archive.Comment)) {
		command, found := strings.CutPrefix(line, "$ ")
		if !found {
			continue
		}
		out.WriteString(line)
		shown, err := do(strings.TrimSpace(command), run, home)
		if err != nil {
			return "", fmt.Errorf("%s: %w", strings.TrimSpace(command), err)
		}
		out.WriteString(shown)
	}
	text := txtar.Format(&txtar.Archive{
		Comment: archive.Comment, Files: append(files, txtar.File{Name: output, Data: []byte(out.String())}),
	})
	again := txtar.Parse(text).Files
	if last := again[len(again)-1]; last.Name != output || string(last.Data) != out.String() {
		return "", errors.New("what is printed has a line that begins a file of an archive")
	}
	return string(text), nil
}

// An Output is what a command of an archive prints to standard output.
type Output struct{ Command, Text string }

// Outputs returns the standard output of the programs' commands in the archives of a pattern.
func Outputs(t testing.TB, pattern string) []Output {
	t.Helper()
	paths := archives(t, pattern)
	require.NotEmpty(t, paths, pattern)
	var out []Output
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		require.NoError(t, err)
		require.NotEmpty(t, archive.Files, path)
		out = append(out, outputs(string(archive.Files[len(archive.Files)-1].Data))...)
	}
	return out
}

// parts matches the beginnings of lines that are not standard output.
var parts = regexp.MustCompile(`(?m)^(\$ |! |exit \d)`)

// outputs reads the last file of an archive.
func outputs(text string) []Output {
	var out []Output
	for step := range strings.SplitSeq("\n"+text, "\n$ ") {
		command, printed, _ := strings.Cut(step, "\n")
		if end := parts.FindStringIndex(printed); end != nil {
			out = append(out, Output{command, printed[:end[0]]})
		}
	}
	return out
}
