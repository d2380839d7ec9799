package lanes_test

import (
	"fmt"

	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/lanes"
)

// A permissive app: v2 has a mockb of its own and nothing else. Requests in its
// lane are served by v1 where v2 has nothing, and by v2 again where it has.
func ExamplePermissive() {
	app := lanes.App{
		Name:    "mock",
		Gateway: lanes.Gateway{Name: "ingressgateway", Namespace: "istio-system"},
		Services: []lanes.AppService{{Name: "mocka", Port: 8000, Template: examplePod()},
			{Name: "mockb", Port: 8000, Template: examplePod()}},
		Versions: []lanes.Version{{Name: "v1"}, {Name: "v2", Without: []string{"mocka"}}},
		Permissive: &lanes.Permissive{
			Baseline:    "v1",
			TraceHeader: "x-request-id", // every service passes it on
			RouteHeader: "x-lane",       // names the lane
		},
	}
	if err := app.Validate().ToAggregate(); err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range app.Services {
		fmt.Println(s.Name, "in lane v2 is served by", app.ServingLane(app.Versions[1], s.Name))
	}
	lane, err := app.Lane(app.Versions[1]).Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := yaml.Marshal(lane.Spec)
	fmt.Print(string(text), err)
	// Output:
	// mocka in lane v2 is served by v1
	// mockb in lane v2 is served by v2
	// labelSelector:
	//   version: v2
	// services:
	// - name: mockb
	//   namespace: default
	// <nil>
}
