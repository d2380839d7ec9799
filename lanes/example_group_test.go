package lanes_test

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/lanes"
)

// A lane that lists a service has it only with pods.
func ExampleReadGroup() {
	group := &lanes.ASMSwimLaneGroup{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}
	group.Spec = lanes.ASMSwimLaneGroupSpec{
		Ingress:      &lanes.GroupIngress{Gateway: &lanes.GatewayRef{Name: "gateway", Namespace: "istio-system"}},
		Services:     []lanes.ServiceRef{{Name: "cart", Namespace: "default"}},
		IsPermissive: new(true),
		PermissiveModeConfiguration: &lanes.PermissiveModeConfiguration{
			FallbackTarget: "v1", TraceHeader: "baggage", RouteHeader: "x-lane",
		},
	}
	var all []*lanes.ASMSwimLane
	for _, version := range []string{"v1", "v2"} {
		lane := &lanes.ASMSwimLane{ObjectMeta: metav1.ObjectMeta{Name: version,
			Labels: map[string]string{lanes.LabelLaneGroup: "shop"}}}
		lane.Spec.LabelSelector = map[string]string{lanes.LabelVersion: version}
		lane.Spec.Services = group.Spec.Services
		all = append(all, lane)
	}
	read := lanes.ReadGroup(group, all, func(lanes.ServiceRef) lanes.Backing {
		return lanes.Backing{Found: true, Ports: []int32{80},
			Pods: []lanes.PodSet{{Labels: map[string]string{lanes.LabelVersion: "v1"}}}}
	})
	fmt.Println(read.Has("v2", lanes.Host("cart", "default")), read.Serving("v2", lanes.Host("cart", "default")))
	for _, p := range read.Problems() {
		fmt.Printf("lane %d: %s: %s\n", p.Lane, p.Err.Field, p.Err.Detail)
	}
	// Output:
	// false v1
	// lane 1: spec.services[0]: must be a service with pods in the lane: default/cart has no pods with the labels of lane v2
}
