package lanes_test

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/lanes"
)

// One declaration gives every name, label and selector of an app.
func Example() {
	app := lanes.App{
		Name:     "mock",
		Gateway:  lanes.Gateway{Name: "ingressgateway", Namespace: "istio-system"},
		Services: []lanes.AppService{{Name: "mocka", Port: 8000, Template: examplePod()}},
		Versions: []lanes.Version{{Name: "v1"}, {Name: "v2"}},
	}
	for _, version := range app.Versions {
		deployment, err := app.Deployment(version, app.Services[0]).Build()
		if err != nil {
			fmt.Println(err)
			return
		}
		lane, err := app.Lane(version).Build()
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(deployment.Name, "runs in lane", lane.Name, "which selects", lane.Spec.LabelSelector)
	}
	// Output:
	// mocka-v1 runs in lane v1 which selects map[version:v1]
	// mocka-v2 runs in lane v2 which selects map[version:v2]
}

// All faults of a declaration are named at once, by its own JSON names.
func ExampleApp_Validate() {
	app := lanes.App{
		Name:     "mock",
		Gateway:  lanes.Gateway{Name: "ingressgateway", Namespace: "istio-system"},
		Services: []lanes.AppService{{Name: "mocka", Template: examplePod()}, {Name: "mocka", Port: 8000}},
		Versions: []lanes.Version{{Name: "v1"}},
	}
	for _, fault := range app.Validate() {
		fmt.Println(fault)
	}
	// Output:
	// services[0].port: Invalid value: 0: must be between 1 and 65535
	// services[1].name: Duplicate value: "mocka"
	// services[1].template: Required value: must be set: versions v1 have no template of their own
}

// Builders work without an App, and hand out the ecosystem's own types.
func ExampleLaneBuilder() {
	lane, err := lanes.LaneBuilder{Name: "v1", Group: "mock", Selector: map[string]string{"version": "v1"}}.Build()
	fmt.Println(lane.Name, lane.Labels, err)

	_, err = lanes.LaneBuilder{Name: "v1.0", Group: "mock"}.Build()
	fmt.Println(err)
	// Output:
	// v1 map[swimlane-group:mock] <nil>
	// ASMSwimLane v1.0: 2 faults:
	// metadata.name: Invalid value: "v1.0": must not contain dots
	// spec.labelSelector: Required value: must list the pod labels of the lane's version
}

func examplePod() *corev1.PodTemplateSpec {
	return &corev1.PodTemplateSpec{
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "default", Image: "mock:1"}}}}
}
