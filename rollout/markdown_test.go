package rollout_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/rollout"
)

func TestMarkdownOfSeedPlan(t *testing.T) {
	golden.Equal(t, "plan.md", mock.Plan().Markdown(rollout.State{}))
}

func TestMarkdownKeepsCellsInTheirRow(t *testing.T) {
	p := seed()
	p.Stages[0].Criteria = "p99 < 1s | errors\n < 1%\r\n\t(10 min)"
	table := p.Markdown(rollout.State{})
	require.Contains(t, table, `| a | 60 | 30 | 10 | p99 < 1s \| errors < 1% (10 min) |`)
	require.Equal(t, 2+len(p.Stages), strings.Count(table, "\n"), "a line a row")
}
