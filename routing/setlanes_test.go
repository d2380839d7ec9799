package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	networking "istio.io/api/networking/v1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

func one(t testing.TB, route routing.Route) *networkingv1.VirtualService {
	t.Helper()
	vs, err := routing.VirtualServiceBuilder{Name: "a", Hosts: []string{"a.example.com"}, Gateways: []string{"g"},
		Routes: []routing.Route{route}}.Build()
	require.NoError(t, err)
	return vs
}

// A lane that is added and removed again leaves what was there, in both versions.
func TestAddedAndRemovedIsAsBefore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		header := rapid.SampledFrom([]string{"", "x-lane"}).Draw(t, "header")
		weights := gen.Weights(t, []string{"v1", "v2"})
		var route routing.Route
		for _, w := range weights {
			d := routing.Destination{Host: "mocka", Subset: w.Lane, Weight: w.Percent, Port: 8000}
			if header != "" {
				d.Subset, d.Headers.Request.Set = "v1", map[string]string{header: w.Lane}
			}
			route.Destinations = append(route.Destinations, d)
		}
		vs, err := routing.VirtualServiceBuilder{Name: "a", Hosts: []string{"a.example.com"}, Gateways: []string{"g"},
			Routes: []routing.Route{route}}.Build()
		require.NoError(t, err)
		before := vs.DeepCopy()
		at := routing.RouteRef{Name: "a", Namespace: "default", Header: header}
		subset := rapid.SampledFrom([]string{"", "v1"}).Draw(t, "subset")

		added, err := routing.AddDestination(vs, at, "v3", subset)
		require.NoError(t, err)
		require.True(t, proto.Equal(&before.Spec, &vs.Spec), "the argument is not changed")
		want := append(weights.Clone(), rollout.W("v3", 0))
		got := routing.WeightsOf(added.Spec.Http[0], header)
		if header == "" && subset != "" {
			want[2].Lane = subset
		}
		require.Equal(t, want, got)
		beta, err := routing.AddDestination(routing.V1Beta1(vs), at, "v3", subset)
		require.NoError(t, err)
		require.True(t, proto.Equal(&added.Spec, &beta.Spec))

		if lane := want[2].Lane; lane == "v3" {
			moved, err := routing.SetWeights([]*networkingv1.VirtualService{added},
				rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 20), rollout.W("v3", 30)}, at)
			require.NoError(t, err)
			_, err = routing.RemoveDestination(moved[0], at, "v3")
			require.EqualError(t, err, "the destination for lane v3 must have weight 0 before it is removed, not 30")
			removed, err := routing.RemoveDestination(beta, at, "v3")
			require.NoError(t, err)
			require.True(t, proto.Equal(&before.Spec, &removed.Spec), "want %v\ngot  %v", &before.Spec, &removed.Spec)
		}
	})
}

func TestOnlyDestinationHasWhatIstioMakesOfIt(t *testing.T) {
	t.Parallel()
	vs := one(t, routing.Route{Destinations: []routing.Destination{{Host: "mocka", Subset: "v1", Weight: 100}}})
	vs.Spec.Http[0].Route[0].Weight = 0
	require.Equal(t, rollout.Weights{rollout.W("v1", 100)}, routing.WeightsOf(vs.Spec.Http[0], ""))
	added, err := routing.AddDestination(vs, routing.RouteRef{}, "v2", "")
	require.NoError(t, err)
	require.Equal(t, rollout.Weights{rollout.W("v1", 100), rollout.W("v2", 0)},
		routing.WeightsOf(added.Spec.Http[0], ""))
	_, err = routing.RemoveDestination(vs, routing.RouteRef{}, "v1")
	require.ErrorContains(t, err, "must have weight 0 before it is removed, not 100")
	require.Nil(t, routing.WeightsOf(nil, ""))
}

func TestMissingErrorsTellWhatIsThere(t *testing.T) {
	t.Parallel()
	vs := one(t, routing.Route{Name: "main",
		Destinations: []routing.Destination{{Host: "mocka", Subset: "v1", Weight: 60},
			{Host: "mocka", Subset: "v2", Weight: 40}}})
	plain := one(t, routing.Route{Destinations: []routing.Destination{{Host: "mocka", Weight: 100}}})
	pinned := one(t, routing.Route{
		Destinations: []routing.Destination{{Host: "mocka", Subset: "v1", Weight: 100,
			Headers: routing.Headers{Response: routing.HeaderOperations{Set: map[string]string{"a": "b"}}}}}})
	half := rollout.Weights{rollout.W("v1", 50), rollout.W("v3", 50)}
	all := []*networkingv1.VirtualService{vs}
	second := func(_ any, err error) error { return err }
	for name, test := range map[string]struct {
		err   error
		kind  error
		there []string
		text  string
	}{
		"virtual service": {second(routing.SetWeights(all, half, routing.RouteRef{Name: "b"})),
			routing.ErrNoVirtualService, []string{"default/a"},
			`set weights: must have VirtualService default/b: there are "default/a"`},
		"none at all": {second(routing.SetWeights(all[:0], half, routing.RouteRef{Name: "b"})),
			routing.ErrNoVirtualService, nil, "set weights: must have VirtualService default/b: there are none"},
		"route": {second(routing.AddDestination(vs, routing.RouteRef{Route: "x"}, "v3", "")),
			routing.ErrNoRoute, []string{"main"}, `must have a route "x": there are "main"`},
		"route to remove": {second(routing.RemoveDestination(vs, routing.RouteRef{Route: "x"}, "v3")),
			routing.ErrNoRoute, []string{"main"}, `must have a route "x": there are "main"`},
		"lane": {second(routing.SetWeights(all, half, routing.RouteRef{Namespace: "default", Name: "a"})),
			routing.ErrNoLane, []string{"v1", "v2"},
			"set weights: VirtualService default/a: must have a destination for lane v3: there are \"v1\", \"v2\""},
		"lane to remove": {second(routing.RemoveDestination(vs, routing.RouteRef{}, "v3")), routing.ErrNoLane,
			[]string{"v1", "v2"}, `must have a destination for lane v3: there are "v1", "v2"`},
		"no name": {second(routing.RemoveDestination(vs, routing.RouteRef{}, "")), routing.ErrNoLane,
			[]string{"v1", "v2"}, `must have a destination for lane: there are "v1", "v2"`},
		"there already": {second(routing.AddDestination(vs, routing.RouteRef{}, "v2", "")), nil, nil,
			"must not have a destination for lane v2 already"},
		"nothing to copy": {second(routing.AddDestination(plain, routing.RouteRef{}, "v2", "")), nil, nil,
			"must have a destination of a lane with only a host, a weight and the route header, to copy for v2"},
		"others' headers": {second(routing.AddDestination(pinned, routing.RouteRef{}, "v2", "")), nil, nil,
			"must have a destination of a lane with only a host, a weight and the route header, to copy for v2"},
	} {
		require.EqualError(t, test.err, test.text, name)
		if test.kind == nil {
			continue
		}
		missing := new(routing.MissingError)
		require.ErrorAs(t, test.err, &missing, name)
		require.ErrorIs(t, test.err, test.kind, name)
		require.Equal(t, test.there, missing.There, name)
	}
}

func TestVersionsAndBack(t *testing.T) {
	t.Parallel()
	vs := one(t, routing.Route{Destinations: []routing.Destination{{Host: "mocka", Weight: 100}}})
	require.Equal(t, "networking.istio.io/v1beta1", routing.V1Beta1(vs).APIVersion)
	require.True(t, proto.Equal(&vs.Spec, &routing.V1(routing.V1Beta1(vs)).Spec))
	require.Equal(t, vs.TypeMeta, routing.V1(routing.V1Beta1(vs)).TypeMeta)
	gw := &networkingv1.Gateway{Spec: networking.Gateway{Selector: map[string]string{"a": "b"}}}
	require.True(t, proto.Equal(&gw.Spec, &routing.GatewayV1(routing.GatewayV1Beta1(gw)).Spec))
	require.Equal(t, "Gateway", routing.GatewayV1(routing.GatewayV1Beta1(gw)).Kind)
	dr := &networkingv1.DestinationRule{Spec: networking.DestinationRule{Host: "a"}}
	require.True(t, proto.Equal(&dr.Spec, &routing.DestinationRuleV1(routing.DestinationRuleV1Beta1(dr)).Spec))
	require.Equal(t, "DestinationRule", routing.DestinationRuleV1(routing.DestinationRuleV1Beta1(dr)).Kind)
}

// A destination without a lane would lead to the pods of all lanes.
func TestAddDestinationNamesALane(t *testing.T) {
	t.Parallel()
	vs := &networkingv1.VirtualService{}
	vs.Spec.Http = []*networking.HTTPRoute{
		{Route: []*networking.HTTPRouteDestination{{Destination: &networking.Destination{Host: "a", Subset: "v1"}}}}}
	for _, subset := range []string{"", "v1"} {
		added, err := routing.AddDestination(vs, routing.RouteRef{}, "", subset)
		require.EqualError(t, err, "must name the lane to add: it is empty")
		require.Nil(t, added)
	}
}

func TestNilIsNoVirtualService(t *testing.T) {
	t.Parallel()
	var none *networkingv1.VirtualService
	_, err := routing.AddDestination(none, routing.RouteRef{}, "v2", "")
	require.EqualError(t, err, "VirtualService must not be nil")
	_, err = routing.RemoveDestination(none, routing.RouteRef{}, "v2")
	require.EqualError(t, err, "VirtualService must not be nil")
	_, err = routing.SetWeights([]*networkingv1.VirtualService{nil}, rollout.Weights{rollout.W("v1", 100)},
		routing.RouteRef{Name: "a"})
	require.EqualError(t, err, "set weights: VirtualService 0: must not be nil")
	require.Nil(t, routing.V1Beta1(nil))
	require.Nil(t, routing.V1(nil))
	require.Nil(t, routing.GatewayV1(nil))
	require.Nil(t, routing.GatewayV1Beta1(nil))
	require.Nil(t, routing.DestinationRuleV1(nil))
	require.Nil(t, routing.DestinationRuleV1Beta1(nil))
}
