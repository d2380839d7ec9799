package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// The list of a kustomization changes by one line or item, and by no other byte.
func TestResourcesAreListedAndUnlisted(t *testing.T) {
	list := func(name string) manifest.Change {
		return manifest.ListResource{Kustomization: "k/kustomization.yaml", Path: "k/" + name}
	}
	unlist := func(name string) manifest.Change {
		return manifest.UnlistResource{Kustomization: "k/kustomization.yaml", Path: "k/" + name}
	}
	for name, test := range map[string]struct {
		text    string
		changes []manifest.Change
		want    string
	}{
		"at the end": {"# top\nresources: # all\n- a.yaml # first\n# then\n- b.yaml\n\nimages: []\n",
			[]manifest.Change{list("c.yaml")},
			"# top\nresources: # all\n- a.yaml # first\n# then\n- b.yaml\n- c.yaml\n\nimages: []\n"},
		"indented": {"resources:\n  - a.yaml\n  - 'b.yaml'\n", []manifest.Change{list("c.yaml")},
			"resources:\n  - a.yaml\n  - 'b.yaml'\n  - c.yaml\n"},
		"in brackets": {"resources: [a.yaml, b.yaml] # two\n", []manifest.Change{list("c.yaml")},
			"resources: [a.yaml, b.yaml, c.yaml] # two\n"},
		"several": {"resources: [a.yaml]\n",
			[]manifest.Change{list("b.yaml"), list("d/c.yaml"), unlist("a.yaml")}, "resources: [b.yaml, d/c.yaml]\n"},
		"an empty list": {"resources: []\nnamespace: a\n", []manifest.Change{list("c.yaml")},
			"resources:\n- c.yaml\nnamespace: a\n"},
		"nothing": {"resources:\nnamespace: a\n", []manifest.Change{list("c.yaml")},
			"resources:\n- c.yaml\nnamespace: a\n"},
		"no key": {"namespace: a # here\n", []manifest.Change{list("c.yaml")},
			"namespace: a # here\nresources:\n- c.yaml\n"},
		"no key, indented": {"components:\n  - ../a\n", []manifest.Change{list("c.yaml")},
			"components:\n  - ../a\nresources:\n  - c.yaml\n"},
		"JSON": {`{"resources": ["a.yaml"]}` + "\n", []manifest.Change{list("c.yaml")},
			`{"resources": ["a.yaml", "c.yaml"]}` + "\n"},
		"with dots": {"resources:\n- ./a.yaml\n", []manifest.Change{list("c.yaml")},
			"resources:\n- ./a.yaml\n- ./c.yaml\n"},
		"CR LF, no line end": {"resources:\r\n- a.yaml", []manifest.Change{list("c.yaml")},
			"resources:\r\n- a.yaml\r\n- c.yaml"},
		"a name like a value": {"resources:\n- a.yaml\n", []manifest.Change{list("2024")},
			"resources:\n- a.yaml\n- \"2024\"\n"},
		"out of it": {"resources:\n- a.yaml # gone\n# of b\n- b.yaml\n", []manifest.Change{unlist("a.yaml")},
			"resources:\n# of b\n- b.yaml\n"},
		"out of brackets": {"resources: [a.yaml, ./b.yaml, c.yaml]\n", []manifest.Change{unlist("b.yaml")},
			"resources: [a.yaml, c.yaml]\n"},
		"the only one": {"resources:\n- a.yaml\nnamespace: a\n", []manifest.Change{unlist("a.yaml")},
			"resources: []\nnamespace: a\n"},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := manifest.Decode(manifest.File{Name: "k/kustomization.yaml", Data: []byte(test.text)})
			require.NoError(t, err)
			edit, err := set.Edit(test.changes...)
			require.NoError(t, err)
			require.Equal(t, test.want, string(edit.Files[0].After))
			require.Empty(t, edit.Differences, "no object changes")
		})
	}
	for text, test := range map[string]struct {
		change manifest.Change
		kind   error
		line   int
	}{
		"a: b\nresources: [a.yaml, c.yaml]\n":        {list("c.yaml"), manifest.ErrExists, 2},
		"resources: [a.yaml]\n":                      {unlist("c.yaml"), manifest.ErrNotFound, 1},
		"resources:\n- a.yaml\n- ./a.yaml\n":         {unlist("a.yaml"), manifest.ErrAnchor, 3},
		"crds: &a [a.yaml]\nresources: *a\n":         {list("c.yaml"), manifest.ErrAnchor, 2},
		"\nresources: &a [a.yaml]\n":                 {unlist("a.yaml"), manifest.ErrAnchor, 2},
		"resources: [a.yaml]\nresources: [b.yaml]\n": {list("c.yaml"), manifest.ErrAnchor, 1},
		"resources: ['{{ .Values.a }}']\n":           {list("c.yaml"), manifest.ErrTemplate, 1},
		"resources: [b.yaml]\n":                      {list("../c.yaml"), manifest.ErrValue, 1},
		"resources: [d.yaml]\n":                      {list("{{.yaml"), manifest.ErrValue, 1},
		"# nothing\n":                                {list("c.yaml"), manifest.ErrNotFound, 0},
		"resources: 7\n":                             {list("c.yaml"), manifest.ErrWrongKind, 1},
		"resources: [e.yaml]\n": {manifest.ListResource{Kustomization: "e", Path: "c"},
			manifest.ErrNotFound, 0},
	} {
		set, err := manifest.Decode(manifest.File{Name: "k/kustomization.yaml", Data: []byte(text)})
		require.NoError(t, err)
		_, err = set.Edit(test.change)
		require.ErrorIs(t, err, test.kind, text)
		require.Equal(t, test.line, manifest.EditErrors(err)[0].Line, "%s: %v", text, err)
		require.NotContains(t, strings.ToLower(err.Error()), "panic")
	}
}

// A file is added and listed, or removed and unlisted, in one edit.
func TestResourcesInOneEdit(t *testing.T) {
	set, err := manifest.Decode(files(map[string]string{"kustomization.yaml": "resources: [a.yaml]\n",
		"a.yaml": configMap("a")})...)
	require.NoError(t, err)
	edit, err := set.Edit(
		manifest.AddDocument{File: "b.yaml", Value: valueOf(t, configMap("b"))},
		manifest.ListResource{Kustomization: "kustomization.yaml", Path: "b.yaml"},
		manifest.RemoveDocument{Object: manifest.Ref{Kind: "ConfigMap", Name: "a"}},
		manifest.UnlistResource{Kustomization: "kustomization.yaml", Path: "a.yaml"},
	)
	require.NoError(t, err)
	require.Len(t, edit.Files, 3)
	require.Len(t, edit.After.Lists("b.yaml"), 1)
	require.Empty(t, edit.After.Lists("a.yaml"))
	require.Empty(t, edit.After.Build().Skipped)
}
