package istio_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"istio.io/istio/pilot/pkg/config/kube/crd"
)

// TestNamesOfGateways compares how VirtualServices, and matches in them, name gateways. Istio's
// validation accepts "./name" only after a name without a slash: pkg/config/validation,
// validateGatewayNames, ignores the rest.
// Source: Istio, pilot/pkg/model/config.go, resolveGatewayName.
func TestNamesOfGateways(t *testing.T) {
	for name, s := range map[string]spelling{
		"name":                               {market(ingress, atGateway("edge/x", "gw")), atAny, "1 a@v2"},
		"name, of another namespace":         {market(ingress, atGateway("shop/x", "gw")), atAny, nowhere},
		"namespace and name":                 {market(ingress, atGateway("shop/x", "edge/gw")), atAny, "1 a@v2"},
		"another namespace and name":         {market(ingress, atGateway("edge/x", "shop/gw")), atAny, nowhere},
		"dot and name":                       {market(ingress, atGateway("edge/x", "none, ./gw")), atAny, "1 a@v2"},
		"dot and name, of another namespace": {market(ingress, atGateway("shop/x", "none, ./gw")), atAny, nowhere},
		"name dot namespace":                 {market(ingress, atGateway("shop/x", "gw.edge")), atAny, "1 a@v2"},
		"name dot another namespace":         {market(ingress, atGateway("edge/x", "gw.shop")), atAny, nowhere},
		"of old": {market(ingress, atGateway("shop/x", "gw.edge.svc.cluster.local")), atAny,
			"1 a@v2"},
		"of old, another domain": {market(ingress, atGateway("shop/x", "gw.edge.example.com")), atAny, "1 a@v2"},
		"upper case":             {market(ingress, atGateway("edge/x", "GW")), atAny, nowhere},
		"mesh": {market(ingress,
			vs("edge", "x", "hosts: [a.shop.svc.cluster.local], gateways: [mesh], http: [{"+aV2+"}]")), fromNear,
			"1 a@v2"},
		"mesh of a namespace": {market(ingress,
			vs("edge", "x", "hosts: [a.shop.svc.cluster.local], gateways: [none, ./mesh], http: [{"+aV2+"}]")),
			fromNear, both},
		"none": {market(ingress, vs("edge", "x", "hosts: [a.shop.svc.cluster.local], http: [{"+aV2+"}]")), atFull,
			nowhere},

		"match: name":                       {market(ingress, withMatch("edge/x", "gw")), atFull, "1 a@v2"},
		"match: name, of another namespace": {market(ingress, withMatch("shop/x", "gw")), atFull, "1 a@v1"},
		"match: namespace and name":         {market(ingress, withMatch("shop/x", "edge/gw")), atFull, "1 a@v2"},
		"match: dot and name":               {market(ingress, withMatch("edge/x", "none, ./gw")), atFull, "1 a@v2"},
		"match: dot and name, of another":   {market(ingress, withMatch("shop/x", "none, ./gw")), atFull, "1 a@v1"},
		"match: name dot namespace":         {market(ingress, withMatch("shop/x", "gw.edge")), atFull, "1 a@v2"},
		"match: of old": {market(ingress, withMatch("shop/x", "gw.edge.svc.cluster.local")), atFull,
			"1 a@v2"},
		"match: mesh":                 {market(ingress, withMatch("shop/x", "mesh")), fromNear, "1 a@v2"},
		"match: mesh, at the gateway": {market(ingress, withMatch("shop/x", "mesh")), atFull, "1 a@v1"},
		"match: several":              {market(ingress, withMatch("shop/x", "edge/other, gw.edge")), atFull, "1 a@v2"},
		"match: none":                 {market(ingress, withMatch("shop/x", "")), atFull, "1 a@v2"},
	} {
		t.Run(name, s.compare)
	}
}

// TestHostsAtGateways compares how Gateways and VirtualServices name the hosts of gateways.
func TestHostsAtGateways(t *testing.T) {
	all := door("'*'")
	for name, s := range map[string]spelling{
		"full":                    {market(all, servedHosts("shop/x", "shop.example.com")), atShop, "1 a@v2"},
		"another":                 {market(all, servedHosts("shop/x", "example.com")), atShop, nowhere},
		"wildcard":                {market(all, servedHosts("shop/x", "'*.example.com'")), atShop, "1 a@v2"},
		"wildcard within a label": {market(all, servedHosts("shop/x", "'*-eu.example.com'")), atEU, "1 a@v2"},
		"wildcard within a label, not it": {market(all, servedHosts("shop/x", "'*-eu.example.com'")), atShop,
			nowhere},
		"upper case": {market(all, servedHosts("shop/x", "SHOP.Example.com")), atShop, "1 a@v2"},
		"short":      {market(all, servedHosts("shop/x", "a")), atFull, "1 a@v2"},
		"short, as written": {market(all, servedHosts("shop/x", "a")), question{"gateway", "a"},
			nowhere},
		"short, of another namespace": {market(all, servedHosts("edge/x", "a")), atFull, nowhere},
		"name and namespace": {market(all, servedHosts("edge/x", "a.shop")),
			question{"gateway", "a.shop"}, "1 a@v2"},
		"name and namespace, asked in full": {market(all, servedHosts("edge/x", "a.shop")), atFull, nowhere},
		"the longest wildcard": {market(all, servedHosts("shop/w", "'*'"),
			vs("shop", "x", "hosts: ['*.example.com'], gateways: [edge/gw], http: [{"+aV1+"}]")), atShop, "1 a@v1"},
		"the longest within a label": {market(all, servedHosts("shop/w", "'*.example.com'"),
			vs("shop", "x", "hosts: ['*-eu.example.com'], gateways: [edge/gw], http: [{"+aV1+"}]")), atEU, "1 a@v1"},

		"Gateway: full": {market(door("shop.example.com"), servedHosts("shop/x", "'*'")),
			atShop, "1 a@v2"},
		"Gateway: full, not it": {market(door("shop.example.com"), servedHosts("shop/x", "'*'")),
			atAny, nowhere},
		"Gateway: wildcard": {market(door("'*.example.com'"), servedHosts("shop/x", "'*'")),
			atShop, "1 a@v2"},
		"Gateway: upper case": {market(door("SHOP.example.com"), servedHosts("shop/x", "'*'")),
			atShop, "1 a@v2"},
		"Gateway: upper case, like the other's": {market(door("SHOP.example.com"),
			servedHosts("shop/x", "SHOP.example.com")), atShop, "1 a@v2"},
		"Gateway: upper case, unlike the other's": {market(door("SHOP.example.com"),
			servedHosts("shop/x", "shop.example.com")), atShop, nowhere},
		"upper case, unlike the Gateway's": {market(door("'*.example.com'"),
			servedHosts("shop/x", "SHOP.EXAMPLE.com")), atShop, nowhere},
		"Gateway: of its namespace": {market(door("./shop.example.com"),
			servedHosts("edge/x", "shop.example.com")), atShop, "1 a@v2"},
		"Gateway: of its namespace, not it": {market(door("./shop.example.com"),
			servedHosts("shop/x", "shop.example.com")), atShop, nowhere},
		"Gateway: of a namespace": {market(door("shop/shop.example.com"),
			servedHosts("shop/x", "'*'")), atShop, "1 a@v2"},
		"Gateway: of a namespace, not it": {market(door("shop/shop.example.com"),
			servedHosts("edge/x", "'*'")), atShop, nowhere},
		"Gateway: of every namespace": {market(door("'*/shop.example.com'"),
			servedHosts("shop/x", "'*'")), atShop, "1 a@v2"},
		"Gateway: all of a namespace": {market(door("shop/*"),
			servedHosts("shop/x", "shop.example.com")), atShop, "1 a@v2"},
		"Gateway: all of a namespace, not it": {market(door("shop/*"),
			servedHosts("edge/x", "shop.example.com")), atShop, nowhere},
		"Gateway: all of its namespace": {market(door("./*"), servedHosts("edge/x", "'*'")), atAny,
			"1 a@v2"},
		"Gateway: all of every namespace": {market(door("'*/*'"), servedHosts("shop/x", "'*'")), atAny,
			"1 a@v2"},
		"Gateway: all of every namespace, and others": {market(door("other/any.test, '*/*'"),
			servedHosts("shop/x", "'*'")), atAny, "1 a@v2"},
		"Gateway: wildcard of a namespace": {market(door("shop/*.example.com"), servedHosts("shop/x", "'*'")), atEU,
			"1 a@v2"},
		"Gateway: several": {market(door("edge/*, shop/de-eu.example.com"), servedHosts("shop/x", "'*'")), atEU,
			"1 a@v2"},
	} {
		t.Run(name, s.compare)
	}
}

// TestHostsAtSidecars compares how VirtualServices name the hosts of calls, and their destinations.
func TestHostsAtSidecars(t *testing.T) {
	to := func(at, host string) string {
		namespace, name, _ := strings.Cut(at, "/")
		return vs(namespace, name, fmt.Sprintf(
			"hosts: [a.shop.svc.cluster.local], http: [{route: [{destination: {host: %q, subset: v2}}]}]", host))
	}
	for name, s := range map[string]spelling{
		"short":                       {market(called("shop/x", "a")), fromNear, "1 a@v2"},
		"short, called from afar":     {market(called("shop/x", "a")), fromFar, "1 a@v2"},
		"short, of another namespace": {market(called("other/x", "a")), fromNear, both},
		"full": {market(called("other/x", "a.shop.svc.cluster.local")), fromNear,
			"1 a@v2"},
		"upper case": {market(called("other/x", "A.Shop.svc.cluster.local")), fromNear,
			"1 a@v2"},
		"short, upper case": {market(called("shop/x", "A")), fromNear, "1 a@v2"},
		"name and namespace": {market(called("other/x", "a.shop")), question{"b-v1", "a.shop"},
			"1 a@v2"},
		"name and namespace, called otherwise": {market(called("other/x", "a.shop")), fromNear, both},
		"name and namespace, later": {
			market(vs("other", "w", "hosts: [a.shop.svc.cluster.local], http: [{"+aV1+"}]"),
				called("other/x", "a.shop")), question{"b-v1", "a.shop"}, "1 a@v1"},
		"name and namespace, earlier": {market(vs("other", "z", "hosts: [a.shop.svc.cluster.local], http: [{"+aV1+"}]"),
			called("other/x", "a.shop")), question{"b-v1", "a.shop"}, "1 a@v2"},
		"wildcards, the first only": {
			market(vs("other", "w", "hosts: ['*.local'], http: [{match: [{sourceLabels: {no: one}}], "+aV1+"}]"),
				called("other/x", "'*.local'")), fromNear, both},
		"name, namespace, svc": {market(called("other/x", "a.shop.svc")), question{"c-v1", "a.shop.svc"},
			"1 a@v2"},
		"of a namespace": {market(called("other/x", "'*.shop.svc.cluster.local'")), fromNear, "1 a@v2"},
		"of a namespace, not it": {market(called("other/x", "'*.shop.svc.cluster.local'")),
			question{"b-v1", "c.other"}, "1/2 c@v1\n1/2 c@v2"},
		"of a namespace, upper case": {market(called("other/x", "'*.SHOP.svc.cluster.local'")), fromNear, both},
		"within a label":             {market(called("other/x", "'*op.svc.cluster.local'")), fromNear, "1 a@v2"},
		"the longest": {market(called("other/w", "'*.local'"),
			vs("other", "x", "hosts: ['*.shop.svc.cluster.local'], http: [{"+aV1+"}]")), fromNear, "1 a@v1"},
		"the name before a wildcard": {market(called("other/w", "'*.shop.svc.cluster.local'"),
			vs("other", "x", "hosts: [a.shop.svc.cluster.local], http: [{"+aV1+"}]")), fromNear, "1 a@v1"},
		"outside": {market(called("shop/x", "shop.example.com")), question{"c-v1", "shop.example.com"},
			"1 a@v2"},
		"outside, wildcard": {market(called("shop/x", "'*.example.com'")), question{"c-v1", "shop.example.com"},
			"1 a@v2"},
		"outside, upper case": {market(called("shop/x", "SHOP.example.com")), question{"c-v1", "shop.example.com"},
			"1 a@v2"},
		"of two, the other": {market(called("shop/x", "b, a")), fromNear, "1 a@v2"},

		"to: short":                       {market(to("shop/x", "a")), fromNear, "1 a@v2"},
		"to: short, of another namespace": {market(to("other/x", "a")), fromNear, "1 a (no service)"},
		"to: full":                        {market(to("other/x", "a.shop.svc.cluster.local")), fromNear, "1 a@v2"},
		"to: name and namespace":          {market(to("other/x", "a.shop")), fromNear, "1 a (no service)"},
		"to: upper case":                  {market(to("shop/x", "A")), fromNear, "1 A (no service)"},
	} {
		t.Run(name, s.compare)
	}
}

// TestNamesThatIstioRefuses checks which spellings Istio refuses: preview need not read them.
func TestNamesThatIstioRefuses(t *testing.T) {
	for document, why := range map[string]string{
		door("'*-eu.example.com'"):                    "partial wildcard",
		door("a"):                                     "short names",
		called("shop/x", "'*'"):                       "wildcard host * is not allowed",
		atGateway("edge/x", "./gw"):                   "invalid value for namespace",
		withMatch("edge/x", "./gw"):                   "invalid value for namespace",
		ruleOf("shop/a", "a", "exportTo: [., '*'], "): "exportTo",
	} {
		_, _, err := crd.ParseInputs(document)
		require.ErrorContains(t, err, why, document)
	}
}
