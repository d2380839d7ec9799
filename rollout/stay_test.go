package rollout_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout"
)

// full returns a release at stage 1 of which everything was seen: a guard's counts, a value
// that passes, and an approval.
func full(t *testing.T) entered {
	r := enter(gated(), 1)
	r.see(window("mocka", r.now, 1, 100, 1, 900), memory(r.now, 0.5, 0.5))
	r.see(rollout.Observation{Metric: "errors", Service: "mockb", From: r.now, To: r.now.Add(time.Minute),
		Err: "timeout"})
	require.NoError(t, r.approve("owner", "ann"))
	return r
}

// again makes the evidence find out where the release stands, by one more window.
func (r *entered) again() rollout.Evidence {
	o := window("mockb", r.now, 0, 1, 0, 1)
	e := must(r.plan.Observe(r.state, r.evidence, o))
	r.evidence, r.now = e, o.To
	return e
}

// A pause does not end a stay: gates keep what they know, and time paused is no dwell.
func TestAPauseDoesNotEndAStay(t *testing.T) {
	r := full(t)
	before := r.evidence
	r.move(rollout.Pause, 3*time.Minute)
	e := r.again()
	dwelt := rollout.Duration(r.state.Since.Sub(before.Entered))
	require.Equal(t, dwelt, e.Dwelt)
	r.move(rollout.Resume, time.Hour)
	e = r.again()
	require.Equal(t, before.Stay, e.Stay)
	require.Equal(t, before.Entered, e.Entered)
	require.Equal(t, dwelt, e.Dwelt, "the pause is not counted")
	require.Equal(t, before.Approvals, e.Approvals)
	require.Equal(t, before.Tallies[gateMemory], e.Tallies[gateMemory])
	require.Equal(t, before.Tallies[guardA], e.Tallies[guardA])

	// The gate's dwell of 10 minutes goes on where it was.
	d := r.decide()
	i := slices.IndexFunc(d.Reasons, func(x rollout.Reason) bool { return x.Cause == rollout.CauseDwell })
	require.GreaterOrEqual(t, i, 0)
	require.Equal(t, r.state.Since.Add(10*time.Minute-time.Duration(dwelt)), d.Reasons[i].Until)
}

func TestAMoveEndsAStay(t *testing.T) {
	for name, move := range map[string]func(r *entered){
		"promote": func(r *entered) { r.move(rollout.Promote, time.Minute) },
		"there and back": func(r *entered) {
			r.move(rollout.Promote, time.Minute)
			r.again()
			r.move(rollout.StepBack, time.Minute)
		},
		"missed two": func(r *entered) {
			r.move(rollout.Promote, time.Minute)
			r.move(rollout.StepBack,
				time.Minute)
		},
		"missed a pause": func(r *entered) { r.move(rollout.Pause, time.Minute); r.move(rollout.Resume, time.Minute) },
		"missed, now paused": func(r *entered) {
			r.move(rollout.Pause, time.Minute)
			r.move(rollout.Resume, time.Minute)
			r.move(rollout.Pause, time.Minute)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := full(t)
			before := r.evidence
			move(&r)
			e := r.again()
			require.Equal(t, r.state.Revision, e.Stay)
			require.Equal(t, r.state.Since, e.Entered)
			require.Zero(t, e.Dwelt)
			require.Empty(t, e.Approvals)
			for i := gateMemory; i < gateCeilingA; i++ {
				if i != gateRatioB { // which saw the window that made it look
					require.Equal(t, rollout.Tally{}, e.Tallies[i], i)
				}
			}
			require.Equal(t, before.Tallies[guardA], e.Tallies[guardA], "guards live for the release")
			require.Zero(t, e.Windows[1].Missing)
			require.LessOrEqual(t, e.Windows[0].Data, r.state.Since.Unix())
		})
	}
}

// Windows that were missing before a move are not held against the new place.
func TestMissingWindowsAreCountedAnewAtEachPlace(t *testing.T) {
	r := enter(gated(), 1)
	miss := func() {
		r.see(rollout.Observation{Metric: "errors", Service: "mocka", From: r.now, To: r.now.Add(time.Minute),
			NoData: "no series"})
	}
	for range 3 {
		miss()
	}
	require.Equal(t, 3, r.evidence.Windows[0].Missing)
	r.move(rollout.Pause, time.Minute)
	miss()
	require.Equal(t, 4, r.evidence.Windows[0].Missing)
	r.move(rollout.Resume, time.Minute)
	r.move(rollout.Promote, time.Minute)
	miss()
	require.Equal(t, 1, r.evidence.Windows[0].Missing)
}

// A window that was folded before a move and ends after it says nothing of the new place.
func TestAWindowOverAMoveIsNotSeenAtTheNewPlace(t *testing.T) {
	r := enter(gated(), 1)
	r.see(window("mocka", r.now, 0, 100, 0, 900), window("mockb", r.now, 0, 100, 0, 900))
	r.now = r.now.Add(-time.Minute)
	r.move(rollout.Promote, 30*time.Second)
	d := r.decide()
	unseen := 0
	for _, x := range d.Reasons {
		if x.Cause == rollout.CauseUnseen {
			unseen++
		}
	}
	require.Equal(t, 2, unseen)
}

// A guard that failed asks for its step back in the stay in which it failed; then it holds.
func TestAFailedGuardStepsBackOnce(t *testing.T) {
	p := gated()
	p.Guards[0].OnFail = rollout.ActStepBack
	r := enter(p, 2)
	for r.evidence.Schema == 0 || r.evidence.Tallies[guardA].Failed == 0 {
		r.see(window("mocka", r.now, 30, 100, 1, 900))
	}
	d := r.decide()
	require.Equal(t, rollout.ActStepBack, d.Action)
	require.Equal(t, "a", d.To)
	r.move(rollout.Pause, time.Minute)
	require.Equal(t, rollout.ActHold, r.decide().Action, "a paused release takes no step back")
	r.again()
	r.move(rollout.Resume, time.Minute)
	require.Equal(t, rollout.ActStepBack, r.decide().Action, "the stay goes on")
	r.again()
	r.move(rollout.StepBack, time.Minute)
	require.Equal(t, rollout.ActHold, r.decide().Action)
	r.again()
	require.Equal(t, rollout.ActHold, r.decide().Action)
}

// Times that run backwards make nothing negative.
func TestTimeBackwardsIsNoDwell(t *testing.T) {
	r := full(t)
	r.move(rollout.Pause, -time.Hour)
	require.NoError(t, r.approve("owner", "bob"))
	require.Zero(t, r.evidence.Dwelt)
	r = enter(gated(), 1)
	r.now = r.now.Add(-24 * time.Hour)
	require.Equal(t, rollout.ActHold, r.decide().Action)

	// Nor do times that are centuries apart.
	r = full(t)
	r.now = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)
	r.move(rollout.Pause, 0)
	require.NoError(t, r.approve("qa", "dan"))
	r.move(rollout.Resume, time.Hour)
	require.NoError(t, r.approve("owner", "bob"))
	r.now = time.Date(9900, 1, 1, 0, 0, 0, 0, time.UTC)
	r.move(rollout.Pause, 0)
	require.NoError(t, r.approve("owner", "cid"))
	require.Positive(t, r.evidence.Dwelt)
}
