package validation_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"istio.io/istio/pkg/config/analysis"
	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/local"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// shops returns n sets of a VirtualService, a DestinationRule, a Service and a Deployment.
func shops(n int) []byte {
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
	return b.Bytes()
}

// BenchmarkTree reads and checks trees of 4,000 objects: with package validate, and with all of
// Istio's analyzers, as istioctl analyze does.
func BenchmarkTree(b *testing.B) {
	text := shops(1000)
	b.Run("swimlane", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			set, err := manifest.Decode(manifest.File{Name: "a.yaml", Data: text})
			require.NoError(b, err)
			require.NoError(b, validate.Check(set).Err())
		}
	})
	b.Run("istio", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sa := local.NewSourceAnalyzer(analysis.Combine("all", analyzers.All()...), "", "istio-system", nil)
			require.NoError(b, sa.AddTestReaderKubeSource(
				[]local.ReaderSource{{Name: "a.yaml", Reader: bytes.NewReader(text)}}))
			require.NoError(b, sa.AddDefaultResources())
			_, err := sa.Analyze(make(chan struct{}))
			require.NoError(b, err)
		}
	})
}
