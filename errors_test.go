package swimlane_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout/counters"
	"github.com/swimlane-go/swimlane/routing"
	"github.com/swimlane-go/swimlane/validate"
)

// holes are what a message shows where a value is missing.
var holes = regexp.MustCompile(`<nil>|%!|:0:|^[:, ]|[:,] *$|: *:|  |\(\)`)

// A message about little says little, and shows no hole where the rest would be.
func TestMessagesHaveNoHoles(t *testing.T) {
	zero := map[string]error{
		"counters.LineError":    &counters.LineError{},
		"counters.SampleError":  &counters.SampleError{},
		"manifest.DecodeError":  &manifest.DecodeError{},
		"manifest.EditError":    &manifest.EditError{},
		"manifest.PartialError": &manifest.PartialError{},
		"release.AdoptionError": &release.AdoptionError{},
		"release.PlanError":     &release.PlanError{},
		"release.PlanFault":     release.PlanFault{},
		"release.HolderError":   &release.HolderError{},
		"release.DriftError":    &release.DriftError{},
		"routing.MissingError":  &routing.MissingError{},
	}
	for name, err := range zero {
		require.NotPanics(t, func() { _ = err.Error() }, name)
		require.NotRegexp(t, holes, err.Error(), name)
		require.NotEmpty(t, err.Error(), name)
	}
	for name, err := range map[string]error{
		"release.PlanFault": release.PlanFault{File: "a.yaml", Detail: "must be set"},
		"release.HolderError": &release.HolderError{Object: manifest.Ref{Kind: "A", Name: "b"}, File: "a.yaml",
			Kind: release.ErrTwice, Detail: "must be once"},
		"routing.MissingError": errors.Join(&routing.MissingError{Kind: routing.ErrNoRoute},
			&routing.MissingError{Kind: routing.ErrNoRoute, Name: "x"},
			&routing.MissingError{Kind: routing.ErrNoLane},
			&routing.MissingError{Kind: routing.ErrNoVirtualService, Name: "a/b"}),
		"manifest.DecodeError": &manifest.DecodeError{File: "a.yaml", Err: errors.New("must be YAML")},
		"manifest.EditError": errors.Join(&manifest.EditError{Kind: manifest.ErrSum},
			&manifest.EditError{File: "a.yaml", Kind: manifest.ErrUnsafe},
			&manifest.EditError{Ref: manifest.Ref{Kind: "A", Name: "b"}, Err: errors.New("must be")}),
	} {
		require.NotRegexp(t, holes, err.Error(), name)
	}
	for name, text := range map[string]string{
		"validate.Finding": validate.Finding{Severity: validate.Error, Code: "SL001", File: "a.yaml",
			Message: "must be"}.String(),
		"validate.Finding{}": validate.Finding{}.String(),
		"manifest.Comment":   manifest.Comment{File: "a.yaml", Text: "x"}.String(),
		"preview.Verdict":    preview.Verdict{Kind: preview.Isolated}.String(),
	} {
		require.NotRegexp(t, holes, text, name)
	}
	require.Equal(t, exportedErrors(t), slices.Sorted(maps.Keys(zero)), "every exported error type is in the table")
}

// exportedErrors lists the exported types with a method Error.
func exportedErrors(t *testing.T) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (strings.HasPrefix(path, "oracle") || strings.HasPrefix(path, "internal") ||
			strings.HasPrefix(path, "examples") || strings.HasPrefix(path, "tools")) {
			if err != nil {
				return err
			}
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			f, is := decl.(*ast.FuncDecl)
			if !is || f.Recv == nil || f.Name.Name != "Error" || f.Type.Results == nil {
				continue
			}
			receiver := f.Recv.List[0].Type
			if star, is := receiver.(*ast.StarExpr); is {
				receiver = star.X
			}
			if name, is := receiver.(*ast.Ident); is && name.IsExported() {
				out = append(out, file.Name.Name+"."+name.Name)
			}
		}
		return nil
	})
	require.NoError(t, err)
	slices.Sort(out)
	return out
}
