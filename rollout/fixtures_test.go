package rollout_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/swimlane-go/swimlane/rollout"
)

// t0 is when releases of the tests are prepared.
var t0 = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// seed returns a fresh plan of three lanes and four stages.
func seed() rollout.Plan {
	w := func(v1, v2, v3 int) rollout.Weights {
		return rollout.Weights{rollout.W("v1", v1), rollout.W("v2", v2), rollout.W("v3", v3)}
	}
	return rollout.Plan{
		Candidate: "v3",
		Before:    w(50, 50, 0),
		Stages: []rollout.Stage{
			{Name: "a", Weights: w(60, 30, 10), Criteria: "v3 is deployed"},
			{Name: "b", Weights: w(40, 30, 30), Criteria: "errors < 1%"},
			{Name: "c", Weights: w(10, 10, 80)},
			{Name: "d", Weights: w(0, 0, 100)},
		},
		Rollback: w(50, 50, 0),
	}
}

// single returns a plan of one stage.
func single() rollout.Plan {
	p := seed()
	p.Stages = p.Stages[3:]
	return p
}

// at returns a state of p in the given phase and stage, at revision 7.
func at(p rollout.Plan, phase rollout.Phase, stage int) rollout.State {
	return rollout.State{Schema: rollout.Schema, PlanDigest: p.Digest(), Revision: 7, Phase: phase, Stage: stage,
		Since: t0}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func requireZero(t testing.TB, s rollout.State, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, rollout.State{}, s, "a refusal returns no state")
}
