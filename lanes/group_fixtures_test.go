package lanes_test

import (
	"cmp"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/lanes"
)

// groupInput is what a lane group is read from: the Services and their ports, and the
// labels of pods by namespace.
type groupInput struct {
	group *lanes.ASMSwimLaneGroup
	lanes []*lanes.ASMSwimLane
	ports map[string][]int32 // by host; a Service selects by its name
	pods  map[string][]map[string]string
}

func (r groupInput) behind(ref lanes.ServiceRef) lanes.Backing {
	ports, found := r.ports[lanes.Host(ref.Name, ref.Namespace)]
	if !found {
		return lanes.Backing{}
	}
	b := lanes.Backing{Found: true, Ports: ports}
	namespace := cmp.Or(ref.Namespace, "default")
	for i, labels := range r.pods[namespace] {
		if labelindex.Covers(labels, map[string]string{"app": ref.Name}) {
			b.Pods = append(b.Pods, lanes.PodSet{Labels: labels, Owner: fmt.Sprintf("Deployment %s/%d", namespace, i)})
		}
	}
	return b
}

func (r groupInput) read() lanes.Group { return lanes.ReadGroup(r.group, r.lanes, r.behind) }

func laneOf(name string, labels ...string) *lanes.ASMSwimLane {
	lane := &lanes.ASMSwimLane{ObjectMeta: metav1.ObjectMeta{Name: name,
		Labels: map[string]string{lanes.LabelLaneGroup: "mock"}}}
	lane.Spec.LabelSelector = map[string]string{}
	for i := 0; i < len(labels); i += 2 {
		lane.Spec.LabelSelector[labels[i]] = labels[i+1]
	}
	return lane
}

func mocka() *lanes.RouteDestination { return &lanes.RouteDestination{Host: lanes.Host("mocka", "")} }

// strictRead returns a good group: mocka, mockb with two ports in another namespace
// and mockc, all in lanes v1 and v2.
func strictRead() *groupInput {
	r := &groupInput{
		group: &lanes.ASMSwimLaneGroup{ObjectMeta: metav1.ObjectMeta{Name: "mock"}},
		lanes: []*lanes.ASMSwimLane{laneOf("v1", "version", "v1"), laneOf("v2", "version", "v2")},
		ports: map[string][]int32{lanes.Host("mocka", ""): {8000}, lanes.Host("mockb", "shop"): {8000, 9000},
			lanes.Host("mockc", ""): {8000}},
		pods: map[string][]map[string]string{},
	}
	r.group.Spec.Ingress = &lanes.GroupIngress{Gateway: &lanes.GatewayRef{Name: "gw", Namespace: "istio-system"}}
	r.group.Spec.Services = []lanes.ServiceRef{{Name: "mocka", Namespace: "default"},
		{Name: "mockb", Namespace: "shop"}, {Name: "mockc", Namespace: "default"}}
	for _, ref := range r.group.Spec.Services {
		for _, version := range []string{"v1", "v2"} {
			r.pods[ref.Namespace] = append(r.pods[ref.Namespace],
				map[string]string{"app": ref.Name, "version": version})
		}
	}
	return r
}

// permissiveRead returns a good group: as strictRead, with a lane "try" that has
// mockb alone. Calls to mockc fall back to v2, others to v1.
func permissiveRead() *groupInput {
	r := strictRead()
	r.group.Spec.IsPermissive = new(true)
	r.group.Spec.PermissiveModeConfiguration = &lanes.PermissiveModeConfiguration{
		FallbackTarget: "v1", ServiceLevelFallbackTarget: map[string]string{"default/mockc": "v2"},
		TraceHeader: "baggage", RouteHeader: "x-lane",
	}
	r.lanes = append(r.lanes, laneOf("try", "team", "blue", "track", "canary"))
	r.pods["shop"] = append(r.pods["shop"],
		map[string]string{"app": "mockb", "version": "v3", "team": "blue", "track": "canary"})
	return r
}

// weightedRead gives the lanes of a group weights.
func weightedRead(r *groupInput, percents ...int32) *groupInput {
	r.group.Spec.Ingress.IngressRouting = &lanes.IngressRouting{
		Strategy: lanes.RoutingWeighted,
		WeightedRoutingRule: &lanes.WeightedRoutingRule{Hosts: []string{"*"}, RequestMatches: []lanes.RequestMatch{
			{URI: &lanes.StringMatch{Exact: "/mock"}},
		}},
	}
	for i, percent := range percents {
		r.lanes[i].Spec.IngressWeight = &lanes.IngressWeight{Destination: mocka(), Weight: new(percent)}
	}
	return r
}

// ruledRead gives lanes of a group rules: v1 takes every request, v2 those with a
// tag. A third one is not in force.
func ruledRead(r *groupInput) *groupInput {
	tag := &lanes.RequestMatch{Headers: map[string]lanes.StringMatch{"x-tag": {Exact: "v2"}}}
	r.lanes[0].Spec.IngressRules = []lanes.IngressRule{ruleOf("all", nil)}
	r.lanes[1].Spec.IngressRules = []lanes.IngressRule{ruleOf("off", nil), ruleOf("tag", tag)}
	r.lanes[1].Spec.IngressRules[0].Online = nil
	return r
}

func ruleOf(name string, match *lanes.RequestMatch) lanes.IngressRule {
	return lanes.IngressRule{Name: name, Online: new(true), Hosts: []string{"*.example.com"}, Match: match,
		Route: &lanes.IngressRoute{Destination: mocka()}}
}
