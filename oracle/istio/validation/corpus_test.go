package validation_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"istio.io/istio/pkg/log"

	"github.com/swimlane-go/swimlane/oracle/istio/validation/corpus"
)

// TestMain silences Istio's log.
func TestMain(m *testing.M) {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	os.Exit(m.Run())
}

// istio returns the directory of Istio's module.
func istio(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "istio.io/istio").Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

// overlay lets the go tool compile Istio's package in a directory of testdata with a recorder. The
// package is unchanged, except that its tests call the functions of the recorder.
func overlay(t testing.TB, source, here string) string {
	t.Helper()
	here, err := filepath.Abs(here)
	require.NoError(t, err)
	recorder, err := os.ReadFile(filepath.Join(here, "record_test.go"))
	require.NoError(t, err)
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^func record(\w+)\(`).FindAllStringSubmatch(string(recorder), -1) {
		names = append(names, m[1])
	}
	calls := regexp.MustCompile(`\b[vV]alidate(` + strings.Join(append(names, "-"), "|") + `)\(`)
	files, err := filepath.Glob(filepath.Join(source, "*.go"))
	require.NoError(t, err)
	replace := map[string]string{}
	for _, file := range files {
		switch name := filepath.Base(file); {
		case name == "openapi_test.go", name == "fuzz_test.go": // they record nothing
		case strings.HasSuffix(name, "_test.go"):
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			copied := filepath.Join(t.TempDir(), name)
			require.NoError(t, os.WriteFile(copied, calls.ReplaceAll(text, []byte("record$1(")), 0o600))
			replace[filepath.Join(here, name)] = copied
		default:
			replace[filepath.Join(here, name)] = file
		}
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "overlay.json")
	require.NoError(t, os.WriteFile(out, data, 0o600))
	return out
}

// record runs the tests of a package of Istio with its recorder.
func record(t testing.TB, dir, of, here string) {
	t.Helper()
	cmd := exec.Command("go", "test", "-overlay", overlay(t, filepath.Join(istio(t), of), here), "-vet=off", "-count=1",
		"./"+here)
	cmd.Env = append(os.Environ(), corpus.Dir+"="+dir)
	if here == "testdata/recordedanalyzers" {
		cmd.Args = append(cmd.Args, "-run=^TestRecord$")
	}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// recorded runs Istio's own tests, and returns the objects that they validate.
func recorded(t testing.TB) [][]byte {
	t.Helper()
	dir := t.TempDir()
	record(t, dir, "pkg/config/validation", "testdata/recorded")
	record(t, dir, "pkg/config/validation/agent", "testdata/recordedagent")
	all, err := corpus.Read(dir)
	require.NoError(t, err)
	return all
}
