package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/transcript"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// t0 is the time of commands outside of transcripts.
var t0 = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// A command leaves a directory without errors if it finds it so, or notes what is wrong.
func TestTranscripts(t *testing.T) {
	transcript.PlayAt(t, func(now time.Time) transcript.Program {
		return func(args []string, _ io.Reader, stdout, stderr io.Writer) int {
			good := isGood(args)
			var out strings.Builder
			code := run(args, now, io.MultiWriter(stdout, &out), stderr)
			if good && !isGood(args) && !strings.Contains(out.String(), "note: ") {
				t.Errorf("%q makes errors", args)
			}
			return code
		}
	})
}

// isGood reports whether the directory in -dir has no errors.
func isGood(args []string) bool {
	i := slices.Index(args, "-dir")
	if i < 0 {
		return false
	}
	read, _, err := manifest.ReadDir(args[i+1])
	if err != nil {
		return false
	}
	set, err := manifest.Decode(read...)
	return err == nil && validate.Check(set).Err() == nil
}

// checkout returns a copy of the sample directory. Files of overlays replace those with the same
// names.
func checkout(t *testing.T, overlays ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, from := range append([]string{"tree"}, overlays...) {
		for name, text := range files(t, filepath.Join("testdata", from)) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
		}
	}
	return dir
}

// files returns the texts of a directory.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out, err := transcript.Files(dir)
	require.NoError(t, err)
	return out
}

// done runs commands on a directory, which must be done, and returns it.
func done(t *testing.T, dir string, commands ...string) string {
	t.Helper()
	for _, command := range commands {
		code, _, stderr := execGitops(append([]string{"-dir", dir}, strings.Fields(command)...)...)
		require.Equal(t, cli.Done, code, stderr)
	}
	return dir
}
