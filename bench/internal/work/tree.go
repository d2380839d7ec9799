// Package work makes the inputs of the measurements.
package work

import (
	"bytes"
	"fmt"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// Tree returns a YAML text of n sets of four objects: a Service, a Deployment, a
// DestinationRule and a VirtualService.
func Tree(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, `apiVersion: v1
kind: Service
metadata: {name: s%[1]d, namespace: default}
spec: {selector: {app: s%[1]d}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: s%[1]d, namespace: default}
spec:
  selector: {matchLabels: {app: s%[1]d, version: v1}}
  template:
    metadata: {labels: {app: s%[1]d, version: v1}}
    spec: {containers: [{name: c, image: i}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: s%[1]d, namespace: default}
spec: {host: s%[1]d, subsets: [{name: v1, labels: {version: v1}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: s%[1]d, namespace: default}
spec: {hosts: [s%[1]d], http: [{route: [{destination: {host: s%[1]d, subset: v1}, weight: 100}]}]}
---
`, i)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("---\n"))
}

// Trees returns n sets of objects in some files.
func Trees(n, files int) []manifest.File {
	out := make([]manifest.File, 0, files)
	docs := bytes.SplitAfter(Tree(n), []byte("---\n"))
	for i := range files {
		part := bytes.Join(docs[len(docs)*i/files:len(docs)*(i+1)/files], nil)
		out = append(out, manifest.File{Name: fmt.Sprintf("part-%04d.yaml", i), Data: part})
	}
	return out
}

// Route is the Ref of the VirtualService at the end of a [Long] file.
var Route = manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "default", Name: "mock"}

// Long returns a file of some documents, eight lines each. They are ConfigMaps; the last is a route
// with a comment and two lanes at 90 and 10.
func Long(documents int) manifest.File {
	var b bytes.Buffer
	for i := range documents - 1 {
		fmt.Fprintf(&b, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c%d\ndata:\n  a: b\n  c: d\n---\n", i)
	}
	b.WriteString(`apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: mock
  namespace: default
spec:
  hosts: ["*"]
  gateways: [ingressgateway]
  http:
  - name: mock
    route:
    # The stable lane first.
    - destination: {host: mocka, subset: v1}
      weight: 90
    - destination: {host: mocka, subset: v2}
      weight: 10
`)
	return manifest.File{Name: "long.yaml", Data: b.Bytes()}
}

// Shift moves weight between the lanes of a [Route].
func Shift() manifest.SetWeights {
	return manifest.SetWeights{Object: Route, Weights: rollout.Weights{rollout.W("v1", 30), rollout.W("v2", 70)}}
}

// Canary returns seven objects: a Gateway, a route to three subsets at 60, 30 and 10, their
// DestinationRule, their Service and three Deployments.
func Canary() manifest.File {
	var b bytes.Buffer
	b.WriteString(`apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ingressgateway, namespace: default}
spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: mock, namespace: default}
spec:
  hosts: ["*"]
  gateways: [ingressgateway]
  http:
  - name: mock
    match: [{uri: {exact: /mock}}]
    route:
    - destination: {host: mocka.default.svc.cluster.local, subset: v1}
      weight: 60
    - destination: {host: mocka.default.svc.cluster.local, subset: v2}
      weight: 30
    - destination: {host: mocka.default.svc.cluster.local, subset: v3}
      weight: 10
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: mocka, namespace: default}
spec:
  host: mocka
  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}, {name: v3, labels: {version: v3}}]
---
apiVersion: v1
kind: Service
metadata: {name: mocka, namespace: default}
spec: {selector: {app: mocka}, ports: [{name: http, port: 8000}]}
`)
	for i := range 3 {
		fmt.Fprintf(&b, `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mocka-v%[1]d, namespace: default}
spec:
  selector: {matchLabels: {app: mocka, version: v%[1]d}}
  template:
    metadata: {labels: {app: mocka, version: v%[1]d}}
    spec: {containers: [{name: default, image: "mock:1"}]}
`, i+1)
	}
	return manifest.File{Name: "canary.yaml", Data: b.Bytes()}
}
