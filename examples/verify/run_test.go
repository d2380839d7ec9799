package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/transcript"
)

func verify(t *testing.T, in io.Reader, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(args, in, &out, &errs)
	return code, out.String(), errs.String()
}

func TestTranscripts(t *testing.T) { transcript.Play(t, run) }

// The ends of lines do not matter. A line that is not a response is a fault.
func TestLinesOfAllSystems(t *testing.T) {
	const good = "-> a(version: v1)-> b(version: v1)\n-> a(version: v2)\n"
	for in, want := range map[string]int{
		good: cli.Done, strings.ReplaceAll(good, "\n", "\r\n"): cli.Done, strings.TrimSuffix(good, "\n"): cli.Done,
		good + "\x00\xff\x1b[2J": cli.Bad,
	} {
		code, stdout, stderr := verify(t, strings.NewReader(in), "-want", "v1=50,v2=50")
		require.Equal(t, want, code, "%q", in)
		require.Contains(t, stdout, "v1: 1 of 2, want 50%: good\nv2: 1 of 2, want 50%: good\n")
		require.NotContains(t, stdout, "\x1b")
		require.Empty(t, stderr)
	}
}

func TestUnreadableInput(t *testing.T) {
	code, stdout, stderr := verify(t, strings.NewReader(strings.Repeat("x", maxLine+1)), "-want", "v1=100")
	require.Equal(t, cli.Misused, code)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "token too long")

	code, _, stderr = verify(t, iotest.ErrReader(errors.New("disk on fire")), "-want", "v1=100")
	require.Equal(t, cli.Misused, code)
	require.Contains(t, stderr, "disk on fire")
}
