package reconciler_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/examples/controller/reconciler"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/examples/controller/trial"
	"github.com/swimlane-go/swimlane/rollout"
)

// If Git owns the weights, the controller writes none, and says who owns them.
func TestDoesNotFightGit(t *testing.T) {
	for name, own := range map[string]func(w *world){
		"Argo CD": func(w *world) {
			vs := w.route("second")
			vs.Annotations = map[string]string{
				"argocd.argoproj.io/tracking-id": "shop:networking.istio.io/VirtualService:shop/second"}
			require.NoError(t, w.plain.Update(t.Context(), vs))
		},
		"Flux": func(w *world) {
			vs := w.route("second")
			vs.Labels = map[string]string{"kustomize.toolkit.fluxcd.io/name": "shop"}
			require.NoError(t, w.plain.Update(t.Context(), vs))
		},
		"gitops wrote the state": func(w *world) { w.move("gitops", rollout.Event{}) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, trial.Plan())
			own(w)
			for range 20 {
				require.NoError(t, w.reconcile())
			}
			require.Zero(t, w.writes)
			require.Equal(t, status.GitOwns, w.condition())
			require.Contains(t, w.told(status.AnnotationMessage), strings.Fields(name)[0])
			w.say(status.AnnotationOwner, "controller")
			w.until(rollout.Finished, -1)
		})
	}
}

// move moves the release as another writer does; the zero Event prepares it.
func (w *world) move(manager string, e rollout.Event) {
	l := w.live()
	next, err := l.Config.Plan.Prepare(w.clock.Now())
	if e.Kind != "" {
		next, err = l.Config.Plan.Apply(l.State, e)
	}
	require.NoError(w.t, err)
	objects, err := l.With(next)
	require.NoError(w.t, err)
	for _, o := range objects {
		require.NoError(w.t, w.plain.Update(w.t.Context(), o, client.FieldOwner(manager)))
	}
}

// A whole release by proposals: Git's writer makes each proposed move, and the controller writes no
// weights.
func TestProposes(t *testing.T) {
	w := newWorld(t, trial.Plan())
	w.set = func(r *reconciler.Reconciler) { r.Propose = true }
	w.start()
	w.move("gitops", rollout.Event{})
	for range 100 {
		require.NoError(t, w.reconcile())
		w.clock.SetTime(w.clock.Now().Add(time.Second))
		var d rollout.Decision
		require.NoError(t, json.Unmarshal([]byte(w.told(status.AnnotationProposal)), &d))
		var evidence rollout.Evidence
		require.NoError(t, json.Unmarshal([]byte(w.told(status.AnnotationEvidence)), &evidence))
		s := w.live().State
		if s.Closed() {
			break
		}
		require.Equal(t, s.Revision, d.Revision)
		facts := rollout.Facts{State: s, Evidence: evidence, Now: w.clock.Now()}
		if e, moves := d.Event(facts, "bot"); moves {
			w.move("gitops", e)
		}
	}
	require.Equal(t, rollout.Finished, w.live().State.Phase)
	require.Zero(t, w.writes)
}

func TestTellsPrometheus(t *testing.T) {
	w := newWorld(t, trial.Plan())
	w.until(rollout.Running, 1)
	require.NoError(t, w.reconcile())
	require.NoError(t, testutil.CollectAndCompare(w.r.Metrics, strings.NewReader(`
# HELP swimlane_place 1 for the place at which the release is.
# TYPE swimlane_place gauge
swimlane_place{namespace="shop",phase="Running",plan="mock",stage="1"} 1
# HELP swimlane_weight_percent The weight of a lane, in percent, at the place of the release.
# TYPE swimlane_weight_percent gauge
swimlane_weight_percent{lane="v1",namespace="shop",plan="mock"} 60
swimlane_weight_percent{lane="v2",namespace="shop",plan="mock"} 30
swimlane_weight_percent{lane="v3",namespace="shop",plan="mock"} 10
# HELP swimlane_condition 1 for what the controller does about it.
# TYPE swimlane_condition gauge
swimlane_condition{condition="Waiting",namespace="shop",plan="mock"} 1
# HELP swimlane_decision 1 for the last decision.
# TYPE swimlane_decision gauge
swimlane_decision{action="Hold",namespace="shop",plan="mock"} 1
# HELP swimlane_drifted_holders How many objects have other weights than those of the place.
# TYPE swimlane_drifted_holders gauge
swimlane_drifted_holders{namespace="shop",plan="mock"} 0
`), "swimlane_place", "swimlane_weight_percent", "swimlane_condition", "swimlane_decision", "swimlane_drifted_holders"))
	require.NoError(t, w.plain.Delete(t.Context(), w.plan()))
	require.NoError(t, w.reconcile())
	require.Zero(t, testutil.CollectAndCount(w.r.Metrics))
}
