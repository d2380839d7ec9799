package rollout_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout"
)

func TestCeilingsWithinTheUsualErrors(t *testing.T) {
	p := seed()
	p.Metrics = []rollout.Metric{{Name: "errors", Kind: rollout.Counts},
		{Name: "slow", Kind: rollout.Counts, Over: ptr(0.5)}}
	p.Guards = []rollout.Check{
		{Metric: "slow", Worse: &rollout.Worse{Ceiling: ptr(0.01)}},
		{Metric: "errors", Worse: &rollout.Worse{Ceiling: ptr(0.02)}},
	}
	p.Stages[1].Gate = &rollout.Gate{
		Checks: []rollout.Check{{Metric: "errors", Good: &rollout.Good{Ceiling: ptr(0.03)}}}}
	require.Empty(t, p.Validate())
	within := func(errors float64) (out []string) {
		for _, path := range p.CeilingsWithin(errors) {
			out = append(out, path.String())
		}
		return out
	}
	require.Empty(t, within(0))
	require.Empty(t, within(0.019))
	require.Equal(t, []string{"guards[1].worse.ceiling"}, within(0.02))
	require.Equal(t, []string{"guards[1].worse.ceiling", "stages[1].gate.checks[0].good.ceiling"}, within(0.5))
}
