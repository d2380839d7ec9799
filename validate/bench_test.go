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
