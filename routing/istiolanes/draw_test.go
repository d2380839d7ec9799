package istiolanes_test

import (
	"fmt"
	"maps"

	networking "istio.io/api/networking/v1"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/lanes"
)

// drawIstio draws good input: services of one name in several namespaces, lanes
// with any selectors, of which some list their services, both modes, all
// strategies.
func drawIstio(t *rapid.T) istio {
	b := istio{Group: &lanes.ASMSwimLaneGroup{}}
	b.Group.Name = "mock"
	spec := &b.Group.Spec
	spec.Ingress = &lanes.GroupIngress{Gateway: &lanes.GatewayRef{Name: "gw",
		Namespace: rapid.SampledFrom([]string{"istio-system", "shop"}).Draw(t, "gateway namespace")}}
	refs := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) lanes.ServiceRef {
		return lanes.ServiceRef{
			Namespace: rapid.SampledFrom([]string{"default", "shop", "edge"}).Draw(t, "namespace"),
			Name:      rapid.SampledFrom([]string{"mocka", "mockb", "mock-c"}).Draw(t, "service"),
		}
	}), 1, 6, func(ref lanes.ServiceRef) string { return ref.Namespace + "/" + ref.Name }).Draw(t, "services")
	spec.Services = refs
	for _, ref := range refs {
		b.Services = append(b.Services,
			serviceOf(ref.Namespace, ref.Name, rapid.SampledFrom([][]int32{{80}, {80, 81}}).Draw(t, "ports")...))
	}
	permissive := rapid.Bool().Draw(t, "permissive")
	for i := range rapid.IntRange(1, 5).Draw(t, "lanes") {
		lane := laneOf(fmt.Sprint("lane-", i), nil)
		lane.Spec.LabelSelector = drawSelector(t, i)
		drawServices(t, &b, lane, permissive && i > 0)
		b.Lanes = append(b.Lanes, lane)
	}
	if permissive {
		drawPermissive(t, &b)
	}
	drawStrategy(t, &b)
	return b
}

// drawSelector draws labels of which one or more is like no other lane's.
func drawSelector(t *rapid.T, lane int) map[string]string {
	keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"version", "track", "example.com/team"}), 1, 3,
		rapid.ID[string]).Draw(t, "keys")
	out := map[string]string{}
	for i, key := range keys {
		out[key] = "same"
		if i == 0 || rapid.Bool().Draw(t, "own value") {
			out[key] = fmt.Sprint("own-", lane)
		}
	}
	return out
}

// drawServices gives a lane services, by pods or by its list.
func drawServices(t *rapid.T, b *istio, lane *lanes.ASMSwimLane, partial bool) {
	lists := rapid.Bool().Draw(t, "lists its services")
	for _, ref := range b.Group.Spec.Services {
		has := !partial || rapid.Bool().Draw(t, "has the service")
		if has && lists {
			lane.Spec.Services = append(lane.Spec.Services, ref)
		}
		if has || lists && rapid.Bool().Draw(t, "has pods") {
			d := workloadOf(ref.Namespace, ref.Name, "v1")
			d.Owner = fmt.Sprintf("%s-%s-%d", ref.Name, lane.Name, len(b.Workloads))
			d.Labels = map[string]string{"app": ref.Name, "noise": lane.Name}
			maps.Copy(d.Labels, lane.Spec.LabelSelector)
			b.Workloads = append(b.Workloads, d)
		}
	}
}

func drawPermissive(t *rapid.T, b *istio) {
	config := &lanes.PermissiveModeConfiguration{FallbackTarget: "lane-0", TraceHeader: "baggage",
		RouteHeader: "x-lane", ServiceLevelFallbackTarget: map[string]string{}}
	b.Group.Spec.IsPermissive, b.Group.Spec.PermissiveModeConfiguration = new(true), config
	for _, ref := range b.Group.Spec.Services {
		var having []string
		for _, lane := range b.Lanes {
			if dumbHas(*b, lane, ref) {
				having = append(having, lane.Name)
			}
		}
		same := 0
		for _, other := range b.Group.Spec.Services {
			if other.Name == ref.Name {
				same++
			}
		}
		keys := []string{"", ref.Namespace + "/" + ref.Name}
		if same == 1 {
			keys = append(keys, ref.Name)
		}
		if key := rapid.SampledFrom(keys).Draw(t, "fallback of the service"); key != "" {
			config.ServiceLevelFallbackTarget[key] = rapid.SampledFrom(having).Draw(t, "fallback")
		}
	}
}

func drawStrategy(t *rapid.T, b *istio) {
	entry := b.Services[rapid.IntRange(0, len(b.Services)-1).Draw(t, "entry")]
	to := func() *lanes.RouteDestination {
		d := &lanes.RouteDestination{Host: lanes.Host(entry.Name, entry.Namespace)}
		if len(entry.Spec.Ports) > 1 || rapid.Bool().Draw(t, "names its port") {
			d.PortNum = new(uint32(80))
		}
		return d
	}
	switch rapid.SampledFrom([]string{"own", "weighted", "rules"}).Draw(t, "strategy") {
	case "weighted":
		b.Group.Spec.Ingress.IngressRouting = &lanes.IngressRouting{Strategy: lanes.RoutingWeighted,
			WeightedRoutingRule: &lanes.WeightedRoutingRule{Hosts: []string{"*"}}}
		left := int32(100)
		for i, lane := range b.Lanes {
			percent := left
			if i < len(b.Lanes)-1 {
				percent = rapid.Int32Range(0, left).Draw(t, "percent")
			}
			left -= percent
			lane.Spec.IngressWeight = &lanes.IngressWeight{Destination: to(), Weight: &percent}
		}
	case "rules":
		for i, lane := range b.Lanes {
			for j := range rapid.IntRange(0, 2).Draw(t, "rules") {
				r := rule(fmt.Sprint("r", j), &lanes.RequestMatch{
					URI: &lanes.StringMatch{Exact: fmt.Sprintf("/%d/%d", i, j)}},
					rapid.SampledFrom([][]string{{"*"}, {"a.example.com"}, {"*.example.com"},
						{"a.example.com", "b.example.com"}, {"*.example.com", "example.com"}}).Draw(t, "hosts")...)
				r.Online = rapid.Ptr(rapid.Bool(), true).Draw(t, "online")
				r.Route.Destination = to()
				lane.Spec.IngressRules = append(lane.Spec.IngressRules, r)
			}
		}
	}
}

// What follows is the judge: it asks everything of everything.

func within(labels, selector map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return true
}

// dumbHas reports whether a lane has a service.
func dumbHas(b istio, lane *lanes.ASMSwimLane, ref lanes.ServiceRef) bool {
	lists := len(lane.Spec.Services) == 0
	for _, s := range lane.Spec.Services {
		lists = lists || s.Name == ref.Name && s.Namespace == ref.Namespace
	}
	for _, w := range b.Workloads {
		if lists && w.Namespace == ref.Namespace && w.Labels["app"] == ref.Name &&
			within(w.Labels, lane.Spec.LabelSelector) {
			return true
		}
	}
	return false
}

// dumbLane returns the lane that serves a call in a lane.
func dumbLane(b istio, lane *lanes.ASMSwimLane, ref lanes.ServiceRef) string {
	config := b.Group.Spec.PermissiveModeConfiguration
	if dumbHas(b, lane, ref) || config == nil {
		return lane.Name
	}
	for key, fallback := range config.ServiceLevelFallbackTarget {
		if key == ref.Name || key == ref.Namespace+"/"+ref.Name {
			return fallback
		}
	}
	return config.FallbackTarget
}

// dumbCall returns where a call goes by the routes of a VirtualService, as a
// sidecar takes them; nil for nowhere.
func dumbCall(vs *networking.VirtualService, labels, headers map[string]string) *networking.HTTPRouteDestination {
	for _, route := range vs.Http {
		meets := len(route.Match) == 0
		for _, match := range route.Match {
			all := within(labels, match.SourceLabels)
			for name, want := range match.Headers {
				all = all && headers[name] == want.GetExact()
			}
			meets = meets || all
		}
		if meets {
			return route.Route[0]
		}
	}
	return nil
}
