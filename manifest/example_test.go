package manifest_test

import (
	"fmt"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// A weight is changed in the text that somebody wrote; all else stays.
func ExampleSet_Edit() {
	set, err := manifest.Decode(manifest.File{Name: "mock-route.yaml", Data: []byte(`# the entry of the app
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: mock, namespace: istio-system}
spec:
  hosts: ['*']
  gateways: [ingressgateway]
  http:
  - route:
    - destination: {host: mocka, subset: v1}  # stable
      weight: 90
    - destination: {host: mocka, subset: v2}  # next
      weight: 10
`)})
	if err != nil {
		fmt.Println(err)
		return
	}
	route := manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "istio-system", Name: "mock"}
	edit, err := set.Edit(manifest.SetWeights{Object: route, Weights: rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 50)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(edit.Files[0].After))
	fmt.Print(manifest.Diff(set, edit.After))
	// Output:
	// # the entry of the app
	// apiVersion: networking.istio.io/v1beta1
	// kind: VirtualService
	// metadata: {name: mock, namespace: istio-system}
	// spec:
	//   hosts: ['*']
	//   gateways: [ingressgateway]
	//   http:
	//   - route:
	//     - destination: {host: mocka, subset: v1}  # stable
	//       weight: 50
	//     - destination: {host: mocka, subset: v2}  # next
	//       weight: 50
	//   VirtualService istio-system/mock: weight of lane v1: 90 -> 50
	//   VirtualService istio-system/mock: weight of lane v2: 10 -> 50
}
