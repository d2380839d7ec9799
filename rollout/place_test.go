package rollout_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout"
)

func TestPlaceIsSaidInWords(t *testing.T) {
	plan := rollout.Plan{Stages: []rollout.Stage{{Name: "some"}, {Name: "all"}}}
	for want, s := range map[string]rollout.State{
		"not prepared":                {},
		"prepared":                    {Phase: rollout.Prepared},
		"stage 1 of 2, some":          {Phase: rollout.Running, Stage: 1},
		"stage 2 of 2, all":           {Phase: rollout.Running, Stage: 2},
		"paused at stage 2 of 2, all": {Phase: rollout.Paused, Stage: 2},
		"finished":                    {Phase: rollout.Finished, Stage: 2},
		"rolled back":                 {Phase: rollout.RolledBack, Stage: 1},
		"stage 3":                     {Phase: rollout.Running, Stage: 3},
		"stage -1":                    {Phase: rollout.Running, Stage: -1},
		`phase "Odd"`:                 {Phase: "Odd", Stage: 1},
	} {
		require.Equal(t, want, plan.Place(s))
	}
}
