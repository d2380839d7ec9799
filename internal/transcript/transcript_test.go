package transcript

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// toy is a small program for the tests.
func toy(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	switch {
	case len(args) == 1 && args[0] == "-h":
		fmt.Fprintln(stdout, "usage: transcript")
	case len(args) == 1 && args[0] == "-fail":
		fmt.Fprint(stderr, "transcript: one\ntwo")
		return 2
	case len(args) == 2 && args[0] == "-out":
		if err := write(args[1], "one\nfive\n"); err != nil {
			return 1
		}
	case len(args) == 2 && args[0] == "-rm":
		if err := os.Remove(args[1]); err != nil {
			return 1
		}
	case len(args) == 2 && args[0] == "-half":
		_ = write(args[1], "half")
		return 1
	default:
		fmt.Fprintf(stdout, "%q\n", args)
		_, _ = io.Copy(stdout, stdin)
	}
	return 0
}

func TestPlay(t *testing.T) { Play(t, toy) }

// A change of the output, of the exit code or of a file changes the transcript.
func TestChangesAreSeen(t *testing.T) {
	home, err := os.Getwd()
	require.NoError(t, err)
	read := func() *txtar.Archive {
		archive, err := txtar.ParseFile(filepath.Join(home, "testdata", "toy.txtar"))
		require.NoError(t, err)
		return archive
	}
	played := func(run Program) string {
		t.Chdir(t.TempDir())
		text, err := play(read(), run, home)
		require.NoError(t, err)
		return text
	}
	same := played(toy)
	require.Equal(t, string(txtar.Format(read())), same)
	for name, spoil := range map[string]func(stdout, stderr io.Writer, code *int) error{
		"output": func(stdout, _ io.Writer, _ *int) error { _, err := fmt.Fprintln(stdout, "more"); return err },
		"errors": func(_, stderr io.Writer, _ *int) error { _, err := fmt.Fprintln(stderr, "more"); return err },
		"exit":   func(_, _ io.Writer, code *int) error { *code += 3; return nil },
		"files":  func(_, _ io.Writer, _ *int) error { return os.WriteFile("spoilt", nil, 0o600) },
	} {
		require.NotEqual(t, same, played(func(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
			code := toy(args, stdin, stdout, stderr)
			require.NoError(t, spoil(stdout, stderr, &code))
			return code
		}), name)
	}
}

func TestArchivesAreRefused(t *testing.T) {
	home, err := os.Getwd()
	require.NoError(t, err)
	for text, want := range map[string]string{
		"":                                       "must begin with a sentence",
		"$ transcript a\n":                       "must begin with a sentence",
		"Shows.\n":                               "must begin with a sentence",
		"Shows.\n\n$ other a\n":                  "must be transcript ARG...",
		"Shows.\n\n$ rm\n":                       "must be transcript ARG...",
		"Shows.\n\n$ rm none\n":                  "none",
		"Shows.\n\n$ transcript -half a\n":       "must write nothing, since it exits with 1",
		"Shows.\n\n$ quietly transcript -fail\n": "must exit with 0",
		"Shows.\n\n$ quietly other a\n":          "must be transcript ARG...",
		"Shows.\n\n$ cmp a b\n-- a/c --\n-- b/d --\n":        "must be the same",
		"Shows.\n\n$ cmp a none\n-- a --\n":                  "none",
		"Shows.\n\n$ '\n":                                    "must close its quotes",
		"Shows.\n\n$  \n":                                    "must be a command",
		"Shows.\n\n$ cp none a\n":                            "none",
		"Shows.\n\n$ cp ../none a\n":                         "none",
		"Shows.\n\n$ replace a b none\n":                     "none",
		"Shows.\n\n$ transcript < none\n":                    "none",
		"Shows.\n\n$ replace c b a\n-- a --\n":               "must hold the text that is replaced",
		"Shows.\n\n$ transcript\n-- a --\n-- a/b --\n":       "a",
		"Shows.\n\n$ transcript - < a\n-- a --\n$ b\n":       "reads as another part",
		"Shows.\n\n$ transcript - < a\n-- a --\nc\nexit 1\n": "reads as another part",
		"Shows.\n\n$ transcript '\\n'\n$ replace '$' '-- b --\\n' a\n$ transcript < a\n-- a --\n$\n": "begins a file of an archive",
	} {
		t.Chdir(t.TempDir())
		_, err := play(txtar.Parse([]byte(text)), toy, home)
		require.ErrorContains(t, err, want, text)
	}
}

func TestOutputs(t *testing.T) {
	got := Outputs(t, "testdata/toy.txtar")
	require.Len(t, got, 8)
	require.Equal(t, Output{"transcript a 'b c' \"\" d'e \"'f", "[\"a\" \"b c\" \"\" \"de \\\"f\"]\n"}, got[0])
	require.Equal(t, Output{"transcript - < in/text", "[\"-\"]\none\ntwo\n"}, got[1])
	require.Equal(t, Output{"transcript -fail", ""}, got[7])
}
