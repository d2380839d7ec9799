package istiolanes_test

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/routing/istiolanes"
)

// The lanes of an app, as ASM has them, on Istio without ASM.
func ExampleBuilder() {
	app := lanes.App{
		Name:     "shop",
		Gateway:  lanes.Gateway{Name: "gateway", Namespace: "istio-system"},
		Services: []lanes.AppService{{Name: "cart", Port: 8080}},
		Versions: []lanes.Version{{Name: "v1"}, {Name: "v2"}},
	}
	b := istiolanes.Builder{Group: must(app.LaneGroup().Build())}
	for _, service := range app.Services {
		service.Template = &corev1.PodTemplateSpec{
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "cart", Image: "cart:1"}}}}
		b.Services = append(b.Services, must(app.Service(service).Build()))
		for _, version := range app.Versions {
			b.Workloads = append(b.Workloads, istiolanes.WorkloadOf(must(app.Deployment(version, service).Build())))
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
