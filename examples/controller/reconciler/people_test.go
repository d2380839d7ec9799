package reconciler_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/examples/controller/trial"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

func (w *world) approve(stay int64, by ...string) {
	var all []rollout.Approval
	for _, name := range by {
		all = append(all, rollout.Approval{Role: "owner", By: name, At: t0, PlanDigest: w.live().State.PlanDigest,
			Stay: stay})
	}
	data, err := json.Marshal(all)
	require.NoError(w.t, err)
	w.say(status.AnnotationApprove, string(data))
}

func TestWaitsForApprovals(t *testing.T) {
	plan := trial.Plan()
	plan.Approvers = map[string][]string{"owner": {"anna", "bert"}}
	plan.Stages[1].Gate.Approvals = []rollout.Approvals{{Role: "owner"}}
	plan.Stages[2].Gate.Approvals = []rollout.Approvals{{Role: "owner"}}
	w := newWorld(t, plan)
	w.say(status.AnnotationAuthor, "bert")
	w.until(rollout.Running, 1)
	w.settle(30)
	require.Equal(t, 1, w.live().State.Stage)
	require.Equal(t, status.Waiting, w.condition())
	require.Contains(t, w.told(status.AnnotationMessage), "0 of 1 approvals by owner")

	w.approve(w.live().State.Revision, "bert")
	w.settle(30)
	require.Contains(t, w.told(status.AnnotationMessage), rollout.ErrAuthor.Error())
	require.Equal(t, 1, w.live().State.Stage)

	w.approve(w.live().State.Revision, "eve")
	w.settle(30)
	require.Contains(t, w.told(status.AnnotationMessage), rollout.ErrStranger.Error())

	w.approve(w.live().State.Revision, "anna")
	w.until(rollout.Running, 2)
	w.settle(30)
	require.Equal(t, 2, w.live().State.Stage, "an approval counts for one stay")
	w.say(status.AnnotationApprove, "nonsense")
	w.settle(30)
	require.Contains(t, w.told(status.AnnotationMessage), status.AnnotationApprove)
	w.approve(w.live().State.Revision, "anna")
	w.until(rollout.Finished, -1)
	w.requireSound(rollout.Finished)
}

func TestFreezes(t *testing.T) {
	plan := trial.Plan()
	plan.Freezes = []rollout.Freeze{{Zone: "UTC", From: "08:03", To: "20:00"}}
	w := newWorld(t, plan)
	w.until(rollout.Running, 2)
	for w.clock.Now().Before(t0.Add(11 * time.Hour)) {
		require.NoError(t, w.reconcile())
	}
	require.Equal(t, 2, w.live().State.Stage)
	require.Contains(t, w.told(status.AnnotationMessage), "frozen")
	w.until(rollout.Finished, -1)
	require.GreaterOrEqual(t, w.clock.Now().Sub(t0), 12*time.Hour)
}

// Neither a freeze nor a pause stops a roll back.
func TestRollsBackWhileFrozenAndPaused(t *testing.T) {
	plan := trial.Plan()
	plan.Freezes = []rollout.Freeze{{Zone: "UTC", From: "08:03", To: "20:00"}}
	w := newWorld(t, plan)
	w.until(rollout.Running, 2)
	w.say(status.AnnotationPause, "true")
	w.until(rollout.Paused, 2)
	w.source = trial.Counted(400)
	w.start()
	w.until(rollout.RolledBack, -1)
	w.requireSound(rollout.RolledBack)
}

func TestPausesByAnnotation(t *testing.T) {
	w := newWorld(t, trial.Plan())
	w.say(status.AnnotationPause, "true")
	w.settle(10)
	require.Zero(t, w.writes)
	require.Equal(t, status.Paused, w.condition())
	w.say(status.AnnotationPause, "")
	w.until(rollout.Running, 1)
	w.say(status.AnnotationPause, "true")
	w.until(rollout.Paused, 1)
	w.clock.SetTime(w.clock.Now().Add(time.Hour))
	w.settle(20)
	require.Equal(t, rollout.Paused, w.live().State.Phase)
	require.Equal(t, status.Paused, w.condition())
	w.say(status.AnnotationPause, "")
	w.until(rollout.Finished, -1)
	w.requireSound(rollout.Finished)
}

func TestAsksPeopleWhereNoGateIs(t *testing.T) {
	plan := trial.Plan()
	plan.Stages[1].Gate = nil
	w := newWorld(t, plan)
	w.until(rollout.Running, 1)
	w.settle(20)
	require.Equal(t, 1, w.live().State.Stage)
	w.ask(rollout.Event{Kind: rollout.Promote, Revision: 1, By: "anna"}) // seen too late
	w.settle(20)
	require.Equal(t, 1, w.live().State.Stage)
	w.say(status.AnnotationAsk, `{"kind": "Promote", "revison": 2}`)
	w.settle(20)
	require.Contains(t, w.told(status.AnnotationMessage), status.AnnotationAsk)
	w.ask(rollout.Event{Kind: rollout.Promote, Revision: w.live().State.Revision, By: "anna"})
	w.until(rollout.Running, 2)
	known, err := w.live().Known()
	require.NoError(t, err)
	require.Equal(t, "anna", known.History.Moves[len(known.History.Moves)-1].By)
	w.ask(rollout.Event{Kind: rollout.RollBack, Revision: w.live().State.Revision, By: "anna"})
	w.until(rollout.RolledBack, -1)
	w.requireSound(rollout.RolledBack)
}

// A plan that is edited during its release no longer belongs to that release.
func TestPlanIsReplacedInMidRelease(t *testing.T) {
	w := newWorld(t, trial.Plan())
	w.until(rollout.Running, 2)
	old := w.plan()
	config, err := release.ConfigOf(old)
	require.NoError(t, err)
	config.Plan.Stages[2].Weights = rollout.Weights{rollout.W("v1", 20), rollout.W("v2", 20), rollout.W("v3", 60)}
	replaced, err := config.ConfigMap()
	require.NoError(t, err)
	put := func(data map[string]string) {
		cm := w.plan()
		cm.Data = data
		require.NoError(t, w.plain.Update(t.Context(), cm))
	}
	put(replaced.Data)
	writes := w.writes
	w.settle(20)
	require.Equal(t, writes, w.writes)
	require.Equal(t, status.Broken, w.condition())
	require.Contains(t, w.told(status.AnnotationMessage), rollout.ErrForeign.Error())

	t.Run("put back", func(t *testing.T) {
		put(old.Data)
		w.until(rollout.Running, 3)
	})
	t.Run("a person ends it", func(t *testing.T) {
		put(replaced.Data)
		w.settle(20)
		require.Equal(t, status.Broken, w.condition())
		w.ask(rollout.Event{Kind: rollout.RollBack, Revision: w.live().Highest, By: "anna"})
		w.until(rollout.RolledBack, -1)
		w.requireSound(rollout.RolledBack)
	})
}

func TestRefusesWhatIsNoPlan(t *testing.T) {
	w := newWorld(t, trial.Plan())
	cm := w.plan()
	cm.Data["plan"] = "candidate: v9"
	require.NoError(t, w.plain.Update(t.Context(), cm))
	for range 3 {
		require.NoError(t, w.reconcile())
	}
	require.Equal(t, status.Invalid, w.condition())
	require.Zero(t, w.writes)
	require.Len(t, w.events.all, 1)
	require.NoError(t, w.plain.Delete(t.Context(), cm))
	require.NoError(t, w.reconcile())
	require.Error(t, w.plain.Get(t.Context(), client.ObjectKeyFromObject(cm), cm))
}

func TestWaitsForACandidateThatIsNeverAvailable(t *testing.T) {
	w := newWorld(t, trial.Plan())
	w.scale("v3", 1, 0)
	w.settle(30)
	require.Equal(t, rollout.Prepared, w.live().State.Phase)
	require.Equal(t, status.Unavailable, w.condition())
	require.Empty(t, w.moved)
	w.scale("v3", 1, 1)
	w.until(rollout.Finished, -1)
}

func TestWaitsForTheStableLanesBeforeARollBack(t *testing.T) {
	w := newWorld(t, trial.Plan())
	w.until(rollout.Running, 4)
	w.scale("v1", 0, 0) // an autoscaler scaled the idle lane down
	w.source = trial.Counted(400)
	w.start()
	w.settle(30)
	require.Equal(t, rollout.Running, w.live().State.Phase)
	require.Equal(t, status.Unavailable, w.condition())
	require.Contains(t, w.told(status.AnnotationMessage), "v1")
	w.scale("v1", 3, 2)
	w.settle(30)
	require.Equal(t, status.Unavailable, w.condition())
	w.scale("v1", 3, 3)
	w.until(rollout.RolledBack, -1)
	w.requireSound(rollout.RolledBack)
}

// The pods that the plan asks for exist before a stage gets weight. The owner of the workloads
// scales them, and the controller says what it waits for.
func TestWaitsForTheReplicasOfAStage(t *testing.T) {
	w := newWorld(t, trial.Short(), release.Floor{
		Stage: "shift-majority-to-v3", Lane: "v3", Service: release.ServiceName{Namespace: "shop", Name: "mockb"},
		Replicas: 4,
	})
	w.until(rollout.Running, 1)
	w.settle(30)
	require.Equal(t, 1, w.live().State.Stage)
	require.Equal(t, status.Unavailable, w.condition())
	require.Contains(t, w.told(status.AnnotationMessage), "stage shift-majority-to-v3 needs 4 pods of mockb")
	w.scale("v3", 4, 3)
	w.settle(30)
	require.Equal(t, 1, w.live().State.Stage)
	w.scale("v3", 4, 4)
	w.until(rollout.Finished, -1)
	w.requireSound(rollout.Finished)
}
