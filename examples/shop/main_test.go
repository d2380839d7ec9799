package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/validate"
)

// printed returns the output of the program, and the set in it.
func printed(t *testing.T) (string, manifest.Set) {
	t.Helper()
	var out strings.Builder
	run(&out, time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC))
	set, err := manifest.Decode(manifest.File{Name: "shop.yaml", Data: []byte(out.String())})
	require.NoError(t, err)
	require.Empty(t, set.Faults())
	return out.String(), set
}

func TestShopPrints(t *testing.T) {
	text, set := printed(t)
	golden.Equal(t, "shop.yaml", text)
	for _, o := range set.All() {
		require.Equal(t, "shop", o.Meta().GetLabels()["app.kubernetes.io/part-of"], o.Ref)
	}
}

func TestShopHasNoFindings(t *testing.T) {
	_, set := printed(t)
	require.Empty(t, validate.Checker{External: release.External(app())}.Check(set))
	require.Len(t, validate.Check(set), 2, "the Gateway lies elsewhere, as the route and the lane group name it")
}

// preview finds the calls in the files alone; the declaration gives the same result.
func TestShopIsIsolated(t *testing.T) {
	_, set := printed(t)
	shop := preview.New(set)
	const v1, v2 = "web@v1 -> [cart@v1, catalog@v1, pay@v1 -> ledger@v1]",
		"web@v2 -> [cart@v2, catalog@v2, pay@v2 -> ledger@v2]"
	for name, calls := range map[string]map[string][]string{"files": nil, "declaration": preview.CallsOf(app())} {
		result, err := shop.Trace(preview.Request{Host: "shop.example.com", Calls: calls})
		require.NoError(t, err, name)
		require.Equal(t, preview.Isolated, result.Verdict.Kind, "%s: %s", name, result)
		require.True(t, strings.HasPrefix(result.String(), "95.0%  "+v1+"\n5.0%  "+v2+"\n"), "%s: %s", name, result)
		result, err = shop.Trace(preview.Request{Host: "shop.example.com",
			Headers: map[string]string{"x-tester": "yes"}, Calls: calls})
		require.NoError(t, err, name)
		require.Equal(t, preview.Isolated, result.Verdict.Kind, name)
		require.True(t, strings.HasPrefix(result.String(), "100.0%  "+v2+"\n"), "%s: %s", name, result)
	}
}

// The program needs no assertion of types and no functions for text.
func TestShopIsPlain(t *testing.T) {
	for _, name := range []string{"main.go", "app.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, i := range file.Imports {
			require.NotContains(t, []string{`"strings"`, `"bytes"`, `"regexp"`, `"sigs.k8s.io/yaml"`,
				`"text/template"`}, i.Path.Value)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			_, isSwitch := n.(*ast.TypeSwitchStmt)
			_, isAssertion := n.(*ast.TypeAssertExpr)
			require.False(t, isSwitch || isAssertion, "%s asks for a type", name)
			return true
		})
	}
}
