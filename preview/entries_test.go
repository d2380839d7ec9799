package preview_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
)

// A request leads to each route at a gateway that host and path alone reach; those first
// that share requests.
func TestEntries(t *testing.T) {
	t.Parallel()
	set, err := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(`
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gate}
spec:
  selector: {istio: ingressgateway}
  servers:
  - {port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example.com, "*.example.com"]}
  - {port: {number: 8080, name: more, protocol: HTTP}, hosts: [shop.example.com]}
  - {port: {number: 8443, name: https, protocol: HTTP}, hosts: [secure.example.org], tls: {httpsRedirect: true}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec:
  gateways: [gate, mesh]
  hosts: [shop.example.com, "*.example.com", secure.example.org]
  http:
  - match: [{uri: {prefix: /cart}}, {uri: {exact: /basket}}]
    route: [{destination: {host: cart}}]
  - match: [{uri: {regex: "/x.*"}}, {uri: {prefix: /t}, headers: {tester: {exact: "yes"}}}, {uri: {prefix: /post}, method: {exact: POST}}]
    route: [{destination: {host: cart}}]
  - match: [{uri: {prefix: /old}}]
    redirect: {uri: /new}
  - route:
    - {destination: {host: shop, subset: v1}, weight: 90}
    - {destination: {host: shop, subset: v2}, weight: 10}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: inside}
spec:
  hosts: [cart]
  http: [{route: [{destination: {host: cart}}]}]
`)})
	require.NoError(t, err)
	at := func(host, path string) preview.Request {
		return preview.Request{Host: host, Path: path, Gateway: "default/gate"}
	}
	require.Equal(t, []preview.Request{
		at("any.example.com", "/"), at("shop.example.com", "/"), // shared
		at("any.example.com", "/cart"), at("any.example.com", "/basket"), at("shop.example.com", "/cart"),
		at("shop.example.com", "/basket"),
	}, preview.New(set).Entries())
	require.Empty(t, preview.Mesh{}.Entries())
}

// ASM makes the entry of the weights of lanes, and a gateway may live elsewhere.
func TestEntriesOfLanes(t *testing.T) {
	t.Parallel()
	set, err := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(`
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLaneGroup
metadata: {name: shop}
spec:
  ingress:
    gateway: {name: gate, namespace: istio-system, type: ASM}
    ingressRouting:
      ingressRoutingStrategy: weighted
      weightedRoutingRule: {hosts: ["*"], requestMatches: [{uri: {exact: /shop}}]}
  services: [{name: shop, namespace: default}]
---
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLane
metadata: {name: v1, labels: {swimlane-group: shop}}
spec: {labelSelector: {version: v1}, ingressWeight: {destination: {host: shop.default.svc.cluster.local}, weight: 100}}
`)})
	require.NoError(t, err)
	entries := preview.New(set).Entries()
	require.Equal(t, []preview.Request{{Path: "/shop", Gateway: "istio-system/gate"}}, entries)
	result, err := preview.New(set).Trace(entries[0])
	require.NoError(t, err)
	require.NotContains(t, result.String(), string(preview.NoRoute))
}
