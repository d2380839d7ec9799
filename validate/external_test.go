package validate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// What is known to lie elsewhere is not missed; everything else is.
func TestCheckKnowsWhatLiesElsewhere(t *testing.T) {
	set, err := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(`apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: edge}
spec:
  hosts: ["*"]
  gateways: [shared, istio-system/other]
  http:
  - route: [{destination: {host: recorder}}]
---
apiVersion: v1
kind: Service
metadata: {name: b, annotations: {swimlane-go.github.io/calls: edge/recorder}}
spec: {ports: [{name: http, port: 80}]}
`)})
	require.NoError(t, err)
	gateway := func(namespace, name string) manifest.Ref {
		return manifest.Ref{Group: "networking.istio.io", Kind: "Gateway", Namespace: namespace, Name: name}
	}
	recorder := manifest.Ref{Kind: "Service", Namespace: "edge", Name: "recorder"}
	const shared, other, host, callee = "SL401 VirtualService edge/a spec.gateways[0]",
		"SL401 VirtualService edge/a spec.gateways[1]",
		"SL302 VirtualService edge/a spec.http[0].route[0].destination.host",
		"SL307 Service default/b metadata.annotations[swimlane-go.github.io/calls]"
	require.Equal(t, []string{host, callee, shared, other}, where(validate.Check(set)))
	require.Equal(t, []string{host, callee, other},
		where(validate.Checker{External: []manifest.Ref{gateway("edge", "shared")}}.Check(set)))
	require.Equal(t, []string{shared, other},
		where(validate.Checker{External: []manifest.Ref{recorder, gateway("default", "shared")}}.Check(set)))
	require.Empty(t, where(validate.Checker{External: []manifest.Ref{recorder, gateway("edge", "shared"),
		{Group: "gateway.networking.k8s.io", Kind: "Gateway", Namespace: "istio-system", Name: "other"}}}.Check(set)))
}

// Calls that a Service declares are checked as those that are found are, in its words.
func TestCheckFollowsDeclaredCalls(t *testing.T) {
	set, err := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(`apiVersion: v1
kind: Service
metadata: {name: a, annotations: {swimlane-go.github.io/calls: b}}
spec: {selector: {app: a}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: b}
spec: {selector: {app: b}, ports: [{name: http, port: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: a, labels: {app: a}}
spec: {containers: [{name: c, image: i, env: [{name: NEXT, value: "http://b:9/"}]}]}
`)})
	require.NoError(t, err)
	findings := validate.Check(set)
	require.Len(t, findings, 1, "the environment is not looked at")
	require.Equal(t,
		"must call a Service with pods: Service default/a declares to call Service default/b, which has none",
		findings[0].Message)
}
