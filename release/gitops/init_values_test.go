package gitops_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// Weights are found in the values of a chart by their form, and the written plan can be
// prepared.
func TestInitInAChart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]release.Values{
		"weights: {v1: 60, v2: 40}\n":                               {Path: "weights"},
		"shop:\n  port: 80\n  lanes: {blue: '60', green: \"40\"}\n": {Path: "shop.lanes"},
		"a.b: {v1: 60, v2: 40}\nshop: {example.com/w: {v1: 60, v2: 40}}\n": {
			Path: "shop[example.com/w]"},
		"apps:\n- name: a\n  split:\n  - {lane: v1, weight: 60}\n  - {lane: v2, weight: 40}\n": {Path: "apps[0].split",
			Lane: "lane", Weight: "weight"},
		"split:\n- {version: v1, share: 60}\n- {version: v2, share: 40}\n": {Path: "split",
			Lane: "version", Weight: "share"},
		"split:\n- {lane: v1, weight: 100, name: x}\n": {Path: "split", Lane: "lane",
			Weight: "weight"},
		"weights: {v1: 60, v2: 40}\nresources: {cpu: 50, memory: 50}\n":                  {Path: "weights"},
		"max: {a: 100}\nsteps: [50, 50]\nlanes: {v1: 100, v2: 0}\nA: {Ab: 60, Cd: 40}\n": {Path: "lanes"},
	} {
		d := directory{"Chart.yaml": "name: shop\n", "values.yaml": text, "values.schema.json": "{}\n"}
		c, err := gitops.Init(d.set(t), "v9")
		require.NoError(t, err, text)
		d.write(c, len(c.Files))
		require.Contains(t, d["release.yaml"], "name: shop #", text)
		tree := d.open(t)
		want.File = "values.yaml"
		require.Equal(t, &want, tree.Config.Values, text)
		if want.Lane != "" && strings.Contains(text, "name: x") {
			continue // an item of more is not made up: prepare says so
		}
		d.do(t, "Prepare", "Start", "RollBack", "CleanUp")
		require.Equal(t, text, d["values.yaml"])
	}
}

// Ambiguous weights are refused, with their lines.
func TestInitInAChartIsRefused(t *testing.T) {
	t.Parallel()
	long := "lanes:\n"
	for i := range 20 {
		long += fmt.Sprintf("  l%d: {v1: 50, v2: 50}\n", i)
	}
	for text, want := range map[string]string{
		"":                       "values.yaml must hold the weights of lanes",
		"a: {v1: 50}\n":          "values.yaml must hold the weights of lanes",
		"a: {v1: 100}\n":         "must hold the weights",
		"[]: {v1: 60, v2: 40}\n": "must hold the weights",
		"a:\n- {lane: v1, weight: 50}\n- {lane: v1, weight: 50}\n":         "must hold the weights",
		"a:\n- {x: v1, y: v2, weight: 50}\n- {x: v3, y: v4, weight: 50}\n": "must hold the weights",
		"a:\n- {lane: v1, weight: 50}\n- {weight: 50}\n":                   "must hold the weights",
		"a: {v1: 60, v2: 40}\nb: {v1: 30, v2: 70}\n":                       "several places: name the one by its file and path, as values.yaml#a; found\nvalues.yaml:1: a: v1=60 v2=40\nvalues.yaml:2: b: v1=30 v2=70",
		long:                          "and 10 more",
		"weights: {v1: 50, v9: 50}\n": "the candidate, lane v9, must have no weight yet: it has 50 in values.yaml:1: weights",
		"weights: {v1: 100, v2: 0}\nswimlaneState: ''\n": "values.yaml:2: must not bear swimlaneState: a release is under way, or was not cleaned up",
	} {
		_, err := gitops.Init(directory{"Chart.yaml": "name: shop\n", "values.yaml": text}.set(t), "v9")
		require.ErrorContains(t, err, want, text)
		if strings.Contains(want, "several places") || strings.Contains(want, "more") {
			require.ErrorIs(t, err, gitops.ErrAmbiguous)
		}
	}
	_, err := gitops.Init(directory{"Chart.yaml": "name: shop\n"}.set(t), "v9")
	require.ErrorContains(t, err, "there must be a file of values in the chart")
	_, err = gitops.InitValues(directory{"Chart.yaml": "name: shop\n"}.set(t), release.Values{File: "../x.yaml"}, "v9")
	require.ErrorContains(t, err, "../x.yaml: must be a file of values in the directory")
}

// A file and a path may be named, in a chart or not. Weights with a plan are not taken again.
// States that would be at one place are told apart.
func TestInitValuesByName(t *testing.T) {
	t.Parallel()
	d := directory{"lanes.yaml": "a: {v1: 60, v2: 40}\nb: {v1: 30, v2: 70}\n"}
	_, err := gitops.InitValues(d.set(t), release.Values{File: "lanes.yaml"}, "v9")
	require.ErrorIs(t, err, gitops.ErrAmbiguous)
	c, err := gitops.InitValues(d.set(t), release.Values{File: "lanes.yaml", Path: "b"}, "v9")
	require.NoError(t, err)
	d.write(c, len(c.Files))
	require.Equal(t, "b", d.open(t).Config.Values.Path)
	d.do(t, "Prepare", "Start")

	c, err = gitops.InitValues(d.set(t), release.Values{File: "lanes.yaml"}, "v8")
	require.NoError(t, err)
	d.write(c, len(c.Files))
	second, err := gitops.Open(d.set(t), "release-v8")
	require.NoError(t, err)
	require.Equal(t, &release.Values{File: "lanes.yaml", Path: "a", State: "swimlaneState-release-2"},
		second.Config.Values)
	c, err = second.Prepare(t0)
	require.NoError(t, err)
	d.write(c, len(c.Files))
	_, err = gitops.InitValues(d.set(t), release.Values{File: "lanes.yaml"}, "v7")
	require.ErrorContains(t, err, "several places")
	_, err = gitops.InitValues(d.set(t), release.Values{File: "lanes.yaml", Path: "a"}, "v7")
	require.ErrorContains(t, err, "its release must be cleaned up first")

	dir := d.put(t)
	_, err = gitops.Directory{Path: dir}.InitValues(release.Values{File: "none.yaml"}, "v7")
	require.ErrorContains(t, err, "none.yaml: must be a file of values")
	_, err = gitops.Directory{Path: dir + "/none"}.InitValues(release.Values{}, "v7")
	require.ErrorIs(t, err, gitops.ErrNoFile)
}
