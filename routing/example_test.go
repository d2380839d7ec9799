package routing_test

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

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
			{Name: "testers", Matches: []routing.Match{routing.HeaderExact("x-tester", "true")}, Destinations: []routing.Destination{{Host: host, Subset: "v2", Weight: 100}}},
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

// The lanes of an app, as ASM has them, on Istio without ASM.
func ExampleIstioLanesBuilder() {
	app := lanes.App{
		Name:     "shop",
		Gateway:  lanes.Gateway{Name: "gateway", Namespace: "istio-system"},
		Services: []lanes.AppService{{Name: "cart", Port: 8080}},
		Versions: []lanes.Version{{Name: "v1"}, {Name: "v2"}},
	}
	b := routing.IstioLanesBuilder{Group: must(app.LaneGroup().Build())}
	for _, service := range app.Services {
		service.Template = &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "cart", Image: "cart:1"}}}}
		b.Services = append(b.Services, must(app.Service(service).Build()))
		for _, version := range app.Versions {
			b.Deployments = append(b.Deployments, must(app.Deployment(version, service).Build()))
		}
	}
	for _, version := range app.Versions {
		b.Lanes = append(b.Lanes, must(app.Lane(version).Build()))
	}
	result, err := b.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, rule := range result.DestinationRules {
		for _, subset := range rule.Spec.Subsets {
			fmt.Println(rule.Spec.Host, "has", subset.Name, "with", subset.Labels)
		}
	}
	for _, vs := range result.VirtualServices {
		for _, route := range vs.Spec.Http[:2] {
			fmt.Println("from", route.Match[0].SourceLabels, "to", route.Route[0].Destination.Subset)
		}
	}
	// Output:
	// cart.default.svc.cluster.local has v1 with map[version:v1]
	// cart.default.svc.cluster.local has v2 with map[version:v2]
	// from map[version:v1] to v1
	// from map[version:v2] to v2
}

// must returns what was built, for examples that build what is good.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
