package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
	"github.com/swimlane-go/swimlane/validate/report"
)

// findings are of each severity, with and without an object, a field and a file.
var findings = validate.Findings{
	{Code: "SL018", Severity: validate.Warning, Message: "must match a finding: found no SL101"},
	{Code: "SL009", Severity: validate.Error, File: "a b/x%.yaml", Line: 3,
		Message: "must be YAML: 100% wrong,\nin two lines: so"},
	{Code: "SL101", Severity: validate.Error,
		Object: manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "shop", Name: "cart"},
		Field:  "spec.http[0].route", File: "cart.yaml", Line: 9, Message: "must have weights that sum to 100, not 90"},
	{Code: "SL101", Severity: validate.Warning,
		Object: manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "shop", Name: "cart"},
		Field:  "spec.http[0].route", File: "cart.yaml", Line: 9, Message: "the same place once more"},
	{Code: "SL211", Severity: validate.Info,
		Object:  manifest.Ref{Group: "istio.alibabacloud.com", Kind: "ASMSwimLaneGroup", Name: "shop"},
		Message: "must be passed on"},
}

var formats = map[string]func(io.Writer, validate.Findings) error{
	"text": report.Text, "json": report.JSON, "sarif": report.SARIF, "github": report.GitHub, "krm": report.KRM,
}

func TestFormats(t *testing.T) {
	for name, write := range formats {
		var some, none, again bytes.Buffer
		require.NoError(t, write(&some, findings))
		golden.Equal(t, name+".txt", some.String())
		require.NoError(t, write(&none, nil))
		golden.Equal(t, name+"-none.txt", none.String())
		require.NoError(t, write(&again, findings))
		require.Equal(t, some.String(), again.String())
	}
}

// What cannot be written is an error.
func TestFormatsReturnErrorsOfWriting(t *testing.T) {
	for name, write := range formats {
		require.ErrorIs(t, write(broken{}, findings), errBroken, name)
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

// A command of a workflow is one line, whatever a finding holds.
func TestGitHubCommandsAreOfOneLine(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, report.GitHub(&out, findings))
	require.Equal(t, len(findings), strings.Count(out.String(), "\n"))
	for line := range strings.Lines(out.String()) {
		require.Regexp(t, `^::(error|warning|notice) (file=[^:,]+(,line=\d+)?,)?title=[^:,]+::`, line)
	}
}

// fingerprints returns those of the results, in their order.
func fingerprints(t *testing.T, findings validate.Findings) (out []string, log string) {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, report.SARIF(&text, findings))
	var parsed struct {
		Runs []struct {
			Results []struct {
				PartialFingerprints map[string]string `json:"partialFingerprints"`
			} `json:"results"`
		} `json:"runs"`
	}
	require.NoError(t, json.Unmarshal(text.Bytes(), &parsed))
	for _, r := range parsed.Runs[0].Results {
		out = append(out, r.PartialFingerprints["primaryLocationLineHash"])
	}
	return out, text.String()
}

// Lines may move: the findings are the same ones.
func TestFingerprintsDoNotHangOnLines(t *testing.T) {
	before, _ := fingerprints(t, findings)
	moved := append(validate.Findings{}, findings...)
	for i := range moved {
		moved[i].Line += 7
		moved[i].Message += "!"
	}
	after, _ := fingerprints(t, moved)
	require.Equal(t, before, after)
	seen := map[string]bool{}
	for _, p := range before {
		require.False(t, seen[p], "each is another one")
		seen[p] = true
	}
}

// Of too many findings the mildest are left out, and the log says so.
func TestSARIFKeepsToTheLimit(t *testing.T) {
	var many validate.Findings
	for i := range report.MostResults + 10 {
		f := findings[2]
		if i%2 == 0 {
			f.Severity = validate.Info
		}
		many = append(many, f)
	}
	kept, log := fingerprints(t, many)
	require.Len(t, kept, report.MostResults)
	require.Contains(t, log, "10 findings are left out: a run has at most 25000")
	require.Equal(t, (report.MostResults+10)/2, strings.Count(log, `"level": "error",`+"\n          \"message\""))
	require.Len(t, many, report.MostResults+10)
	require.Equal(t, validate.Code("SL101"), many[len(many)-1].Code, "what is given stays as it is")
}
