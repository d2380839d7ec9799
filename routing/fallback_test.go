package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/routing"
	"github.com/swimlane-go/swimlane/validate"
)

func TestFallback(t *testing.T) {
	vs, err := routing.VirtualServiceBuilder{
		Name: "mock", Namespace: "istio-system", Hosts: []string{"*"}, Gateways: []string{"ingressgateway"},
		Routes: []routing.Route{
			{Matches: []routing.Match{routing.PathExact("/mock")}, Destinations: []routing.Destination{
				{Host: host, Subset: "v1", Weight: 100},
				{Host: host, Subset: "v2", Port: 8000, Weight: 0,
					Headers: routing.Headers{Request: routing.HeaderOperations{
						Set: map[string]string{"x-lane": "v2"}}}},
			}},
			{Destinations: []routing.Destination{{Host: host, Weight: 100}}},
		},
	}.Build()
	require.NoError(t, err)
	before := vs.DeepCopy()
	u, err := routing.FallbackBuilder{VirtualService: vs, Subset: "v1"}.Build()
	require.NoError(t, err)
	text, err := manifest.Encode(u)
	require.NoError(t, err)
	require.YAMLEq(t, `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: mock, namespace: istio-system}
spec:
  hosts: ['*']
  gateways: [ingressgateway]
  http:
  - match: [{uri: {exact: /mock}}]
    route:
    - {destination: {host: mocka.default.svc.cluster.local, subset: v1}, weight: 100}
    - destination: {host: mocka.default.svc.cluster.local, subset: v2, port: {number: 8000}}
      weight: 0
      headers: {request: {set: {x-lane: v2}}}
      fallback: {target: {host: mocka.default.svc.cluster.local, subset: v1, port: {number: 8000}}}
  - route: [{destination: {host: mocka.default.svc.cluster.local}, weight: 100}]
`, string(text))
	requireProto(t, &before.Spec, &vs.Spec)

	// What is read back is known, kept, and no slip.
	set, err := manifest.Decode(manifest.File{Name: "mock.yaml", Data: text})
	require.NoError(t, err)
	require.Empty(t, set.Faults())
	for _, f := range (validate.Checker{Partial: true}).Check(set) {
		require.Equal(t, validate.Info, f.Severity, "%s", f)
	}

	b := routing.FallbackBuilder{VirtualService: vs, Subset: "V1"}
	fieldtest.Equal(t, field.ErrorList{fieldtest.Invalid("spec.http[].route[].fallback.target.subset", dnsLabel)},
		b.Validate())
	_, err = routing.FallbackBuilder{}.Build()
	fieldtest.Equal(t, field.ErrorList{fieldtest.Required("spec.http[].route[].fallback.target.subset"),
		fieldtest.Required("spec")}, fieldtest.Of(err))
	vs.Spec.Http = vs.Spec.Http[1:]
	fieldtest.Equal(t, field.ErrorList{fieldtest.Invalid("spec.http", "")},
		routing.FallbackBuilder{VirtualService: vs, Subset: "v1"}.Validate())
}
