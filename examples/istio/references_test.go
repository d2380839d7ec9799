package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/validate"
)

// References resolve as gateways and sidecars see them.
func TestReferencesAreSeenAsIstioSeesThem(t *testing.T) {
	const typo = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: typo, namespace: app}\n" +
		"spec:\n  hosts: [typo.example.com]\n  gateways: [mesh]\n  http: [{route: [{destination: {host: shpo}}]}]"
	entry := func(namespace, host, to string) string {
		return fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: ServiceEntry\n"+
			"metadata: {name: all, namespace: %s}\n"+
			"spec: {hosts: [%q], exportTo: [%q], ports: [{number: 80, name: http, protocol: HTTP}], resolution: NONE}",
			namespace, host, to)
	}
	// bothEnds has subsets that only the app's namespace sees. The route is for a gateway in
	// another namespace, or for sidecars.
	bothEnds := func(gateway string) string {
		return shop("name: front, namespace: app", "name: front, namespace: infra", "gateways: [front]",
			"gateways: [infra/front, mesh]",
			"spec:\n  host: shop.app", "spec:\n  exportTo: ['.']\n  host: shop.app",
			"- route:", "- match: [{gateways: ["+gateway+"]}]\n    route:", "weight: 10}",
			"weight: 10}\n  - route: [{destination: {host: shop}}]")
	}
	shopRequest := preview.Request{Host: "shop.example.com"}
	for name, test := range map[string]struct {
		text    string
		lint    []string
		verdict preview.VerdictKind
		request preview.Request
	}{
		"two subsets are good": {shop(), nil, preview.Isolated, shopRequest},
		"a rule in a namespace where nobody looks": {shop("{name: shop, namespace: app}\nspec:\n  host: shop.app",
			"{name: shop, namespace: third}\nspec:\n  host: shop.app"), []string{"SL201", "SL201"}, preview.Broken,
			shopRequest},
		"a port that the Service has not": {shop("subset: v1}, w",
			"subset: v1, port: {number: 8080}}, w"), []string{"SL107"}, preview.Broken, shopRequest},
		"a gateway port that the Service has not": {shop("ports: [{name: http, port: 80}]",
			"ports: [{name: http, port: 80}, {name: http-b, port: 81}]", "{number: 80, name: http, protocol: HTTP}",
			"{number: 8080, name: http, protocol: HTTP}"), []string{"SL107", "SL107"}, preview.Broken, shopRequest},
		"an entry of a foreign namespace hides no typo": {documents(shop(), entry("elsewhere", "*", "."), typo),
			[]string{"SL302", "SL714"}, preview.Isolated, shopRequest},
		"an entry for all hides what it is for": {documents(shop(), entry("elsewhere", "*", "*"), typo),
			[]string{"SL714"}, preview.Isolated, shopRequest},
		"a wildcard for part of a label": {
			documents(shop("{host: shop, subset: v2}", "{host: api-eu.example.com}"),
				entry("app", "*-eu.example.com", "*")), nil, preview.Isolated, shopRequest},
		"a host without its domain": {shop("host: shop,", "host: shop.app,"),
			[]string{"SL302", "SL302"}, preview.Broken, shopRequest},
		"no header by a star": {shop("- route:",
			"- match: [{withoutHeaders: {x-lane: {regex: '*'}}}]\n    route:"), nil, preview.Isolated, shopRequest},
		"a header by a star is refused": {shop("- route:",
			"- match: [{headers: {x-lane: {regex: '*'}}}]\n    route:"), []string{"SL106"}, preview.Broken,
			preview.Request{Host: "shop.example.com", Headers: map[string]string{"x-lane": "v1"}}},
		"a subset that ASM chooses": {shop("subset: v2}", "subset: $asm-label}"), nil,
			preview.Unknown, shopRequest},
		"a host outside of the Gateway's": {shop("hosts: [shop.example.com]\n  gateways",
			"hosts: [other.example.com]\n  gateways"), []string{"SL402"}, preview.Broken,
			preview.Request{Host: "other.example.com"}},
		"a gateway in its legacy form": {shop("gateways: [front]", "gateways: [front.app]"), nil,
			preview.Isolated, shopRequest},
		"a gateway of a match in its legacy form": {shop("- route:",
			"- match: [{gateways: [front.app.svc.cluster.local]}]\n    route:"), nil, preview.Isolated, shopRequest},
		"a Rollout that refers to a Deployment at 0": {
			documents(shop("{name: shop-v2, namespace: app}\nspec:",
				"{name: shop-v2, namespace: app}\nspec:\n  replicas: 0"),
				"apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: shop-v2, namespace: app}\n"+
					"spec: {replicas: 3, workloadRef: {apiVersion: apps/v1, kind: Deployment, name: shop-v2}}"), nil,
			preview.Isolated, shopRequest},
		"a StatefulSet runs pods": {shop("apiVersion: apps/v1\nkind: Deployment\n"+
			"metadata: {name: shop-v2", "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: shop-v2"), nil,
			preview.Isolated, shopRequest},
		"a DaemonSet runs pods": {shop("apiVersion: apps/v1\nkind: Deployment\n"+
			"metadata: {name: shop-v2", "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: shop-v2"), nil,
			preview.Isolated, shopRequest},
		"a server for other hosts at another port": {shop("ports: [{name: http, port: 80}]",
			"ports: [{name: http, port: 80}, {name: http-b, port: 81}]", "hosts: [shop.example.com]}",
			"hosts: [shop.example.com]}, {port: {number: 8080, name: http-b, protocol: HTTP}, hosts: [b.example.com]}"),
			nil, preview.Isolated, shopRequest},
		"a server that redirects sends nothing": {shop("ports: [{name: http, port: 80}]",
			"ports: [{name: http, port: 443}, {name: http-b, port: 81}]", "protocol: HTTP}, hosts",
			"protocol: HTTP}, tls: {httpsRedirect: true}, hosts", "hosts: [shop.example.com]}",
			"hosts: [shop.example.com]}, {port: {number: 443, name: https, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: c}, hosts: [shop.example.com]}"),
			nil, preview.Isolated, shopRequest},
		"a gateway does not see the sidecars' subsets": {bothEnds("mesh"), nil, preview.Isolated, shopRequest},
		"a gateway sees the subsets of its own routes": {bothEnds("infra/front"), []string{"SL201", "SL201"},
			preview.Broken, shopRequest},
		"routes of the Gateway API are not read": {documents(serviceOf("shop"), deploymentOf("shop", "v1", ""),
			"apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: gw}\n"+
				"spec: {gatewayClassName: istio, listeners: [{name: http, port: 80, protocol: HTTP}]}",
			"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: shop}\n"+
				"spec: {parentRefs: [{name: gw}], rules: [{backendRefs: [{name: shop, port: 80}]}]}"), nil,
			preview.Unknown, preview.Request{}},
		"a VirtualService at a gateway of the other API": {
			documents(with(shop(), "gateways: [front]", "gateways: [api]"),
				"apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: api, namespace: app}\n"+
					"spec: {gatewayClassName: istio, listeners: [{name: http, port: 80, protocol: HTTP}]}"), nil,
			preview.Broken, shopRequest},
		"routes over TCP are not read": {shop("http:\n  - route:", "tcp:\n  - route:"), nil, preview.Unknown,
			shopRequest},
	} {
		t.Run(name, func(t *testing.T) {
			set := decoded(t, test.text)
			require.Equal(t, test.lint, errorCodes(validate.Check(set)))
			verdict := verdictOf(t, set, test.request)
			require.Equal(t, test.verdict, verdict.Kind, verdict)
		})
	}
}
