package preview_test

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
)

// Where requests go in two lanes of plain Istio, and what becomes of them when a
// Deployment is forgotten.
func Example() {
	files := `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec:
  hosts: [shop.example.com]
  gateways: [gateway]
  http:
  - route:
    - {destination: {host: web, subset: v1}, weight: 90}
    - {destination: {host: web, subset: v2}, weight: 10}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gateway}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example.com]}]
`
	// Each service has the subsets v1 and v2, and calls from a lane stay in it.
	for _, name := range []string{"web", "cart"} {
		files += strings.ReplaceAll(`
---
apiVersion: v1
kind: Service
metadata: {name: NAME}
spec: {selector: {app: NAME}, ports: [{name: http, port: 80}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: NAME}
spec:
  host: NAME
  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
`, "NAME", name)
		for _, version := range []string{"v1", "v2"} {
			files += strings.NewReplacer("NAME", name, "VERSION", version).Replace(`
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME-VERSION}
spec:
  selector: {matchLabels: {app: NAME, version: VERSION}}
  template:
    metadata: {labels: {app: NAME, version: VERSION}}
    spec: {containers: [{name: NAME, image: "NAME:VERSION"}]}
`)
		}
	}
	files += `
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart}
spec:
  hosts: [cart]
  http:
  - match: [{sourceLabels: {version: v1}}]
    route: [{destination: {host: cart, subset: v1}}]
  - match: [{sourceLabels: {version: v2}}]
    route: [{destination: {host: cart, subset: v2}}]
`
	request := preview.Request{Host: "shop.example.com", Path: "/", Calls: map[string][]string{"web": {"cart"}}}
	for _, forgotten := range []string{"", "cart-v2"} {
		set, err := manifest.Decode(manifest.File{Name: "shop.yaml", Data: []byte(files)})
		if err != nil {
			fmt.Println(err)
			return
		}
		var objects []manifest.Object
		for _, o := range set.All() {
			if o.Ref.Name != forgotten {
				objects = append(objects, o)
			}
		}
		result, err := preview.New(manifest.NewSet(objects...)).Trace(request)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Print(result)
	}
	// Output:
	// 90.0%  web@v1 -> cart@v1
	// 10.0%  web@v2 -> cart@v2
	// isolated: no call leaves its lane
	// 90.0%  web@v1 -> cart@v1
	// 10.0%  web@v2 -> cart@v2 (no pods)
	// broken: web@v2 -> cart@v2: cart has no pods in v2
}

// One call of one pod, which the routes of the mesh keep in its lane.
func ExampleMesh_Hop() {
	set, err := manifest.Decode(manifest.File{Name: "cart.yaml", Data: []byte(`
apiVersion: v1
kind: Service
metadata: {name: cart}
spec: {selector: {app: cart}, ports: [{name: http, port: 80}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart}
spec:
  hosts: [cart]
  http:
  - match: [{sourceLabels: {version: v2}}]
    route: [{destination: {host: cart, subset: v2}}]
  - route: [{destination: {host: cart, subset: v1}}]
`)})
	if err != nil {
		fmt.Println(err)
		return
	}
	shares, err := preview.New(set).Hop(preview.Call{Labels: map[string]string{"app": "web", "version": "v2"},
		Host: "cart"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range shares {
		fmt.Println(s.Weight.RatString(), s.Host, s.Subset)
	}
	// Output: 1 cart.default.svc.cluster.local v2
}
