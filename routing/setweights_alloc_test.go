package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// Beside the copies that it returns, SetWeights allocates their list and an index.
func TestSetWeightsAllocatesLittleBesideItsCopy(t *testing.T) {
	vs, err := routing.VirtualServiceBuilder{
		Name: "mocka", Namespace: "default", Hosts: []string{"*"}, Gateways: []string{"ingressgateway"},
		Routes: []routing.Route{{Name: "mock", Matches: []routing.Match{routing.PathExact("/mock")},
			Destinations: []routing.Destination{
				{Host: "mocka", Subset: "v1", Weight: 90}, {Host: "mocka", Subset: "v2", Weight: 10},
			}}},
	}.Build()
	require.NoError(t, err)
	all, weights := []*networkingv1.VirtualService{vs}, rollout.Weights{rollout.W("v1", 70), rollout.W("v2", 30)}
	route := routing.RouteRef{Namespace: "default", Name: "mocka", Route: "mock"}
	var kept *networkingv1.VirtualService
	copies := testing.AllocsPerRun(100, func() { kept = vs.DeepCopy() })
	require.NotNil(t, kept)
	sets := testing.AllocsPerRun(100, func() {
		out, err := routing.SetWeights(all, weights, route)
		if err != nil {
			panic(err)
		}
		kept = out[0]
	})
	require.LessOrEqual(t, sets-copies, 2.0)
}
