package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/transcript"
)

func krm(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func TestTranscripts(t *testing.T) { transcript.Play(t, run) }

// For any input the program ends with one of its exit codes.
func FuzzRun(f *testing.F) {
	archive, err := txtar.ParseFile("testdata/results.txtar")
	require.NoError(f, err)
	f.Add(archive.Files[0].Data)
	f.Add([]byte("kind: ResourceList\nitems: [1, {kind: a}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		code, stdout, _ := krm(string(data))
		require.Contains(t, []int{cli.Done, cli.Bad, cli.Misused}, code)
		require.Equal(t, code == cli.Misused, stdout == "")
	})
}
