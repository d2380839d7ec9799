package gitops_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/messagetest"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// The messages of the package are a page for reading: what commands answer in directories in which
// one line is broken, before a release and while it is under way.
func TestMessages(t *testing.T) {
	t.Parallel()
	var p messagetest.Page
	all := everyLayout(t)
	for _, row := range []struct {
		layout       string
		files        []string // those that are broken
		story, words []string
	}{
		{"one route", []string{"release.yaml", "mock-route.yaml", "swimlanegroup.yaml", "swimlanes.yaml", "mock-v2.yaml"},
			nil, []string{"Prepare"}},
		{"one route", []string{"release.yaml", "mock-route.yaml", "swimlanes.yaml"}, []string{"Prepare", "Start"},
			[]string{"Promote", "RollBack"}},
		{"weighted", []string{"release.yaml", "swimlanegroup.yaml", "swimlanes.yaml"}, []string{"Prepare", "Start"},
			[]string{"Promote", "RollBack"}},
		{"permissive", []string{"mock-route.yaml"}, nil, []string{"Prepare"}},
		{"kustomized", []string{"kustomization.yaml"}, nil, []string{"Prepare"}},
		{"kustomized weights in a patch", []string{"prod/kustomization.yaml", "prod/weights.yaml"},
			[]string{"Prepare", "Start"}, []string{"Promote", "RollBack"}},
	} {
		d := maps.Clone(all[row.layout])
		d.do(t, row.story...)
		p.Head(strings.TrimSpace(row.layout + " " + strings.Join(row.story, ", ")))
		for _, file := range row.files {
			require.Contains(t, d, file)
			messagetest.SomeTexts(&p, d[file], func(text string) error { return d.with(file, text).answers(row.words) })
		}
	}
	p.Golden(t)
}

// with returns the directory with another text of a file.
func (d directory) with(file, text string) directory {
	d = maps.Clone(d)
	d[file] = text
	return d
}

// answers returns the refusals of commands, and the problems that the report names.
func (d directory) answers(words []string) error {
	var files []manifest.File
	for _, name := range slices.Sorted(maps.Keys(d)) {
		files = append(files, manifest.File{Name: name, Data: []byte(d[name])})
	}
	set, err := manifest.Decode(files...)
	tree, refused := gitops.Open(set, "", err)
	if refused != nil {
		return refused
	}
	var errs []error
	for _, problem := range tree.Report().Problems {
		errs = append(errs, errors.New(problem.Message))
	}
	for _, word := range words {
		_, err := ask(tree, word)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
