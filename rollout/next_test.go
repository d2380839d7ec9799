package rollout_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout"
)

func TestNextListsWhatApplyTakes(t *testing.T) {
	p := seed()
	for place, want := range map[rollout.State]string{
		at(p, rollout.Prepared, 0):   "Start RollBack",
		at(p, rollout.Running, 1):    "Promote Pause RollBack",
		at(p, rollout.Running, 2):    "Promote StepBack Pause RollBack",
		at(p, rollout.Running, 4):    "StepBack Pause RollBack Finish",
		at(p, rollout.Paused, 2):     "Resume RollBack",
		at(p, rollout.Finished, 4):   "",
		at(p, rollout.RolledBack, 2): "RollBack",
		{}:                           "",
	} {
		var got []string
		for _, kind := range p.Next(place) {
			got = append(got, string(kind))
		}
		require.Equal(t, want, strings.Join(got, " "), p.Place(place))
	}
	foreign := at(single(), rollout.Running, 1)
	require.Empty(t, p.Next(foreign))
}

func TestParseEventKindReadsWordsAndConstants(t *testing.T) {
	for _, kind := range []rollout.EventKind{rollout.Start, rollout.Promote, rollout.StepBack, rollout.Pause,
		rollout.Resume, rollout.RollBack, rollout.Finish} {
		for _, text := range []string{string(kind), kind.Words(), strings.ToUpper(kind.Words()),
			strings.ReplaceAll(kind.Words(), " ", "-")} {
			got, err := rollout.ParseEventKind(text)
			require.NoError(t, err)
			require.Equal(t, kind, got)
		}
	}
	for _, text := range []string{"", "fly", "start now"} {
		kind, err := rollout.ParseEventKind(text)
		require.ErrorContains(t, err, "must be one of start, promote, step back, pause, resume, roll back, finish, not")
		require.Empty(t, kind)
	}
}

func TestTheZeroStateIsNoState(t *testing.T) {
	p := seed()
	require.ErrorIs(t, p.Check(rollout.State{}), rollout.ErrNoState)
	next, err := p.Promote(rollout.State{}, t0)
	requireZero(t, next, err)
	require.EqualError(t, err, "promote: no release is prepared")
	require.ErrorIs(t, err, rollout.ErrNoState)
}

func TestAnnotationsAreKeptAndAreNoPartOfTheDigest(t *testing.T) {
	p := seed()
	digest := p.Digest()
	p.Annotations = map[string]string{"example.com/ticket": "OPS-7"}
	p.Stages[1].Annotations = map[string]string{"example.com/owner": "payments"}
	require.Equal(t, digest, p.Digest())
	require.Empty(t, p.Validate())
	data, err := json.Marshal(p)
	require.NoError(t, err)
	var back rollout.Plan
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, p, back)
}
