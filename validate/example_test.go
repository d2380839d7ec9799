package validate_test

import (
	"fmt"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// A part of an app is checked: what it refers to lies elsewhere.
func ExampleChecker_Check() {
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
	findings := (validate.Checker{Partial: true}).Check(set)
	for _, f := range findings {
		if f.Severity != validate.Info {
			fmt.Println(f)
		}
	}
	// Output:
	// mock-route.yaml:11: warning SL101 VirtualService istio-system/mock spec.http[0].route: must have weights that sum to 100, not 110
}
