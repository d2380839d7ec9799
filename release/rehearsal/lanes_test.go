package rehearsal_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/rehearsal"
	"github.com/swimlane-go/swimlane/rollout"
)

// weighted is scenario for lanes that have the weights themselves: a commit has an object for
// each lane and the group.
func weighted(t require.TestingT, faults ...rehearsal.Fault) rehearsal.Scenario {
	plan := gated()
	state, err := plan.Prepare(t0)
	require.NoError(t, err)
	app := mock.App()
	app.Strategy = lanes.RoutingWeighted
	set, err := release.Render(app, plan, state, release.Options{Calls: true})
	require.NoError(t, err)
	s := scenario(t, plan, faults...)
	s.Set, s.Config.Routes, s.Config.LaneGroup = set, nil, app.Name
	return s
}

// The bot dies between two files of a commit and completes it at the next window; the objects
// of a commit reach the cluster one by one, the worst first; a lane's weight is edited by hand.
func TestLanesThatHaveTheWeights(t *testing.T) {
	hand := rehearsal.Fault{Kind: rehearsal.HandEdit, At: 15 * minute,
		Weights: rollout.Weights{rollout.W("v1", 0), rollout.W("v2", 0), rollout.W("v3", 100)}}
	for name, s := range map[string]rehearsal.Scenario{
		"lanes-crash":     weighted(t, rehearsal.Fault{Kind: rehearsal.Crash, At: 15 * minute}),
		"lanes-spread":    weighted(t, bad()),
		"lanes-hand-edit": weighted(t, hand),
	} {
		t.Run(name, func(t *testing.T) {
			if name == "lanes-spread" {
				s.Sync, s.Spread = minute/2, minute
			}
			line := rehearse(t, s)
			golden.Equal(t, "stories/"+name+".txt", line.String())
			require.Zero(t, line.Unserved)
		})
	}
}

// While the objects of one commit land, the candidate never meets more than it may before or
// after, whatever the order: that of the worst is shown.
func TestWorstOrder(t *testing.T) {
	s := weighted(t)
	s.Spread = minute / 2
	line := rehearse(t, s)
	var seen []float64
	for _, m := range line.Moments {
		if m.Kind == rehearsal.Landed {
			seen = append(seen, m.Exposed)
		}
	}
	require.Greater(t, len(seen), 2*len(s.Config.Plan.Stages), "several moments a commit")
	// From 50/50/0 to 60/30/10 the worst first object is v3's own weight: 10 of 110.
	require.Contains(t, seen, 10.0/110)
	for _, x := range seen {
		require.LessOrEqual(t, x, 1.0)
	}
}

// A release that is paused goes on when a person resumes it.
func TestPausedRelease(t *testing.T) {
	s := scenario(t, gated())
	live := release.ReadSet(s.Config, s.Set)
	started := live.At(rollout.Running, 1, t0)
	set := written(t, s.Set, live, started)
	live = release.ReadSet(s.Config, set)
	paused, err := s.Config.Plan.Pause(live.State, t0)
	require.NoError(t, err)
	s.Set = written(t, set, live, paused)
	line := rehearse(t, s)
	require.Equal(t, rehearsal.Asked, line.Moments[1].Kind)
	require.Equal(t, "a person goes on", line.Moments[2].Why)
	require.Equal(t, rollout.Finished, line.Phase)
}

func TestMarkdown(t *testing.T) {
	golden.Equal(t, "bad.md", rehearse(t, scenario(t, gated(), bad())).Markdown())
	require.NotPanics(t, func() { _ = rehearsal.Timeline{}.Markdown() })
	require.NotPanics(t, func() { _ = rehearsal.Timeline{}.String() })
}

func TestCostInWords(t *testing.T) {
	cost, err := rehearsal.Costs(scenario(t, gated(), bad()), 20)
	require.NoError(t, err)
	require.Equal(t,
		"All of 20 rehearsals are rolled back; the candidate is out 4m after the fault begins (4m to 4m). The fault costs 209 requests (191 to 226).",
		cost.String())
	cost, err = rehearsal.Costs(scenario(t, gated()), 3)
	require.NoError(t, err)
	require.Equal(t, "Of 3 rehearsals 3 are finished and 0 rolled back. The fault costs 0 requests (0 to 0).",
		cost.String())
	require.Zero(t, cost.Took)
}

func TestTrafficOfADemand(t *testing.T) {
	traffic := rehearsal.TrafficOf(release.Demand{
		Requests: []release.Requests{{Host: "shop", Path: "/a", Rate: 3}, {Rate: 4}},
		PerPod:   map[string]float64{"web": 5}, Errors: 0.1,
	})
	require.Equal(t, 7.0, traffic.Rate)
	require.Equal(t, 0.1, traffic.Errors)
	require.Equal(t, "/a", traffic.Request.Path)
	require.Zero(t, rehearsal.TrafficOf(release.Demand{}))
}
