package istio_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"istio.io/istio/pilot/pkg/config/kube/crd"

	"github.com/swimlane-go/swimlane/preview"
)

// market returns Services in two versions each, and other documents. Service a has subsets.
func market(documents ...string) []string {
	return bare(append(documents, subsetsOf("shop/a", "a", "v1", "v2"))...)
}

// bare returns the Services without subsets.
func bare(documents ...string) []string {
	service := func(namespace, name string, port int) string {
		return fmt.Sprintf("apiVersion: v1\nkind: Service\nmetadata: {name: %s, namespace: %s}\n"+
			"spec: {selector: {app: %[1]s}, ports: [{name: http, port: %[3]d}]}", name, namespace, port)
	}
	return append(documents, service("shop", "a", 80), service("shop", "b", 80), service("other", "c", 80),
		workloads("shop", "a", "b"), workloads("other", "c"))
}

// subsetsOf returns a DestinationRule, "namespace/name", with subsets for a host.
func subsetsOf(at, host string, versions ...string) string { return ruleOf(at, host, "", versions...) }

// ruleOf returns a DestinationRule with more fields.
func ruleOf(at, host, more string, versions ...string) string {
	namespace, name, _ := strings.Cut(at, "/")
	var subsets []string
	for _, v := range versions {
		subsets = append(subsets, fmt.Sprintf("{name: %[1]s, labels: {version: %[1]s}}", v))
	}
	return istioObject("DestinationRule", namespace, name,
		fmt.Sprintf("host: %q, %ssubsets: [%s]", host, more, strings.Join(subsets, ", ")))
}

// door returns the Gateway edge/gw for hosts.
func door(hosts string) string {
	return strings.Replace(ingress, `["*"]`, "["+hosts+"]", 1)
}

const (
	aV1 = "route: [{destination: {host: a.shop.svc.cluster.local, subset: v1}}]"
	aV2 = "route: [{destination: {host: a.shop.svc.cluster.local, subset: v2}}]"
)

// atGateway returns a VirtualService, "namespace/name", for any host at gateways.
func atGateway(at, gateways string) string {
	namespace, name, _ := strings.Cut(at, "/")
	return vs(namespace, name, fmt.Sprintf("hosts: ['*'], gateways: [%s], http: [{%s}]", gateways, aV2))
}

// withMatch returns a VirtualService for the gateway and the sidecars, with a match for gateways.
func withMatch(at, gateways string) string {
	namespace, name, _ := strings.Cut(at, "/")
	return vs(namespace, name, fmt.Sprintf(
		"hosts: ['*.shop.svc.cluster.local'], gateways: [edge/gw, mesh], http: [{match: [{gateways: [%s]}], %s}, {%s}]",
		gateways, aV2, aV1))
}

// servedHosts returns a VirtualService for hosts of the gateway.
func servedHosts(at, hosts string) string {
	namespace, name, _ := strings.Cut(at, "/")
	return vs(namespace, name, fmt.Sprintf("hosts: [%s], gateways: [edge/gw], http: [{%s}]", hosts, aV2))
}

// called returns a VirtualService for hosts of sidecars.
func called(at, hosts string) string {
	namespace, name, _ := strings.Cut(at, "/")
	return vs(namespace, name, fmt.Sprintf("hosts: [%s], http: [{%s}]", hosts, aV2))
}

// question is a request to the gateway for a host, or a call of a pod to a host.
type question struct{ from, host string }

// questions are asked of every tree: one spelling may change the meaning of another one.
func questions() []question {
	var out []question
	for _, host := range []string{"shop.example.com", "de-eu.example.com", "SHOP.example.com", "any.test", "a",
		"a.shop", "a.shop.svc.cluster.local"} {
		out = append(out, question{"gateway", host})
	}
	for _, from := range []string{"b-v1", "c-v1"} {
		for _, host := range []string{"a.shop", "A.Shop", "a.shop.svc", "a.shop.svc.cluster.local", "b.shop", "c.other",
			"shop.example.com"} {
			out = append(out, question{from, host})
		}
	}
	return append(out, question{"b-v1", "a"}, question{"b-v1", "A"}, question{"c-v1", "c"})
}

// spelling is a tree with a name in one spelling, and one of the answers.
type spelling struct {
	documents []string
	asked     question
	want      string
}

// compare compares istiod's destinations of requests with preview's, for a tree. It asks all
// questions; the test states one answer.
func (s spelling) compare(t *testing.T) {
	tr := plant(t, nil, s.documents...)
	mesh := preview.New(tr.set)
	gateway := tr.door(t, "edge")
	views := map[string]view{"gateway": tr.view(tr.Gateway(gateway), tr.cluster.pods)}
	for _, name := range []string{"b-v1", "c-v1"} {
		views[name] = tr.view(tr.Sidecar(tr.pod(t, name)), tr.cluster.pods)
	}
	answered := false
	for _, q := range questions() {
		r := request{host: q.host, path: callPath}
		var got, says string
		if q.from == "gateway" {
			got = printed(views[q.from].take(t, "http.80", 80, r))
			says = printed(enters(t, mesh, preview.Request{Host: q.host, Path: callPath, Calls: map[string][]string{}}))
		} else {
			pod := tr.pod(t, q.from)
			got = printed(views[q.from].take(t, "80", 80, r))
			says = printed(hop(t, mesh, preview.Call{Namespace: pod.Namespace, Labels: pod.Labels, Host: q.host,
				Port: 80, Path: callPath}))
		}
		if q == s.asked {
			answered = true
			require.Equal(t, s.want, got, "istiod: %v", q)
		}
		require.Equal(t, got, says, "preview: %v", q)
	}
	require.True(t, answered, "%v must be one of the questions", s.asked)
}

const both, nowhere = "1/2 a@v1\n1/2 a@v2", "1 (no route)"

var (
	atAny    = question{"gateway", "any.test"}
	atFull   = question{"gateway", "a.shop.svc.cluster.local"}
	atShop   = question{"gateway", "shop.example.com"}
	atEU     = question{"gateway", "de-eu.example.com"}
	fromNear = question{"b-v1", "a"}
	fromFar  = question{"c-v1", "a.shop"}
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
