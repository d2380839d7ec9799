package preview_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/preview"
)

func TestGateways(t *testing.T) {
	vs := routed("vs", "shop.example.com", "-> 1")
	for name, test := range map[string]struct {
		set     []string
		request preview.Request
		want    string
	}{
		"wildcard of the server": {[]string{strings.Replace(gateway, `"*"`, `"*.example.com"`, 1), vs},
			preview.Request{Host: "shop.example.com"}, "1"},
		"wildcard of the route": {[]string{strings.Replace(gateway, `"*"`, "shop.example.com", 1),
			routed("vs", `"*.example.com"`, "-> 1")}, preview.Request{Host: "shop.example.com"}, "1"},
		"narrower server": {[]string{strings.Replace(gateway, `"*"`, "shop.example.com", 1),
			routed("vs", `"*.example.com"`, "-> 1")}, preview.Request{Host: "a.example.com"}, "no route"},
		"another host": {[]string{strings.Replace(gateway, `"*"`, "other.example.com", 1), vs},
			preview.Request{Host: "shop.example.com"}, "no route"},
		"own namespace": {[]string{strings.Replace(gateway, `"*"`, `"./*"`, 1), vs},
			preview.Request{Host: "shop.example.com"}, "1"},
		"any namespace": {[]string{strings.Replace(gateway, `"*"`, `"*/shop.example.com"`, 1), vs},
			preview.Request{Host: "shop.example.com"}, "1"},
		"a namespace": {[]string{strings.Replace(gateway, `"*"`, `"istio-system/*"`, 1), vs},
			preview.Request{}, "1"},
		"the only host": {[]string{gateway, vs}, preview.Request{}, "1"},
		"no HTTP": {[]string{strings.Replace(gateway, "protocol: HTTP", "protocol: TCP", 1), vs},
			preview.Request{}, "no route"},
		"TLS passed through": {[]string{strings.Replace(gateway, "protocol: HTTP}",
			"protocol: HTTPS}\n    tls: {mode: PASSTHROUGH}", 1), vs}, preview.Request{}, "no route"},
		"TLS ended": {[]string{strings.Replace(gateway, "protocol: HTTP}",
			"protocol: HTTPS}\n    tls: {mode: SIMPLE}", 1), routed("vs", `"*"`, "{scheme: {exact: https}} -> 1")},
			preview.Request{}, "1"},
		"redirect to HTTPS": {[]string{strings.Replace(gateway, "protocol: HTTP}",
			"protocol: HTTP}\n    tls: {httpsRedirect: true}", 1), vs},
			preview.Request{Host: "shop.example.com", Path: "/x"}, "redirect 301 to https://shop.example.com/x"},
		"redirect, no route": {[]string{strings.Replace(gateway, `protocol: HTTP}`,
			"protocol: HTTP}\n    tls: {httpsRedirect: true}", 1)}, preview.Request{Host: "h"},
			"redirect 301 to https://h/"},
		"redirect, of a namespace": {[]string{strings.Replace(gateway, "protocol: HTTP}\n    hosts: [\"*\"]",
			"protocol: HTTP}\n    tls: {httpsRedirect: true}\n    hosts: [default/*]", 1), vs},
			preview.Request{Host: "h"}, "redirect 301 to https://h/"},
		"no route for the gateway": {[]string{gateway, routed("vs", `"*"`, "{port: 81} -> 1")}, preview.Request{},
			"no route"},
		"plain, and redirect":   {[]string{both, vs}, preview.Request{}, "1"},
		"the port is asked for": {[]string{both, vs}, preview.Request{Port: 80}, "redirect 301 to https://*/"},
		"a port that none has":  {[]string{both, vs}, preview.Request{Port: 8080}, "no route"},
		"named":                 {[]string{gateway, other, vs}, preview.Request{Gateway: "istio-system/gw"}, "1"},
		"named, another": {[]string{gateway, other, vs}, preview.Request{Gateway: "istio-system/other"},
			"no route"},
		"named, none": {[]string{gateway, other, vs}, preview.Request{Gateway: "istio-system/none"},
			"no route"},
		"the one with a route": {[]string{gateway, other, vs}, preview.Request{}, "1"},
		"of the same pods": {[]string{gateway,
			strings.Replace(other, "istio: other", "istio: ingressgateway", 1), vs},
			preview.Request{Gateway: "istio-system/other"}, "1"},
		"upper case of both": {[]string{strings.Replace(gateway, `"*"`, "SHOP.example.com", 1),
			routed("vs", "SHOP.example.com", "-> 1")}, preview.Request{Host: "shop.example.com"}, "1"},
		"upper case of the server": {[]string{strings.Replace(gateway, `"*"`, "SHOP.example.com", 1), vs},
			preview.Request{Host: "shop.example.com"}, "no route"},
		"upper case of the route": {[]string{strings.Replace(gateway, `"*"`, `"*.example.com"`, 1),
			routed("vs", "SHOP.EXAMPLE.com", "-> 1")}, preview.Request{Host: "shop.example.com"}, "no route"},
		"exported to": {[]string{gateway,
			strings.Replace(vs, "spec:", "spec:\n  exportTo: [istio-system]", 1)}, preview.Request{}, "1"},
		"exported to others": {[]string{gateway, strings.Replace(vs, "spec:", "spec:\n  exportTo: [default]", 1)},
			preview.Request{}, "no route"},
		"exported to itself": {[]string{gateway, strings.Replace(vs, "spec:", "spec:\n  exportTo: [.]", 1)},
			preview.Request{}, "1"},
		"no gateway in the set":    {[]string{vs}, preview.Request{}, "1"},
		"nothing":                  {[]string{service("a")}, preview.Request{}, "no route"},
		"gateways of other people": {[]string{other, vs}, preview.Request{}, "no route"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, taken(t, test.set, test.request))
		})
	}
	require.Equal(t,
		[]string{"Gateway istio-system/gw is not in the set: preview assumes that it serves any host on port 80"},
		trace(t, decode(t, vs), preview.Request{}).Notes)
}

const both = gateway + `
    tls: {httpsRedirect: true}
  - port: {number: 443, name: https, protocol: HTTPS}
    tls: {mode: SIMPLE, credentialName: c}
    hosts: ["*"]`

const other = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: other, namespace: istio-system}
spec:
  selector: {istio: other}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: ["*"]`
