package metrics_test

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/types"

	"github.com/swimlane-go/swimlane/examples/controller/metrics"
	"github.com/swimlane-go/swimlane/rollout"
)

func TestReleasesAreCollected(t *testing.T) {
	shop, cart := types.NamespacedName{Namespace: "shop", Name: "one"}, types.NamespacedName{Namespace: "cart",
		Name: "two"}
	r := &metrics.Releases{}
	require.Zero(t, testutil.CollectAndCount(r))
	r.Set(shop, metrics.Sample{State: rollout.State{Revision: 1}, Condition: "Moving"})
	r.Set(shop, metrics.Sample{ // replaces the first
		State:   rollout.State{Revision: 4, Phase: rollout.Running, Stage: 2},
		Weights: rollout.Weights{rollout.W("v1", 70), rollout.W("v2", 30)},
		Action:  rollout.ActHold, Condition: "Waiting", Drifted: 1,
	})
	r.Set(cart, metrics.Sample{})
	r.Forget(cart)
	r.Forget(cart)
	require.NoError(t, testutil.CollectAndCompare(r, strings.NewReader(`
# HELP swimlane_condition 1 for what the controller does about it.
# TYPE swimlane_condition gauge
swimlane_condition{condition="Waiting",namespace="shop",plan="one"} 1
# HELP swimlane_decision 1 for the last decision.
# TYPE swimlane_decision gauge
swimlane_decision{action="Hold",namespace="shop",plan="one"} 1
# HELP swimlane_drifted_holders How many objects have other weights than those of the place.
# TYPE swimlane_drifted_holders gauge
swimlane_drifted_holders{namespace="shop",plan="one"} 1
# HELP swimlane_place 1 for the place at which the release is.
# TYPE swimlane_place gauge
swimlane_place{namespace="shop",phase="Running",plan="one",stage="2"} 1
# HELP swimlane_revision The revision of the release's state.
# TYPE swimlane_revision gauge
swimlane_revision{namespace="shop",plan="one"} 4
# HELP swimlane_weight_percent The weight of a lane, in percent, at the place of the release.
# TYPE swimlane_weight_percent gauge
swimlane_weight_percent{lane="v1",namespace="shop",plan="one"} 70
swimlane_weight_percent{lane="v2",namespace="shop",plan="one"} 30
`)))
	registry := prometheus.NewPedanticRegistry()
	require.NoError(t, registry.Register(r))
	problems, err := testutil.GatherAndLint(registry)
	require.NoError(t, err)
	require.Empty(t, problems)
}
