package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/transcript"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// Go programs must decode the JSON of a plan without loss.
func TestJSONOfPlans(t *testing.T) {
	for _, o := range transcript.Outputs(t, "testdata/looks/plan-*.txtar") {
		var r gitops.PlanReport
		require.NoError(t, json.Unmarshal([]byte(o.Text), &r))
		var again bytes.Buffer
		require.NoError(t, cli.JSON(cli.Clean(&again), r))
		require.Equal(t, o.Text, again.String())
	}
}

// The page names every key of both objects.
func TestKeysOfLooksAreDocumented(t *testing.T) {
	data, err := os.ReadFile("../../docs/gitops.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(data), "\n## JSON of a plan\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	var walk func(value any)
	walk = func(value any) {
		switch v := value.(type) {
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			for key, item := range v {
				require.Contains(t, section, "`"+key+"`")
				if key != "definition" && key != "perPod" { // keys of the plan, and names
					walk(item)
				}
			}
		}
	}
	for _, o := range transcript.Outputs(t, "testdata/looks/*.txtar") {
		if strings.Contains(o.Command, "-format json") {
			var value any
			require.NoError(t, json.Unmarshal([]byte(o.Text), &value))
			walk(value)
		}
	}
}
