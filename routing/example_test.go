package routing_test

import (
	"fmt"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/routing"
)

// A route that shares requests among lanes.
func Example() {
	host := lanes.Host("mocka", "default")
	vs, err := routing.VirtualServiceBuilder{
		Name:      "mock",
		Namespace: "istio-system",
		Hosts:     []string{"*"},
		Gateways:  []string{"ingressgateway"},
		Routes: []routing.Route{{
			Matches: []routing.Match{routing.PathExact("/mock")},
			Destinations: []routing.Destination{
				{Host: host, Subset: "v1", Weight: 90},
				{Host: host, Subset: "v2", Weight: 10},
			},
		}},
	}.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := manifest.Encode(vs)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(text))
	// Output:
	// apiVersion: networking.istio.io/v1
	// kind: VirtualService
	// metadata:
	//   name: mock
	//   namespace: istio-system
	// spec:
	//   hosts:
	//   - '*'
	//   gateways:
	//   - ingressgateway
	//   http:
	//   - match:
	//     - uri:
	//         exact: /mock
	//     route:
	//     - destination:
	//         host: mocka.default.svc.cluster.local
	//         subset: v1
	//       weight: 90
	//     - destination:
	//         host: mocka.default.svc.cluster.local
	//         subset: v2
	//       weight: 10
}

// Testers are pinned to a lane by a header, before the others are shared out.
func ExampleHeaderExact() {
	host := lanes.Host("mocka", "default")
	vs, err := routing.VirtualServiceBuilder{
		Name:     "mock",
		Hosts:    []string{"shop.example.com"},
		Gateways: []string{"istio-system/ingressgateway"},
		Routes: []routing.Route{
			{Name: "testers", Matches: []routing.Match{routing.HeaderExact("x-tester", "true")},
				Destinations: []routing.Destination{{Host: host, Subset: "v2", Weight: 100}}},
			{Name: "all", Destinations: []routing.Destination{{Host: host, Subset: "v1", Weight: 100}}},
		},
	}.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, route := range vs.Spec.Http {
		fmt.Println(route.Name, "->", route.Route[0].Destination.Subset)
	}
	// Output:
	// testers -> v2
	// all -> v1
}

// All faults come at once, by the paths of the object that was not built.
func ExampleVirtualServiceBuilder_Build_faults() {
	_, err := routing.VirtualServiceBuilder{
		Name:  "mock",
		Hosts: []string{"*"},
		Routes: []routing.Route{{Destinations: []routing.Destination{
			{Host: "mocka", Subset: "v1", Weight: 60},
			{Host: "mocka", Subset: "v1", Weight: 50},
		}}},
	}.Build()
	fmt.Println(err)
	// Output:
	// VirtualService mock: 3 faults:
	// spec.hosts: Invalid value: "*": must not be * for the sidecars of the mesh: name the hosts, or a gateway
	// spec.http[0].route[1].destination: Duplicate value: "mocka subset v1"
	// spec.http[0].route: Invalid value: 110: must have weights that sum to 100, not 110
}
