package validate_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/validate"
)

// declared returns the values of the Code constants in codes.go.
func declared(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	var codes []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Code" {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			codes = append(codes, value)
		}
		return false
	})
	require.NotEmpty(t, codes)
	return codes
}

func TestRulesListEveryCodeOnceInOrder(t *testing.T) {
	var codes []string
	for _, rule := range validate.Rules() {
		codes = append(codes, string(rule.Code))
		require.Regexp(t, `^SL\d{3}$`, string(rule.Code))
		require.Contains(t, []validate.Severity{validate.Error, validate.Warning, validate.Info}, rule.Severity)
		require.NotEmpty(t, rule.Holds, rule.Code)
		require.NotEmpty(t, rule.Why, rule.Code)
	}
	require.Equal(t, declared(t), codes)
	require.True(t, slices.IsSorted(codes))
	require.Len(t, slices.Compact(slices.Clone(codes)), len(codes))
}

// The rules of releases are checked above, in release/gitops, where their bad files are.
func TestRulesAreEachHitByABadFile(t *testing.T) {
	for _, rule := range validate.Rules() {
		dir := "testdata/bad"
		if rule.Code == validate.ImmutableField { // of a change, from one file to another
			dir = "testdata/change/bad"
		}
		if strings.HasPrefix(string(rule.Code), "SL6") {
			dir = "../release/gitops/testdata/bad"
		}
		files, err := filepath.Glob(fmt.Sprintf("%s/%s-*", dir, rule.Code))
		require.NoError(t, err)
		require.NotEmpty(t, files, rule.Code)
	}
}

// docs/findings.md is made from the rules: run with -update.
func TestRulesAreDocumented(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Findings

What package validate and the example program lint report. A code keeps its
meaning for ever. A rule marked with * looks for another object: in a check of
a part of what is deployed (` + "`lint -partial`, `validate.Checker`" + `) its findings
are of severity info.

| Code | Severity | What must hold | What happens otherwise | Like |
| --- | --- | --- | --- | --- |
`)
	for _, rule := range validate.Rules() {
		code := string(rule.Code)
		if rule.Reference {
			code += " *"
		}
		severity := string(rule.Severity)
		if rule.Milder != "" {
			severity += "; " + rule.Milder
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", code, severity, rule.Holds, rule.Why, rule.Twin)
	}
	golden.Equal(t, "../../docs/findings.md", b.String())
}
