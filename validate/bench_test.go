package validate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// sets returns n times a VirtualService, a DestinationRule, a Service and a
// Deployment, as YAML.
func sets(n int) []byte {
	var b strings.Builder
	b.WriteString("apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: gw, namespace: default}\n" +
		"spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}\n")
	for i := range n {
		fmt.Fprintf(&b, `---
apiVersion: v1
kind: Service
metadata: {name: s%[1]d}
spec: {selector: {app: s%[1]d}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: s%[1]d}
spec:
  selector: {matchLabels: {app: s%[1]d, version: v1}}
  template:
    metadata: {labels: {app: s%[1]d, version: v1}}
    spec: {containers: [{name: c, image: i, env: [{name: MODE, value: production}, {name: NEXT, value: "http://s%[2]d/"}]}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: s%[1]d}
spec: {host: s%[1]d, subsets: [{name: v1, labels: {version: v1}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: s%[1]d}
spec: {hosts: [s%[1]d.example.com], gateways: [gw], http: [{match: [{uri: {prefix: /a}}], route: [{destination: {host: s%[1]d, subset: v1}, weight: 100}]}, {route: [{destination: {host: s%[1]d}}]}]}
`, i, (i+1)%n)
	}
	return []byte(b.String())
}

// canary returns seven objects: a Gateway, a route to three subsets at 60, 30 and 10, their
// DestinationRule, their Service and three Deployments.
func canary() []byte {
	var b strings.Builder
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
	return []byte(b.String())
}

func BenchmarkCheck(b *testing.B) {
	set, err := manifest.Decode(manifest.File{Name: "canary.yaml", Data: canary()})
	require.NoError(b, err)
	require.Empty(b, validate.Check(set))
	b.ReportAllocs()
	for b.Loop() {
		validate.Check(set)
	}
}

func BenchmarkLint(b *testing.B) {
	text := sets(250)
	read := func() manifest.Set {
		set, err := manifest.Decode(manifest.File{Name: "all.yaml", Data: text})
		require.NoError(b, err)
		return set
	}
	set := read()
	require.Empty(b, validate.Check(set))
	b.Run("check 1000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			validate.Check(set)
		}
	})
	b.Run("read and check 1000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			validate.Check(read())
		}
	})
}
