package manifest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

const someValues = `# Weights of the lanes.
weights: {v1: 60, 'v2': "40"} # percent
image:
  tag: "{{ .Values.tag }}"
lanes:
- lane: v1
  weight: 60
- lane: v2
old: &old {a: 1}
new: *old
none:
`

func TestValuesOfAFile(t *testing.T) {
	set, err := manifest.Decode(manifest.File{Name: "a/values.yaml", Data: []byte(someValues)},
		manifest.File{Name: "b.yaml", Data: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: b}\n")})
	require.NoError(t, err)
	require.NotEmpty(t, set.Faults(), "as an object it is none")
	read := set.WithValues("a/values.yaml", "none.yaml")
	require.Empty(t, read.Faults())
	require.Equal(t, read.Len(), read.WithValues("a/values.yaml").Len())
	o, found := read.Get(manifest.ValuesRef("a/values.yaml"))
	require.True(t, found)
	for path, want := range map[string]struct {
		keys  []string
		items int
		found bool
	}{
		"weights":       {[]string{"v1", "v2"}, 0, true},
		"lanes":         {nil, 2, true},
		"new":           {[]string{"a"}, 0, true},
		"none":          {},
		"weights[v1]":   {},
		"weights[v9]":   {},
		"image.tag.way": {},
	} {
		keys, items, found := o.Keys(path)
		require.Equal(t, want.keys, keys, path)
		require.Equal(t, want.items, items, path)
		require.Equal(t, want.found, found, path)
	}
	require.True(t, o.IsText("weights[v2]"))
	require.False(t, o.IsText("weights[v1]"))
	require.False(t, o.IsText("weights[v9]"))

	edit, err := read.Edit(manifest.SetField{Object: o.Ref, Path: "weights[v1]", Value: 70},
		manifest.SetField{Object: o.Ref, Path: "weights[v2]", Value: "30"})
	require.NoError(t, err, "braces are nobody's template here")
	require.Contains(t, string(edit.Files[0].After), "weights: {v1: 70, 'v2': \"30\"} # percent\n")
	again, found := edit.After.Get(o.Ref)
	require.True(t, found, "an edit keeps it so")
	text, _ := again.Written("weights[v1]")
	require.Equal(t, "70", text)

	judged := read.Without("a/values.yaml", "none.yaml")
	require.Equal(t, 1, judged.Len())
	require.Empty(t, judged.Faults())
	require.Equal(t, 1, judged.Without("a/values.yaml").Len())
	require.Equal(t, 2, judged.WithValues("a/values.yaml").Len())

	built, err := manifest.NewObject(o.Value, "")
	require.Error(t, err, "values have no name")
	_, _, found = built.Keys("weights")
	require.False(t, found)
	require.False(t, built.IsText("weights[v2]"))
}

func TestValuesThatCannotBeRead(t *testing.T) {
	set, _ := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte("a: [\n---\n- b\n---\nc: d\n---\ne: f\n")})
	read := set.WithValues("a.yaml")
	require.Len(t, read.Faults(), 1, "what is no YAML")
	require.Len(t, read.Kind(manifest.ValuesKind), 2, "each document that is a mapping")
	require.Len(t, set.Without("a.yaml").Faults(), 1)
}

// Only Helm can read the templates of a chart, and its values are no objects.
func TestChartsArePassedOver(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"shop/Chart.yaml": "name: shop\n", "shop/values.yaml": "a: b\n", "shop/values-prod.yaml": "a: b\n",
		"shop/values.schema.json": "{}\n",
		"shop/templates/a.yaml":   "a: {{ b }}\n", "shop/charts/sub/Chart.yaml": "name: sub\n",
		"shop/crds/a.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n",
		"templates/b.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: b}\n",
	} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	files, skipped, err := manifest.ReadDir(dir)
	require.NoError(t, err)
	var said []string
	for _, s := range skipped {
		said = append(said, s.String())
	}
	const why = ": passed over: it is of a Helm chart: judge what that makes, with helm template DIR | lint -"
	require.Equal(t, []string{"shop/charts" + why, "shop/templates" + why}, said)
	set, err := manifest.Decode(files...)
	require.NoError(t, err)
	require.Empty(t, set.Faults())
	require.Equal(t, 2, set.Len(), "what is no template")
}

func TestValuesOfAChart(t *testing.T) {
	t.Parallel()
	set, err := manifest.Decode(manifest.File{Name: "a/Chart.yaml", Data: []byte("name: a\n")},
		manifest.File{Name: "a/values-prod.yaml"}, manifest.File{Name: "a/values.yaml"},
		manifest.File{Name: "a/values.schema.json", Data: []byte("{}")}, manifest.File{Name: "b/values.yaml"})
	require.NoError(t, err)
	files, isChart := set.ChartValues("a")
	require.True(t, isChart)
	require.Equal(t, []string{"a/values-prod.yaml", "a/values.yaml"}, files)
	files, isChart = set.ChartValues("b")
	require.False(t, isChart)
	require.Empty(t, files)
}
