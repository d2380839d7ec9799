package work

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/manifest"
)

// Chain returns n services that call each other in a chain. Requests are divided equally among k
// lanes. The mode is "strict" or "permissive" for a lane group, or "plain" for plain Istio.
func Chain(n, k int, mode string) manifest.Set {
	docs := []string{`apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: istio-system}
spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}`}
	var services []string
	for i := range n {
		services = append(services, fmt.Sprintf("{name: s%d, namespace: default}", i))
		docs = append(docs, fmt.Sprintf(`apiVersion: v1
kind: Service
metadata: {name: s%[1]d}
spec: {selector: {app: s%[1]d}, ports: [{name: http, port: 80}]}`, i))
		for l := range k {
			docs = append(docs, deployment(i, l+1, i == n-1))
		}
		if mode == "plain" {
			docs = append(docs, plain(i, k)...)
		}
	}
	entry := `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: entry, namespace: istio-system}
spec:
  hosts: ["*"]
  gateways: [gw]
  http:
  - route:`
	for l := range k {
		entry += fmt.Sprintf(`
    - destination: {host: s0.default.svc.cluster.local, subset: v%[1]d}
      weight: %[2]d
      headers: {request: {set: {x-lane: v%[1]d}}}`, l+1, 100*(l+1)/k-100*l/k)
	}
	docs = append(docs, entry)
	if mode != "plain" {
		docs = append(docs, group(mode, strings.Join(services, ", ")))
		for l := range k {
			docs = append(docs, fmt.Sprintf(`apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLane
metadata: {name: v%[1]d, labels: {swimlane-group: chain}}
spec: {labelSelector: {version: v%[1]d}}`, l+1))
		}
	}
	return must(manifest.Decode(manifest.File{Name: "chain.yaml", Data: []byte(strings.Join(docs, "\n---\n"))}))
}

func deployment(service, lane int, last bool) string {
	env := ""
	if !last {
		env = fmt.Sprintf(", env: [{name: upstream_url, value: \"http://s%d/\"}]", service+1)
	}
	return fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata: {name: s%[1]d-v%[2]d}
spec:
  selector: {matchLabels: {app: s%[1]d, version: v%[2]d}}
  template:
    metadata: {labels: {app: s%[1]d, version: v%[2]d}}
    spec: {containers: [{name: c, image: i%[3]s}]}`, service, lane, env)
}

func plain(service, lanes int) []string {
	subsets, routes := make([]string, lanes), ""
	for l := range lanes {
		subsets[l] = fmt.Sprintf("{name: v%[1]d, labels: {version: v%[1]d}}", l+1)
		routes += fmt.Sprintf("\n  - match: [{sourceLabels: {version: v%[1]d}}]\n    route: [{destination: {host: "+
			"s%[2]d, subset: v%[1]d}}]", l+1, service)
	}
	return []string{
		fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: s%[1]d}\nspec: "+
			"{host: s%[1]d, subsets: [%[2]s]}",
			service, strings.Join(subsets, ", ")),
		fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: s%[1]d}\nspec:\n  "+
			"hosts: [s%[1]d]\n  http:%[2]s",
			service, routes),
	}
}

func group(mode, services string) string {
	out := `apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLaneGroup
metadata: {name: chain}
spec:
  ingress: {gateway: {name: gw, namespace: istio-system, type: ASM}}
  services: [` + services + "]"
	if mode == "permissive" {
		out += `
  isPermissive: true
  permissiveModeConfiguration: {fallbackTarget: v1, traceHeader: x-lane, routeHeader: x-lane}`
	}
	return out
}
