package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout"
)

// The timeline shows the weights of a place, what was served and failed, and why it ended.
func TestTimeline(t *testing.T) {
	begun := time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)
	plan := badRelease(time.Second).config.Plan
	state, err := plan.Prepare(begun)
	require.NoError(t, err)
	state, err = plan.Start(state, begun)
	require.NoError(t, err)
	s := stay{
		plan: plan, revision: state.Revision, state: state, entered: begun.Add(64*time.Second + 250*time.Millisecond),
		seen: counts{"v3": {total: 891, failed: 2}, "v4": {total: 109, failed: 27}},
		move: rollout.Move{Kind: rollout.RollBack, Reason: "errors at mocka: the candidate is shown to be worse than " +
			"twice the others, which is 24.8% against 0.2%"},
	}
	require.Equal(t, ""+
		"   1:04.2  stage 1 of 3, ten                     v3 90%      v4 10%\n", s.begin(begun))
	require.Equal(t, ""+
		"             served, of 1000                     v3 89.1%    v4 10.9%\n"+
		"             failed                              v3 0.2%     v4 24.8%\n"+
		"         => roll back: errors at mocka: the candidate is shown to be worse than twice the others,\n"+
		"            which is 24.8% against 0.2%\n", s.end())
	s.seen, s.move = nil, rollout.Move{Kind: rollout.Promote, To: "half"}
	require.Equal(t, "         => promote to half\n", s.end())
	s.seen, s.move = counts{"v3": {total: 10}}, rollout.Move{}
	require.Contains(t, s.end(), "v4 -\n")
}

// Both plans are valid, and go on by themselves.
func TestPlans(t *testing.T) {
	for _, r := range []aRelease{goodRelease(time.Second), badRelease(time.Second)} {
		_, err := r.config.Plan.Checked()
		require.NoError(t, err)
		for _, s := range r.config.Plan.Stages {
			require.NotNil(t, s.Gate)
		}
		require.NotEmpty(t, r.objects(t))
	}
}
