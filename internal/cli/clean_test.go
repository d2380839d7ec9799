package cli_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/markup"
)

func TestClean(t *testing.T) {
	var b strings.Builder
	_, err := io.WriteString(cli.Clean(&b), "a\tb\x1b[2J\r\n\u202eevil\u2069\xff中\n")
	require.NoError(t, err)
	require.Equal(t, "a\tb\\u001b[2J\\r\n\\u202eevil\\u2069\\xff中\n", b.String())
}

// The output does not depend on how a text is divided into writes.
func TestCleanWritesTheSameHoweverItIsCut(t *testing.T) {
	odd := rapid.SampledFrom([]string{"a", "\n", "\x1b", "\u202e", "中", "\U0001f600", "\xff", "\xe4\xb8",
		"\xf0\x9f\x98", "\x80", "\xc3"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(odd).Draw(t, "text"), "") + "\n"
		var b strings.Builder
		w := cli.Clean(&b)
		for rest := text; rest != ""; {
			n := rapid.IntRange(0, min(3, len(rest))).Draw(t, "n")
			written, err := io.WriteString(w, rest[:n])
			require.NoError(t, err)
			require.Equal(t, n, written)
			rest = rest[n:]
		}
		require.Equal(t, markup.Text(text), b.String())
	})
}

// full is a writer on a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestCleanFailsAsItsWriterDoes(t *testing.T) {
	n, err := io.WriteString(cli.Clean(full{}), "a")
	require.EqualError(t, err, "disk full")
	require.Zero(t, n)
}

func TestMuteMentionsNobody(t *testing.T) {
	var b strings.Builder
	n, err := io.WriteString(cli.Mute(&b), "@team:\x1b a@b\n@org/team, x\n")
	require.NoError(t, err)
	require.Equal(t, 25, n)
	require.Equal(t, "(at)team:\\u001b a@b\n(at)org/team, x\n", b.String())
	n, err = cli.Mute(full{}).Write([]byte("a"))
	require.EqualError(t, err, "disk full")
	require.Zero(t, n)
}

// An @ is data in JSON, and notifies nobody there either.
func TestJSONMentionsNobody(t *testing.T) {
	var b strings.Builder
	require.NoError(t, cli.JSON(cli.Mute(&b), []string{"@team", "a@v1"}))
	require.Equal(t, "[\n  \"\\u0040team\",\n  \"a@v1\"\n]\n", b.String())
	require.Error(t, cli.JSON(&b, func() {}))
}

func TestJSONStaysJSON(t *testing.T) {
	var b strings.Builder
	require.NoError(t, cli.JSON(cli.Clean(&b), []string{"<a>\u202e\x7f\x1b\xff"}))
	require.Equal(t, "[\n  \"<a>\\u202e\\u007f\\u001b\\ufffd\"\n]\n", b.String())
	require.EqualError(t, cli.JSON(cli.Clean(full{}), 1), "disk full")
}
