package release_test

import (
	"fmt"
	"log"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// A Service, its Deployment and a plain route get a lane, in two commits.
func ExampleAdoption_Steps() {
	set, err := manifest.Decode(manifest.File{Name: "web.yaml", Data: []byte(`apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  ports: [{port: 80, name: http}]
  selector: {app: web}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web, version: v1}}
  template:
    metadata: {labels: {app: web, version: v1}}
    spec: {containers: [{name: app, image: app:1}]}
`)}, manifest.File{Name: "route.yaml", Data: []byte(`apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: shop}
spec:
  gateways: [istio-system/gateway]
  hosts: ['*']
  http:
  - route:
    - destination: {host: web} # the only way in
`)})
	if err != nil {
		log.Fatal(err)
	}
	steps, err := release.Adoption{}.Steps(set)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range steps {
		fmt.Println(s.Title)
	}
	fmt.Printf("%s", steps[1].Edit.Files[0].After[len(
		"apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\n"):])
	// Output:
	// add lane v1, which no route leads to yet
	// lead all requests to lane v1
	// metadata: {name: shop}
	// spec:
	//   gateways: [istio-system/gateway]
	//   hosts: ['*']
	//   http:
	//   - route:
	//     - destination: {host: web, subset: v1} # the only way in
	//       weight: 100
}
