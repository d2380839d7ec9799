package gitops_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/rollout"
)

// The plan and the observations on the page can be used as they are.
func TestPageOfGatesCanBeUsed(t *testing.T) {
	data, err := os.ReadFile("../../docs/gates.md")
	require.NoError(t, err)
	block := func(kind string) string {
		_, text, found := strings.Cut(string(data), "```"+kind+"\n")
		require.True(t, found)
		text, _, found = strings.Cut(text, "```\n")
		require.True(t, found)
		return text
	}
	var shown struct{ Plan string }
	require.NoError(t, yaml.UnmarshalStrict([]byte(block("yaml")), &shown))
	var plan rollout.Plan
	require.NoError(t, yaml.UnmarshalStrict([]byte(shown.Plan), &plan))
	require.Empty(t, plan.Validate())
	require.Empty(t, plan.Warnings())

	observations, err := rollout.ParseObservations([]byte(block("json")))
	require.NoError(t, err)
	require.Len(t, observations, 3)
	state, err := plan.Prepare(t0)
	require.NoError(t, err)
	state, err = plan.Start(state, t0)
	require.NoError(t, err)
	var evidence rollout.Evidence
	for _, o := range observations {
		evidence, err = plan.Observe(state, evidence, o)
		require.NoError(t, err)
	}
}
