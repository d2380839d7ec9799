package lanes_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/lanes"
)

func TestFactsOfGroups(t *testing.T) {
	var none *lanes.ASMSwimLaneGroup
	require.Nil(t, none.Permissive())
	require.Empty(t, none.RouteHeader())
	require.Empty(t, none.Strategy())

	g := &lanes.ASMSwimLaneGroup{}
	require.Nil(t, g.Permissive(), "unset is strict")
	g.Spec.PermissiveModeConfiguration = &lanes.PermissiveModeConfiguration{RouteHeader: "X-Lane"}
	require.Empty(t, g.RouteHeader(), "a strict group reads no header")
	g.Spec.IsPermissive = new(false)
	require.Nil(t, g.Permissive())
	g.Spec.IsPermissive = new(true)
	require.Equal(t, "x-lane", g.RouteHeader())
	require.Equal(t, "X-Lane", g.Permissive().RouteHeader, "as it is written")
	g.Spec.PermissiveModeConfiguration = nil
	require.Equal(t, &lanes.PermissiveModeConfiguration{}, g.Permissive(), "permissive, though nothing says how")

	require.Nil(t, g.Routing())
	g.Spec.Ingress = &lanes.GroupIngress{}
	require.Empty(t, g.Strategy())
	g.Spec.Ingress.IngressRouting = &lanes.IngressRouting{Strategy: lanes.RoutingWeighted}
	require.Equal(t, lanes.RoutingWeighted, g.Strategy())
}

func TestFactsOfLanes(t *testing.T) {
	lane := &lanes.ASMSwimLane{}
	require.Empty(t, lane.GroupName())
	lane.Labels = map[string]string{lanes.LabelLaneGroup: "mock"}
	require.Equal(t, "mock", lane.GroupName())

	require.False(t, lanes.IngressRule{}.InForce(), "ASM documents no default")
	require.False(t, lanes.IngressRule{Online: new(false)}.InForce())
	require.True(t, lanes.IngressRule{Online: new(true)}.InForce())
}
