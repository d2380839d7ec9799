package rollout_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/golden"
)

func TestMermaidOfSeedPlan(t *testing.T) {
	golden.Equal(t, "plan.mmd", mock.Plan().Mermaid())
}

func TestMermaidKeepsNamesInTheirLabels(t *testing.T) {
	p := seed()
	want := strings.Count(p.Mermaid(), "\n")
	p.Stages[0].Name = "x\"]\n  end\n  click x \"https://example.com\"\n"
	p.Stages[0].Weights[0].Lane = `"] --> rollback["`
	chart := p.Mermaid()
	require.Equal(t, want, strings.Count(chart, "\n"), "a line an element")
	require.NotContains(t, chart, "  click")
	require.Equal(t, 1, strings.Count(chart, "> rollback"))
}
