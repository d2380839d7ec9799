package validate_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

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

// Each rule has a file with the fault and one of the same name without it.
func TestRulesHaveABadFileAndAGoodTwin(t *testing.T) {
	for _, rule := range validate.Rules() {
		bad, good := example(t, rule.Code)
		require.Contains(t, bad, "# want: "+string(rule.Code))
		require.NotContains(t, good, "# want: ")
	}
	for _, path := range glob(t, "testdata/good/SL*.yaml") {
		require.FileExists(t, filepath.Join("testdata/bad", filepath.Base(path)), "the twin of %s", path)
	}
}

func TestTwinsAreCodesOfIstioAndKiali(t *testing.T) {
	for _, rule := range validate.Rules() {
		if rule.Twin != "" {
			require.Regexp(t, `^(IST|KIA)\d{4}(, (IST|KIA)\d{4})*$`, rule.Twin, rule.Code)
		}
		require.False(t, rule.Differs != "" && rule.Twin == "", rule.Code)
	}
}
