package transcript

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/swimlane-go/swimlane/internal/cli"
)

// do runs a command, and returns its part of the transcript. Commands that change files for the
// user, such as cp, return nothing.
func do(command string, run Program, home string) (string, error) {
	args, err := words(command)
	if err != nil || len(args) == 0 {
		return "", errors.Join(err, errors.New("must be a command"))
	}
	name, args := args[0], args[1:]
	switch {
	case name == filepath.Base(home):
		return shown(args, run)
	case name == "quietly" && len(args) > 1 && args[0] == filepath.Base(home):
		out, err := shown(args[1:], run)
		if err == nil && !strings.Contains("\n"+out, "\nexit 0\n") {
			err = fmt.Errorf("must exit with 0:\n%s", out)
		}
		return "", err
	case name == "cp" && len(args) == 2:
		from := args[0]
		if strings.HasPrefix(from, "../") {
			from = filepath.Join(home, from)
		}
		return "", copyAll(from, args[1])
	case name == "replace" && len(args) == 3:
		return "", replace(args[0], args[1], args[2])
	case name == "write" && len(args) == 2:
		return "", write(args[0], strings.ReplaceAll(args[1], `\n`, "\n"))
	case name == "rm" && len(args) == 1:
		return "", os.Remove(args[0])
	case name == "ln" && len(args) == 2:
		return "", os.Symlink(args[0], args[1])
	case name == "cmp" && len(args) == 2:
		return "", same(args[0], args[1])
	}
	return "", fmt.Errorf("must be %s ARG..., or a command of this package", filepath.Base(home))
}

// words splits a line at spaces. Single or double quotes keep spaces in a word.
func words(line string) ([]string, error) {
	var out []string
	var word strings.Builder
	quote, begun := ' ', false
	for _, r := range line + " " {
		switch {
		case quote == ' ' && (r == '\'' || r == '"'):
			quote, begun = r, true
		case quote == r && r != ' ':
			quote = ' '
		case r != ' ' || quote != ' ':
			word.WriteRune(r)
			begun = true
		case begun:
			out = append(out, word.String())
			word.Reset()
			begun = false
		}
	}
	if quote != ' ' {
		return nil, errors.New("must close its quotes")
	}
	return out, nil
}

// shown runs the program, and returns its part of the transcript.
func shown(args []string, run Program) (string, error) {
	stdin := io.Reader(strings.NewReader(""))
	if n := len(args); n >= 2 && args[n-2] == "<" {
		data, err := os.ReadFile(args[n-1])
		if err != nil {
			return "", err
		}
		stdin, args = bytes.NewReader(data), args[:n-2]
	}
	before, err := Files(".")
	if err != nil {
		return "", err
	}
	var stdout, stderr bytes.Buffer
	code := run(args, stdin, &stdout, &stderr)
	after, err := Files(".")
	if err != nil {
		return "", err
	}
	difference := Difference(before, after)
	if difference != "" && (code == cli.Bad || code == cli.Misused) {
		return "", fmt.Errorf("must write nothing, since it exits with %d:\n%s", code, difference)
	}
	if parts.MatchString(stdout.String()) {
		return "", errors.New("standard output has a line that reads as another part of a transcript")
	}
	var out strings.Builder
	out.WriteString(lines("", stdout.String()))
	out.WriteString(lines("! ", stderr.String()))
	fmt.Fprintf(&out, "exit %d\n", code)
	out.WriteString(difference)
	return out.String(), nil
}

// lines returns a text with a mark before each line. It says so when the last newline is missing.
func lines(mark, text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(mark + line)
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		out.WriteString("\n\\ no newline at the end\n")
	}
	return out.String()
}

// same fails if two directories differ.
func same(a, b string) error {
	before, err := Files(a)
	after, err2 := Files(b)
	if difference := Difference(before, after); difference != "" {
		return fmt.Errorf("%s and %s must be the same:\n%s", a, b, difference)
	}
	return errors.Join(err, err2)
}

func write(name, text string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(text), 0o644)
}

// copyAll copies a file, or the files of a directory, over existing ones.
func copyAll(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		data, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		return write(to, string(data))
	}
	files, err := Files(from)
	for name, text := range files {
		err = errors.Join(err, write(filepath.Join(to, name), text))
	}
	return err
}

func replace(before, after, name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	before, after = strings.ReplaceAll(before, `\n`, "\n"), strings.ReplaceAll(after, `\n`, "\n")
	if !strings.Contains(string(data), before) {
		return fmt.Errorf("%s must hold the text that is replaced", name)
	}
	return write(name, strings.ReplaceAll(string(data), before, after))
}
