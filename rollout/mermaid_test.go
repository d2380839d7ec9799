package rollout_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/rollout"
)

func TestMermaidOfSeedPlan(t *testing.T) {
	p := mock.Plan()
	golden.Equal(t, "plan.mmd", p.Mermaid(rollout.State{}))
	golden.Equal(t, "at/paused.mmd", p.Mermaid(at(p, rollout.Paused, 2)))
}

func TestMermaidKeepsNamesInTheirLabels(t *testing.T) {
	p := seed()
	s := at(p, rollout.Finished, 4)
	want := strings.Count(p.Mermaid(s), "\n")
	p.Stages[0].Name = "x\"]\n  end\n  click x \"https://example.com\"\n"
	p.Stages[0].Weights[0].Lane = `"] --> rollback["`
	chart := p.Mermaid(s)
	require.Equal(t, want, strings.Count(chart, "\n"), "a line an element")
	require.NotContains(t, chart, "  click")
	require.Equal(t, 1, strings.Count(chart, "> rollback"))
}
