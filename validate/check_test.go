package validate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

func read(t *testing.T, path string) manifest.Set {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	set, _ := manifest.Decode(manifest.File{Name: path, Data: data}) // what is no YAML is a fault too
	return set
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// where returns "CODE Kind namespace/name field" of every finding, sorted.
func where(findings validate.Findings) []string {
	out := []string{}
	for _, f := range findings {
		out = append(out, strings.TrimSpace(string(f.Code)+" "+f.Object.String()+" "+f.Field))
	}
	slices.Sort(out)
	return out
}

// wanted returns the findings that a file says it has, in "# want: " lines.
func wanted(t *testing.T, path string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	out := []string{}
	for line := range strings.Lines(string(data)) {
		if want, found := strings.CutPrefix(line, "# want: "); found {
			out = append(out, strings.TrimSpace(want))
		}
	}
	slices.Sort(out)
	return out
}

func TestCheckFindsNothingInGoodFiles(t *testing.T) {
	for _, path := range glob(t, "testdata/good/*.yaml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			set := read(t, path)
			findings := validate.Suppress(set, nil, validate.Check(set))
			require.Empty(t, slices.DeleteFunc(findings,
				func(f validate.Finding) bool { return f.Severity == validate.Info }))
			require.NoError(t, findings.Err())
		})
	}
}

// A bad file is named after the code of its one defect; what else is found
// follows from it.
func TestCheckFindsExactlyTheDefectsOfBadFiles(t *testing.T) {
	for _, path := range glob(t, "testdata/bad/*.yaml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			set := read(t, path)
			findings := validate.Suppress(set, nil, validate.Check(set))
			require.Equal(t, wanted(t, path), where(findings))
			code, _, _ := strings.Cut(filepath.Base(path), "-")
			require.True(t, slices.ContainsFunc(findings,
				func(f validate.Finding) bool { return string(f.Code) == code }))
			isError := false
			text := fmt.Sprint(findings.Err())
			for _, f := range findings {
				require.Equal(t, path, f.File)
				require.Positive(t, f.Line)
				isError = isError || f.Severity == validate.Error
				require.Equal(t, f.Severity == validate.Error, strings.Contains(text, f.String()))
			}
			require.Equal(t, isError, findings.Err() != nil)
		})
	}
}

// What a part refers to may lie elsewhere; what is wrong in itself stays wrong.
func TestCheckPartialLowersReferencesOnly(t *testing.T) {
	rules := map[validate.Code]validate.Rule{}
	for _, rule := range validate.Rules() {
		rules[rule.Code] = rule
	}
	for _, path := range glob(t, "testdata/bad/*.yaml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			set := read(t, path)
			findings := validate.Checker{Partial: true}.Check(set)
			require.Equal(t, where(validate.Check(set)), where(findings))
			for _, f := range findings {
				want := []validate.Severity{rules[f.Code].Severity}
				switch {
				case rules[f.Code].Reference:
					want = []validate.Severity{validate.Info}
				case rules[f.Code].Milder != "":
					mild, _, _ := strings.Cut(rules[f.Code].Milder, " ")
					want = append(want, validate.Severity(mild))
				}
				require.Contains(t, want, f.Severity, f)
			}
		})
	}
}

func TestCheckOrdersByFileLineAndCode(t *testing.T) {
	var files []manifest.File
	for _, path := range glob(t, "testdata/bad/SL[1-4]*.yaml") {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		files = append(files, manifest.File{Name: path, Data: data})
	}
	slices.Reverse(files)
	set, err := manifest.Decode(files...)
	require.NoError(t, err)
	findings := validate.Check(set)
	require.Greater(t, len(findings), len(files))
	require.True(t, slices.IsSortedFunc(findings, func(a, b validate.Finding) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(string(a.Code), string(b.Code))
	}))
	require.Equal(t, findings, validate.Check(set), "the same set gives the same findings")
}

// Findings of another check come in the same order, each once.
func TestMergeOrdersWhatSeveralChecksFound(t *testing.T) {
	at := func(file string, line int, code validate.Code, field, message string) validate.Finding {
		return validate.Finding{Code: code, Severity: validate.Error, Object: manifest.Ref{Kind: "Pod", Name: "a"},
			Field: field, File: file, Line: line, Message: message}
	}
	want := validate.Findings{
		at("a.yaml", 2, "SL101", "", "x"), at("a.yaml", 10, "SL101", "a", "x"), at("a.yaml", 10, "SL101", "b", "x"),
		at("a.yaml", 10, "SL101", "b", "y"), at("a.yaml", 10, "SL901", "", "x"), at("b.yaml", 1, "SL101", "", "x"),
	}
	one := []validate.Finding{want[5], want[3], want[0], want[3]}
	two := validate.Findings{want[4], want[2], want[1], want[0]}
	require.Equal(t, want, validate.Merge(one, two))
	require.Equal(t, want, validate.Merge(two, nil, one))
	require.Equal(t, want[5], one[0], "the findings of a check stay as they are")
	require.Empty(t, validate.Merge())
}

func TestCheckWorksOnBuiltObjects(t *testing.T) {
	vs, err := mock.App().Lane(mock.App().Versions[0]).Build()
	require.NoError(t, err)
	o, err := manifest.NewObject(vs, "")
	require.NoError(t, err)
	findings := validate.Check(manifest.NewSet(o))
	require.Len(t, findings, 1)
	require.Equal(t,
		`error SL202 ASMSwimLane v1 metadata.labels[swimlane-group]: must name a lane group that exists: "mock"`,
		findings[0].String())
	findings[0].Message = "two\nlines"
	require.Equal(t, `error SL202 ASMSwimLane v1 metadata.labels[swimlane-group]: two\nlines`, findings[0].String())
}

func TestCheckOfNothingFindsNothing(t *testing.T) {
	require.Empty(t, validate.Check(manifest.Set{}))
	require.Empty(t, validate.Checker{Partial: true}.Check(manifest.NewSet()))
}

// What is wrong with a whole file stands on its first line.
func TestCheckPlacesWhatHasNoLine(t *testing.T) {
	set, err := manifest.Reader{MaxFileSize: 1}.Decode(manifest.File{Name: "a.yaml", Data: []byte("{}")})
	require.Error(t, err)
	require.Equal(t, "a.yaml:1: error SL009: must not be larger than 1 bytes", validate.Check(set)[0].String())
}

// Argo CD's hooks are made anew in each sync: two of one name that is to come are two.
func TestCheckTellsHooksApart(t *testing.T) {
	const hook = "apiVersion: batch/v1\nkind: Job\n" +
		"metadata: {generateName: a-, annotations: {argocd.argoproj.io/hook: Sync}}\n"
	set, err := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(hook + "---\n" + hook)})
	require.NoError(t, err)
	require.Empty(t, validate.Check(set))
}

// A finding is milder where less is lost.
func TestSeverityFollowsWhatIsLost(t *testing.T) {
	one := func(path string, code validate.Code, oldnew ...string) validate.Severity {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		set, err := manifest.Decode(manifest.File{Name: path,
			Data: []byte(strings.NewReplacer(oldnew...).Replace(string(data)))})
		require.NoError(t, err)
		for _, f := range validate.Check(set) {
			if f.Code == code {
				return f.Severity
			}
		}
		return ""
	}
	const noHeader = "testdata/bad/SL214-no-header.yaml"
	require.Equal(t, validate.Warning, one(noHeader, validate.RouteHeaderNotSet),
		"the lane has no other service that a call could miss")
	require.Equal(t, validate.Error, one(noHeader, validate.RouteHeaderNotSet,
		"services: [{name: mocka, namespace: default}]",
		"services: [{name: mocka, namespace: default}, {name: mockb, namespace: default}]",
		"apiVersion: networking.istio.io/v1beta1\nkind: VirtualService", `apiVersion: v1
kind: Service
metadata: {name: mockb}
spec: {selector: {app: mockb}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: mockb-v1, labels: {app: mockb, version: v1}}
---
apiVersion: v1
kind: Pod
metadata: {name: mockb-v2, labels: {app: mockb, version: v2}}
---
apiVersion: networking.istio.io/v1beta1
kind: VirtualService`))
	const weights = "testdata/bad/SL101-weights.yaml"
	require.Equal(t, validate.Error, one(weights, validate.WeightsSum), "lanes")
	require.Equal(t, validate.Warning,
		one(weights, validate.WeightsSum, "subset: v1", "subset: w1", "subset: v2", "subset: w2", "subset: v3",
			"subset: w3"), "another team's route")
}

// A route of the sidecars that no request takes yet may lack pods.
func TestSeverityFollowsWhatIsAskedFor(t *testing.T) {
	var got []string
	for _, f := range validate.Check(read(t, "testdata/bad/SL304-sidecars.yaml")) {
		got = append(got, string(f.Severity)+" "+f.Field[:len("spec.http[0]")])
	}
	require.Equal(t, []string{"error spec.http[0]", "error spec.http[1]", "warning spec.http[2]", "error spec.http[3]",
		"warning spec.http[4]"}, got)
}
