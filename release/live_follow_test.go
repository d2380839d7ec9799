package release_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	networkingv1beta1 "istio.io/client-go/pkg/apis/networking/v1beta1"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// gatedConfig is mockConfig with a gate at the first stage.
func gatedConfig(routes ...string) release.Config {
	c := mockConfig(routes...)
	c.Plan.Stages[0].Gate = &rollout.Gate{Dwell: rollout.Dwell{Min: rollout.Duration(time.Minute)}}
	return c
}

// A move, and what the release knows of it, are one write.
func TestLiveFollows(t *testing.T) {
	t.Parallel()
	config, all := gatedConfig("a", "b"), objects(t, "a", "b")
	state, err := config.Plan.Prepare(t0)
	require.NoError(t, err)
	evidence, err := config.Plan.Evidence(state, "anna")
	require.NoError(t, err)
	live := read(t, config, all)
	keep, err := live.KeepEvidence(evidence)
	require.NoError(t, err)
	written, err := live.With(state, keep)
	require.NoError(t, err)
	all = put(all, written...)

	live = read(t, config, all)
	known, err := live.Known()
	require.NoError(t, err)
	require.Equal(t, "anna", known.Evidence.Author)
	event := rollout.Event{Kind: rollout.Start, Revision: 1, At: t0.Add(time.Hour), Evidence: known.Evidence,
		By: "bert", Reason: "it is time"}
	next, err := config.Plan.Apply(state, event)
	require.NoError(t, err)
	written, err = live.With(next, live.Follow(next, event, known)...)
	require.NoError(t, err)
	require.Len(t, written, 2)
	require.NotContains(t, written[1].GetAnnotations(), release.AnnotationEvidence)

	live = read(t, config, put(all, written...))
	known, err = live.Known()
	require.NoError(t, err)
	require.Equal(t, next, live.State)
	require.EqualValues(t, 2, known.Evidence.Stay)
	require.Len(t, known.History.Moves, 1)
	require.Equal(t, "bert", known.History.Moves[0].By)
	require.Equal(t, "it is time", known.History.Moves[0].Reason)

	for _, c := range live.Follow(live.State, event, known) {
		require.Equal(t, release.AnnotationEvidence, c.(manifest.SetAnnotation).Key, "nothing has moved")
	}
	over, err := config.Plan.RollBack(next, t0.Add(time.Hour))
	require.NoError(t, err)
	require.Len(t, live.Follow(over, event, known), 1, "evidence of what is over is left as it is")
	require.Empty(t, read(t, mockConfig("a"), objects(t, "a")).Follow(over, event, release.Known{}),
		"a plan without gates")
}

func TestLiveRefusesOtherChangesBesides(t *testing.T) {
	t.Parallel()
	config := gatedConfig("a")
	live := read(t, config, objects(t, "a"))
	state, err := config.Plan.Prepare(t0)
	require.NoError(t, err)
	for name, c := range map[string]manifest.Change{
		"of another object": manifest.SetAnnotation{Object: release.LaneRef("v1"), Key: "a", Value: "b"},
		"no annotation":     manifest.SetWeights{Object: live.Carrier()},
		"nil":               nil,
	} {
		_, err := live.With(state, c)
		require.ErrorContains(t, err, "besides", name)
	}
}

func TestLiveErr(t *testing.T) {
	t.Parallel()
	config := gatedConfig("a", "b")
	require.NoError(t, read(t, config, objects(t, "a", "b")).Err())
	all := objects(t, "a")
	for _, o := range all {
		if route, is := o.(*networkingv1beta1.VirtualService); is {
			route.Annotations = map[string]string{release.AnnotationState: "nonsense"}
		}
	}
	err := read(t, config, all).Err()
	require.ErrorIs(t, err, release.ErrState, "of the carrier")
	require.ErrorIs(t, err, release.ErrMissing, "b is not there")
}
