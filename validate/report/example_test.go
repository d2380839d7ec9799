package report_test

import (
	"fmt"
	"os"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
	"github.com/swimlane-go/swimlane/validate/report"
)

// Findings become annotations beside the lines of a pull request.
func ExampleGitHub() {
	set, err := manifest.Decode(manifest.File{Name: "route.yaml", Data: []byte(`apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: shop}
spec:
  hosts: [shop.example.com]
  http:
  - route:
    - {destination: {host: web, subset: v1}, weight: 60}
    - {destination: {host: web, subset: v2}, weight: 50}
`)})
	if err != nil {
		fmt.Println(err)
		return
	}
	findings := validate.Checker{Partial: true}.Check(set)
	if err := report.GitHub(os.Stdout, findings); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ::warning file=route.yaml,line=7,title=SL101 VirtualService shop/shop::spec.http[0].route: must have weights that sum to 100, not 110
	// ::notice file=route.yaml,line=8,title=SL302 VirtualService shop/shop::spec.http[0].route[0].destination.host: must be the host of a Service: web.shop.svc.cluster.local
	// ::notice file=route.yaml,line=9,title=SL302 VirtualService shop/shop::spec.http[0].route[1].destination.host: must be the host of a Service: web.shop.svc.cluster.local
}
