package lanes_test

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/lanes"
)

// drawGroup draws a group: services of one name in two namespaces, of which some
// are unknown or listed twice; lanes that may be nil, of one name or overlap;
// fallbacks to anything.
func drawGroup(t *rapid.T) *groupInput {
	r := &groupInput{group: &lanes.ASMSwimLaneGroup{}, ports: map[string][]int32{},
		pods: map[string][]map[string]string{}}
	r.group.Name = "mock"
	r.group.Spec.Ingress = &lanes.GroupIngress{Gateway: &lanes.GatewayRef{Name: "gw", Namespace: "istio-system"}}
	services := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) lanes.ServiceRef {
		return lanes.ServiceRef{
			Namespace: rapid.SampledFrom([]string{"default", "shop"}).Draw(t, "namespace"),
			Name:      rapid.SampledFrom([]string{"mocka", "mockb", "mockc"}).Draw(t, "name"),
		}
	}), 1, 5)
	r.group.Spec.Services = services.Draw(t, "services")
	version := rapid.SampledFrom([]string{"v1", "v2", "v3"})
	for _, ref := range r.group.Spec.Services {
		if rapid.IntRange(0, 9).Draw(t, "known") > 0 {
			r.ports[lanes.Host(ref.Name, ref.Namespace)] = []int32{80}
		}
		for range rapid.IntRange(0, 3).Draw(t, "pods") {
			r.pods[ref.Namespace] = append(r.pods[ref.Namespace],
				map[string]string{"app": ref.Name, "version": version.Draw(t, "version"),
					"team": version.Draw(t, "team")})
		}
	}
	name := rapid.SampledFrom([]string{"one", "two", "three"})
	for range rapid.IntRange(0, 4).Draw(t, "lanes") {
		if rapid.IntRange(0, 9).Draw(t, "nil") == 0 {
			r.lanes = append(r.lanes, nil)
			continue
		}
		lane := laneOf(name.Draw(t, "lane"))
		for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"version", "team"}), 0, 2,
			rapid.ID[string]).Draw(t, "selector") {
			lane.Spec.LabelSelector[key] = version.Draw(t, "value")
		}
		if rapid.Bool().Draw(t, "lists") {
			lane.Spec.Services = services.Draw(t, "listed")
		}
		r.lanes = append(r.lanes, lane)
	}
	if rapid.Bool().Draw(t, "permissive") {
		r.group.Spec.IsPermissive = new(true)
		r.group.Spec.PermissiveModeConfiguration = &lanes.PermissiveModeConfiguration{
			FallbackTarget: name.Draw(t, "baseline"), TraceHeader: "baggage", RouteHeader: "x-lane",
			ServiceLevelFallbackTarget: rapid.MapOf(
				rapid.SampledFrom([]string{"mocka", "mockb", "default/mocka", "shop/mocka", "shop/mockb", "x"}),
				name).Draw(t, "fallbacks"),
		}
	}
	return r
}

// What follows is the judge.

func selects(lane *lanes.ASMSwimLane, labels map[string]string) bool {
	for key, value := range lane.Spec.LabelSelector {
		if labels[key] != value {
			return false
		}
	}
	return len(lane.Spec.LabelSelector) > 0
}

func dumbLane(r *groupInput, name string) *lanes.ASMSwimLane {
	for _, lane := range r.lanes {
		if lane != nil && lane.Name == name {
			return lane
		}
	}
	return nil
}

func dumbHas(r *groupInput, name string, ref lanes.ServiceRef) bool {
	lane := dumbLane(r, name)
	if _, known := r.ports[lanes.Host(ref.Name, ref.Namespace)]; lane == nil || !known {
		return false
	}
	lists := len(lane.Spec.Services) == 0
	for _, listed := range lane.Spec.Services {
		lists = lists || listed.Name == ref.Name && listed.Namespace == ref.Namespace
	}
	for _, labels := range r.pods[ref.Namespace] {
		if lists && labels["app"] == ref.Name && selects(lane, labels) {
			return true
		}
	}
	return false
}

func dumbFallback(r *groupInput, ref lanes.ServiceRef) string {
	config := r.group.Spec.PermissiveModeConfiguration
	if config == nil {
		return ""
	}
	namespaces := map[string]bool{}
	for _, other := range r.group.Spec.Services {
		if other.Name == ref.Name {
			namespaces[other.Namespace] = true
		}
	}
	if lane, set := config.ServiceLevelFallbackTarget[fmt.Sprintf("%s/%s", ref.Namespace, ref.Name)]; set &&
		namespaces[ref.Namespace] {
		return lane
	}
	if lane, set := config.ServiceLevelFallbackTarget[ref.Name]; set && len(namespaces) == 1 {
		return lane
	}
	return config.FallbackTarget
}

func dumbServing(r *groupInput, lane string, ref lanes.ServiceRef) string {
	if dumbHas(r, lane, ref) || r.group.Spec.PermissiveModeConfiguration == nil {
		return lane
	}
	return dumbFallback(r, ref)
}
