package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// built returns two VirtualServices: the second has two routes.
func built(t testing.TB) []*networkingv1.VirtualService {
	t.Helper()
	first, err := everything().Build()
	require.NoError(t, err)
	b := entry()
	b.Name = "other"
	pinned := b.Routes[0]
	pinned.Name = "pinned"
	b.Routes = append(b.Routes, pinned)
	second, err := b.Build()
	require.NoError(t, err)
	return []*networkingv1.VirtualService{first, second}
}

func TestSetWeightsChangesNothingElse(t *testing.T) {
	all := built(t)
	rapid.Check(t, func(t *rapid.T) {
		weights := gen.Weights(t, []string{"v1", "v2", "v3"})
		want := []*networkingv1.VirtualService{all[0].DeepCopy(), all[1].DeepCopy()}
		for i, w := range weights {
			want[0].Spec.Http[0].Route[i].Weight = int32(w.Percent)
			want[1].Spec.Http[1].Route[i].Weight = int32(w.Percent)
		}
		got, err := routing.SetWeights(all, weights,
			routing.RouteRef{Namespace: "istio-system", Name: "mock"},
			routing.RouteRef{Namespace: "istio-system", Name: "other", Route: "pinned"})
		require.NoError(t, err)
		for i := range want {
			require.True(t, want[i].Spec.String() == got[i].Spec.String(), "want %v\ngot  %v", &want[i].Spec,
				&got[i].Spec)
			require.Equal(t, want[i].ObjectMeta, got[i].ObjectMeta)
			require.NotSame(t, all[i], got[i])
		}
		require.EqualValues(t, 60, all[0].Spec.Http[0].Route[0].Weight, "the arguments are not changed")
	})
}

func TestSetWeightsRefuses(t *testing.T) {
	good := rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 40), rollout.W("v3", 10)}
	mock := routing.RouteRef{Namespace: "istio-system", Name: "mock"}
	for name, test := range map[string]struct {
		weights rollout.Weights
		routes  []routing.RouteRef
		want    []string
	}{
		"no route": {good, nil, []string{"must name a route"}},
		"nothing there": {good, []routing.RouteRef{{Name: "mock"}},
			[]string{`must have VirtualService default/mock: there are "istio-system/mock", "istio-system/other"`}},
		"which route": {good, []routing.RouteRef{{Namespace: "istio-system", Name: "other"}},
			[]string{`must name the route: there are 2, "main", "pinned"`}},
		"unknown route": {good, []routing.RouteRef{{Namespace: "istio-system", Name: "mock", Route: "x"}},
			[]string{`must have a route "x": there are "main"`}},
		"unknown lane": {rollout.Weights{rollout.W("v1", 50), rollout.W("v9", 50)}, []routing.RouteRef{mock},
			[]string{"must have a destination for lane v9"}},
		"not all lanes": {rollout.Weights{rollout.W("v1", 100)}, []routing.RouteRef{mock},
			[]string{"sum to 100 with those that are not set, not 140"}},
		"bad weights": {good[:2], []routing.RouteRef{mock}, []string{"must sum to 100, not 90"}},
		"several faults": {nil, []routing.RouteRef{{Name: "a"}, {Name: "b"}},
			[]string{"weights: ", "VirtualService default/a", "VirtualService default/b"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := routing.SetWeights(built(t), test.weights, test.routes...)
			require.Nil(t, got)
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}

// A destination that is not set may hold any weight: the sum is checked both ways.
func TestSetWeightsRefusesASumBelow100(t *testing.T) {
	all := built(t)
	all[0].Spec.Http[0].Route[2].Weight = -10
	_, err := routing.SetWeights(all, rollout.Weights{rollout.W("v1", 60), rollout.W("v2", 40)},
		routing.RouteRef{Namespace: "istio-system", Name: "mock"})
	require.ErrorContains(t, err, "sum to 100 with those that are not set, not 90")
}
