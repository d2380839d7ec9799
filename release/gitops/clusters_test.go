package gitops_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// Objects that two Argo CD Applications deploy to different clusters are not one release. Every
// command but a roll back says so, and names the directories.
func TestSeveralClusters(t *testing.T) {
	t.Parallel()
	app := func(name string) string {
		return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: " + name +
			"}\nspec: {source: {path: " + name + "}, destination: {namespace: default}}\n"
	}
	d := directory{"apps.yaml": app("east") + "---\n" + app("west")}
	for name, text := range sampleTree(t, false) {
		d["east/"+name] = text
		d["west/"+name] = strings.Replace(text, "  name: mock\n  labels", "  name: west\n  labels", 1) // the plan
	}
	_, err := command(d.of(t, "west"), "Prepare")
	require.ErrorIs(t, err, manifest.ErrClusters)
	require.ErrorContains(t, err, "name one of their directories, east, west")
	require.ErrorContains(t, err, "must be defined once: it is at east/")
	require.ErrorContains(t, err, "name a directory that holds one")

	d["west/release.yaml"] = d["east/release.yaml"]
	_, err = gitops.Open(d.set(t), "")
	require.ErrorIs(t, err, manifest.ErrClusters)

	// A holder that appears once is rolled back, whatever appears twice.
	d = directory{"apps.yaml": d["apps.yaml"]}
	once := sampleTree(t, false)
	once.do(t, "Prepare", "Start")
	for name, text := range once {
		d["east/"+name] = text
	}
	d["west/mock-v1.yaml"] = once["mock-v1.yaml"]
	_, err = command(d.open(t), "Promote")
	require.ErrorIs(t, err, manifest.ErrClusters)
	_, err = command(d.open(t), "RollBack")
	require.NoError(t, err)
	require.NotErrorIs(t, err, release.ErrTwice)
}
