package validate_test

import (
	"fmt"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// A part of an app is checked: what it refers to lies elsewhere.
func ExampleCheckPartial() {
	set, err := manifest.Decode(manifest.File{Name: "mock-route.yaml", Data: []byte(`# the entry of the app
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: mock
  namespace: istio-system
spec:
  hosts: ["*"]
  gateways: [ingressgateway]
  http:
  - route:
    - destination: {host: mocka.default.svc.cluster.local}
      weight: 60
    - destination: {host: mockb.default.svc.cluster.local}
      weight: 50
`)})
	if err != nil {
		fmt.Println(err)
		return
	}
	findings := validate.CheckPartial(set)
	fmt.Println(len(findings), "findings; errors:")
	fmt.Println(findings.Err())
	// Output:
	// 4 findings; errors:
	// mock-route.yaml:11: error SL101 VirtualService istio-system/mock spec.http[0].route: must have weights that sum to 100, not 110
}
