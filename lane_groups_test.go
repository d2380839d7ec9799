package swimlane_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// Each section of the page shows an app, and what the builders make of it.
func TestLaneGroupsAreBuilt(t *testing.T) {
	page := readFile(t, "docs/lane-groups.md")
	pair := regexp.MustCompile("(?s)```yaml\n(name: .*?)```\n\n```yaml\n(.*?)```\n")
	require.Len(t, pair.FindAllString(page, -1), 4)
	golden.Equal(t, "../docs/lane-groups.md", pair.ReplaceAllStringFunc(page, func(both string) string {
		declared := pair.FindStringSubmatch(both)[1]
		return "```yaml\n" + declared + "```\n\n```yaml\n" + built(t, declared) + "```\n"
	}))
}

// built returns the lane group and the lanes of an app, which are good by themselves.
func built(t *testing.T, declared string) string {
	t.Helper()
	var app lanes.App
	require.NoError(t, yaml.UnmarshalStrict([]byte(declared), &app))
	group, err := app.LaneGroup().Build()
	require.NoError(t, err)
	objects := []runtime.Object{group}
	for i, version := range app.Versions {
		builder := app.Lane(version)
		if app.Strategy == lanes.RoutingWeighted {
			builder.Weight = app.IngressWeight([]int{90, 10}[i])
		}
		lane, err := builder.Build()
		require.NoError(t, err)
		objects = append(objects, lane)
	}
	text, err := manifest.Encode(objects...)
	require.NoError(t, err)
	set, err := manifest.Decode(manifest.File{Name: "lanes.yaml", Data: text})
	require.NoError(t, err)
	for _, finding := range (validate.Checker{Partial: true}).Check(set) {
		require.NotEqual(t, validate.Error, finding.Severity, finding.Message)
	}
	return string(text)
}
