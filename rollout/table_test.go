package rollout_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/rollout"
)

// places returns a state at every place of a plan of four stages.
func places(p rollout.Plan) map[string]rollout.State {
	return map[string]rollout.State{
		"prepared":    at(p, rollout.Prepared, 0),
		"first":       at(p, rollout.Running, 1),
		"paused":      at(p, rollout.Paused, 2),
		"last":        at(p, rollout.Running, 4),
		"finished":    at(p, rollout.Finished, 4),
		"rolled-back": at(p, rollout.RolledBack, 2),
	}
}

func TestTableOfSeedPlan(t *testing.T) {
	p := mock.Plan()
	golden.Equal(t, "plan.txt", p.Table(rollout.State{}))
	for name, s := range places(p) {
		golden.Equal(t, "at/"+name+".txt", p.Table(s)+"\n"+p.Markdown(s))
	}
}

// A table, a Markdown table and a picture mark the place of a release, and nothing
// for a state of no place of the plan.
func TestOnePlaceIsMarked(t *testing.T) {
	p := mock.Plan()
	marks := func(s rollout.State) []int {
		return []int{strings.Count(p.Table(s), "\n>"), strings.Count(p.Markdown(s), "| → **"),
			strings.Count(p.Mermaid(s), "(now"), strings.Count(p.Mermaid(s), "  style ")}
	}
	for name, s := range places(p) {
		require.Equal(t, []int{1, 1, 1, 1}, marks(s), name)
		require.Equal(t, len(p.Stages)+3, strings.Count(p.Table(s), "\n"))
		require.Equal(t, len(p.Stages)+4, strings.Count(p.Markdown(s), "\n"))
	}
	for _, s := range []rollout.State{{}, at(p, rollout.Running, 0), at(p, rollout.Paused, 5),
		at(p, rollout.Finished, -1), at(p, "Odd", 1)} {
		require.Equal(t, []int{0, 0, 0, 0}, marks(s), "%s %d", s.Phase, s.Stage)
	}
}

func TestTableKeepsARowInItsLine(t *testing.T) {
	p := seed()
	p.Stages[0].Criteria = "p99 < 1s\n> b\r\n\t\x1b[2J(10 min)"
	p.Stages[1].Name = "b\n\u2028"
	table := p.Table(rollout.State{})
	require.Contains(t, table, "p99 < 1s > b ")
	require.NotContains(t, table, "\x1b")
	require.Equal(t, 3+len(p.Stages), strings.Count(table, "\n"), "a line a row")
	for line := range strings.Lines(table) {
		require.Equal(t, strings.TrimRight(line, " \n")+"\n", line)
	}
}
