package reconciler_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/examples/controller/trial"
	"github.com/swimlane-go/swimlane/rollout"
)

// requireSound checks that every route has the weights of the state. No more writes may follow.
func (w *world) requireSound(phase rollout.Phase) {
	w.t.Helper()
	l := w.live()
	require.Equal(w.t, phase, l.State.Phase)
	behind, errs := l.Behind()
	require.Empty(w.t, behind)
	require.Empty(w.t, errs)
	writes := w.writes
	for range 3 {
		require.NoError(w.t, w.reconcile())
	}
	require.Equal(w.t, writes, w.writes, "what is over is left alone")
}

func TestReleasesByGoodNumbers(t *testing.T) {
	w := newWorld(t, trial.Plan())
	w.until(rollout.Finished, -1)
	w.requireSound(rollout.Finished)
	require.Equal(t, "finished", w.told(status.AnnotationPlace))
	require.Equal(t, status.Over, w.condition())
	known, err := w.live().Known()
	require.NoError(t, err)
	require.Len(t, known.History.Moves, 5)
	for _, m := range known.History.Moves {
		require.Equal(t, "swimlane", m.By)
	}
	require.Contains(t, w.events.all, "Normal Over finished: ")
	t.Logf("%d calls, %d writes of routes", w.calls, w.writes)
}

func TestRollsBackByBadNumbers(t *testing.T) {
	w := newWorld(t, trial.Plan())
	w.until(rollout.Running, 1)
	w.source = trial.Counted(400)
	w.start()
	w.until(rollout.RolledBack, -1)
	w.requireSound(rollout.RolledBack)
	known, err := w.live().Known()
	require.NoError(t, err)
	last := known.History.Moves[len(known.History.Moves)-1]
	require.Equal(t, rollout.RollBack, last.Kind)
	require.Contains(t, last.Reason, "errors")
}
