package gitops_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// A plan that was edited during a release stops all commands but those that it names. It is
// taken over at the place of the routes.
func TestReplan(t *testing.T) {
	t.Parallel()
	later := t0.Add(time.Hour)
	rename := func(d directory) { d.replace(t, "release.yaml", "name: full-promotion", "name: complete") }
	for name, test := range map[string]struct {
		words []string
		edit  func(d directory)
		as    string
		want  rollout.State // phase and stage
	}{
		"prepared":   {finished()[:1], rename, "", rollout.State{Phase: rollout.Prepared}},
		"at a stage": {finished()[:3], rename, "", rollout.State{Phase: rollout.Running, Stage: 2}},
		"paused":     {append(finished()[:3:3], "Pause"), rename, "", rollout.State{Phase: rollout.Paused, Stage: 2}},
		"finished":   {finished()[:6], rename, "", rollout.State{Phase: rollout.Finished, Stage: 4}},
		"rolled back": {append(finished()[:3:3], "RollBack"), rename, "",
			rollout.State{Phase: rollout.RolledBack, Stage: 2}},
		"a stage less": {finished()[:3], func(d directory) {
			d.replace(t, "release.yaml",
				"    - name: initial-canary\n"+
					"      weights: [{lane: v1, percent: 60}, {lane: v2, percent: 30}, {lane: v3, percent: 10}]\n"+
					"      criteria: After deploying v3\n", "")
		}, "", rollout.State{Phase: rollout.Running, Stage: 1}},
		"a place that is named": {finished()[:3], rename, "1", rollout.State{Phase: rollout.Running, Stage: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			d := sampleTree(t, true)
			d.do(t, test.words...)
			old := d.open(t).State
			test.edit(d)
			for _, word := range []string{"Prepare", "Promote", "Pause", "Finish", "CleanUp"} {
				_, err := command(d.open(t), word)
				require.ErrorIs(t, err, rollout.ErrForeign, word)
				require.ErrorContains(t, err, "replan takes the plan over as it is now; rollback ends the release",
					word)
			}
			_, err := d.open(t).Adopt("", later)
			require.ErrorIs(t, err, rollout.ErrForeign)
			require.Equal(t, "replan", d.open(t).Report().Next[0].Command)

			o, err := d.open(t).Replan(test.as, later)
			require.NoError(t, err)
			require.Equal(t, test.want.Phase, o.State.Phase)
			require.Equal(t, test.want.Stage, o.State.Stage)
			require.Equal(t, old.Revision+1, o.State.Revision)
			require.Contains(t, o.Notes[len(o.Notes)-1], strings.TrimPrefix(old.PlanDigest, "sha256:")[:12],
				"what differs is said")
			require.Equal(t, test.as == "", len(o.Differences) == 0, "weights stay unless a place is named")
			for n := 1; n < len(o.Files); n++ { // cut off, it is asked for again
				half := directory{}
				for name, text := range d {
					half[name] = text
				}
				half.write(o, n)
				again, err := half.open(t).Replan("", later)
				require.NoError(t, err)
				half.write(again, len(again.Files))
				require.NoError(t, half.open(t).Sound())
				require.Empty(t, half.open(t).Report().Problems)
			}
			d.write(o, len(o.Files))
			require.Empty(t, d.open(t).Report().Problems)
			again, err := d.open(t).Replan("", later)
			require.NoError(t, err)
			require.True(t, again.Nothing())
		})
	}
}

func TestReplanRefuses(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	_, err := d.open(t).Replan("", t0)
	require.ErrorIs(t, err, rollout.ErrNoState)
	d.do(t, "Prepare", "Start", "Promote")
	_, err = d.open(t).Replan("1", t0)
	require.ErrorContains(t, err, "adopt -as PLACE")
	d.replace(t, "release.yaml", "{lane: v1, percent: 40}, {lane: v2, percent: 30}, {lane: v3, percent: 30}",
		"{lane: v1, percent: 41}, {lane: v2, percent: 29}, {lane: v3, percent: 30}")
	_, err = d.open(t).Replan("", t0)
	require.ErrorContains(t, err,
		"the weights are those of no place of the plan: -as PLACE sets those of the place that is meant, one of prepared, initial-canary")
	_, err = d.open(t).Replan("none", t0)
	require.ErrorIs(t, err, gitops.ErrNoPlace)
	d.replace(t, "mock-route.yaml", `"phase":"Running"`, `"phase":"Walking"`)
	_, err = d.open(t).Replan("", t0)
	require.ErrorIs(t, err, release.ErrState)
}
