package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/transcript"
)

func reviewed(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestTranscripts(t *testing.T) {
	transcript.Play(t, func(args []string, _ io.Reader, stdout, stderr io.Writer) int {
		return run(args, stdout, stderr)
	})
}

// Whatever the names contain, the block is intact Markdown, notifies nobody, and is short enough
// for a comment.
func TestReviewOfHostileTexts(t *testing.T) {
	base, head := t.TempDir(), t.TempDir()
	var text strings.Builder
	for i := range 3000 {
		text.WriteString("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"a" + strings.Repeat("x", i%200) +
			strings.Repeat("|@all <b>", 9) + "\"}\ndata: {a: b}\n")
	}
	require.NoError(t, os.WriteFile(filepath.Join(head, "a.yaml"), []byte(text.String()), 0o644))
	code, out, _ := reviewed(base, head)
	require.Equal(t, 1, code, "the names are none")
	require.LessOrEqual(t, len(out), 65_536)
	require.NotContains(t, out, "@all")
	require.NotContains(t, out, "<b>")
	require.Contains(t, out, "more are left out.")
}
