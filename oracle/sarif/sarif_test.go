// Package sarif checks the logs of package report with the official schema of SARIF 2.1.0, which a
// library contains. It has only tests, in a separate module.
package sarif

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif" // it contains the schema
	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
	"github.com/swimlane-go/swimlane/validate/report"
)

// schema returns the official schema, a constant of the library.
func schema(t *testing.T) *gojsonschema.Schema {
	t.Helper()
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}",
		"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	require.NoError(t, err)
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "schema.go"))
	require.NoError(t, err)
	_, text, _ := strings.Cut(string(source), "const schema = `")
	text, _, found := strings.Cut(text, "`")
	require.True(t, found)
	require.Contains(t, text, `"id": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/`)
	out, err := gojsonschema.NewSchema(gojsonschema.NewStringLoader(text))
	require.NoError(t, err)
	return out
}

func TestLogsAreValid(t *testing.T) {
	schema := schema(t)
	files, err := filepath.Glob("../../validate/testdata/bad/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := validate.Findings{{Code: validate.UnusedIgnore, Severity: validate.Warning, Message: "of no object"}}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		set, _ := manifest.Decode(manifest.File{Name: file, Data: data})
		all = append(all, validate.Check(set)...)
	}
	for _, findings := range []validate.Findings{nil, all, many(all)} {
		var log bytes.Buffer
		require.NoError(t, report.SARIF(&log, findings))
		result, err := schema.Validate(gojsonschema.NewBytesLoader(log.Bytes()))
		require.NoError(t, err)
		require.Empty(t, result.Errors())
	}
}

// many returns more findings than a run may have.
func many(of validate.Findings) validate.Findings {
	var out validate.Findings
	for len(out) <= report.MostResults {
		out = append(out, of...)
	}
	return out
}

// A log with a fault is not valid: the test uses the schema.
func TestTheSchemaIsAsked(t *testing.T) {
	schema := schema(t)
	var log bytes.Buffer
	require.NoError(t, report.SARIF(&log, nil))
	for _, change := range [][2]string{{`"version"`, `"versions"`}, {`"2.1.0"`, `"2.0.0"`},
		{`"results"`, `"findings"`}} {
		result, err := schema.Validate(
			gojsonschema.NewBytesLoader(bytes.Replace(log.Bytes(), []byte(change[0]), []byte(change[1]), 1)))
		require.NoError(t, err)
		require.False(t, result.Valid(), change)
	}
}
