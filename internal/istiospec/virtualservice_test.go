package istiospec

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"
)

func TestVirtualServiceIsRefusedForWhatIstioRefuses(t *testing.T) {
	check := func(text string) []Fault { return VirtualService("shop", specOf(t, text)) }
	requireRefusals(t, check, []refusal{
		// Actions of a route.
		{RouteAction, "spec.http[0]", "{hosts: [a], http: [{}]}", "{hosts: [a], http: [{" + to + "}]}"},
		{RouteAction, "spec.http[0].route", httpRoute("redirect: {uri: /}"),
			"{hosts: [a], http: [{redirect: {uri: /}}]}"},
		{RouteAction, "spec.http[0].route", httpRoute("directResponse: {status: 200}"),
			"{hosts: [a], http: [{directResponse: {status: 200}}]}"},
		{RouteAction, "spec.http[0].route", httpRoute("delegate: {name: d}"),
			"{hosts: [a], http: [{delegate: {name: d}}]}"},
		{RouteAction, "spec.http[0].redirect", "{hosts: [a], http: [{delegate: {name: d}, redirect: {uri: /}}]}",
			"{hosts: [a], http: [{delegate: {name: d}, mirror: {host: b}, mirrors: [{destination: {host: b}}]}]}"},
		{RouteAction, "spec.http[0].directResponse",
			"{hosts: [a], http: [{redirect: {uri: /}, directResponse: {status: 200}}]}",
			"{hosts: [a], http: [{directResponse: {status: 600}}]}"},
		{RouteAction, "spec.http[0].fault",
			"{hosts: [a], http: [{redirect: {uri: /}, fault: {delay: {fixedDelay: 1s}}}]}",
			httpRoute("fault: {delay: {fixedDelay: 1s}}")},
		{RouteAction, "spec.http[0].rewrite",
			"{hosts: [a], http: [{directResponse: {status: 200}, rewrite: {uri: /}}]}", httpRoute("rewrite: {uri: /}")},

		// Delegates.
		{DelegateRoutes, "spec.gateways", "{gateways: [gw], http: [{" + to + "}]}", "{http: [{" + to + "}]}"},
		{DelegateRoutes, "spec.tcp", "{http: [{" + to + "}], tcp: [{" + to + "}]}", "{hosts: [a], http: [{" + to +
			"}], tcp: [{" + to + "}]}"},
		{DelegateRoutes, "spec.http[0].delegate", "{http: [{delegate: {name: d}}]}", "{http: [{redirect: {uri: /}}]}"},

		// Routes.
		{NoRoute, "spec", "{hosts: [a]}", "{hosts: [a], tcp: [{" + to + "}]}"},
		{NoRoute, "spec.tcp[0]", tcpRoute("route: []"), tcpRoute(to)},
		{NoRoute, "spec.tls[0]", "{hosts: [a], tls: [{match: [{sniHosts: [a]}]}]}", tlsRoute("a", "sniHosts: [a]")},

		// Hosts.
		{RouteHost, "spec.hosts[1]", "{hosts: [a, b_c], http: [{" + to + "}]}", "{hosts: [a, B-c.], http: [{" + to +
			"}]}"},
		{RouteHost, "spec.hosts[0]", `{hosts: ["*"], http: [{` + to + "}]}", `{hosts: ["*"], gateways: [gw], http: [{` +
			to + "}]}"},
		{RouteHost, "spec.hosts[0]", `{hosts: ["*"], gateways: [gw, mesh], http: [{` + to + "}]}",
			`{hosts: ["*.a"], gateways: [gw, mesh], http: [{` + to + "}]}"},
		{RouteHost, "spec.hosts[0]", "{hosts: [192.0.2], http: [{" + to + "}]}",
			`{hosts: [192.0.2.1, "2001:db8::1"], http: [{` + to + "}]}"},
		{RouteHostTwice, "spec.hosts[1]", "{hosts: [a, a], http: [{" + to + "}]}", "{hosts: [a, A], http: [{" + to +
			"}]}"},
		{RouteHostTwice, "spec.hosts[0]", `{hosts: [a.b, "*.b"], http: [{` + to + "}]}",
			`{hosts: [b, "*.b"], http: [{` + to + "}]}"},
		{RouteHost, "spec.hosts[2]", "{hosts: [a, a, ''], http: [{" + to + "}]}", "{hosts: [a, b], http: [{" + to +
			"}]}"},

		// Gateways.
		{RouteGateway, "spec.gateways[0]", "{hosts: [a], gateways: [g_w], http: [{" + to + "}]}",
			"{hosts: [a], gateways: [gw.ns.svc.cluster.local], http: [{" + to + "}]}"},
		{RouteGateway, "spec.gateways[0]", "{hosts: [a], gateways: [a/b/c], http: [{" + to + "}]}",
			"{hosts: [a], gateways: [a/b, mesh, a/b/c], http: [{" + to + "}]}"},
		{RouteGateway, "spec.http[0].match[0].gateways[1]", httpRoute("match: [{gateways: [a/b, /b]}]"),
			httpRoute("match: [{gateways: [a/b, b]}]")},
		{OwnGateway, "spec.gateways[0]", "{hosts: [a], gateways: [./gw], http: [{" + to + "}]}",
			"{hosts: [a], gateways: [gw, ./gw], http: [{" + to + "}]}"},

		// Matches.
		{StringMatch, "spec.http[0].match[0].scheme.prefix", httpRoute("match: [{scheme: {prefix: ''}}]"),
			httpRoute("match: [{scheme: {exact: ''}}]")},
		{StringMatch, "spec.http[0].match[0].method.regex", httpRoute("match: [{method: {regex: ''}}]"),
			httpRoute("match: [{method: {regex: GET}}]")},
		{StringMatch, "spec.http[0].match[0].authority.prefix", httpRoute("match: [{authority: {prefix: ''}}]"),
			httpRoute("match: [{authority: {}}]")},
		{StringMatch, "spec.http[0].match[0].uri.regex", httpRoute("match: [{uri: {regex: ''}}]"),
			httpRoute("match: [{uri: {prefix: ''}}]")},
		{StringMatch, "spec.http[0].match[1].queryParams[q].prefix",
			httpRoute("match: [{}, {queryParams: {q: {prefix: ''}}}]"),
			httpRoute("match: [{}, {queryParams: {'': {}}}]")},
		{StringMatch, "spec.http[0].match[0].headers[x].prefix", httpRoute("match: [{headers: {x: {prefix: ''}}}]"),
			httpRoute("match: [{headers: {x: {}}}]")},
		{StringMatch, "spec.http[0].match[0].withoutHeaders[x].regex",
			httpRoute("match: [{withoutHeaders: {x: {regex: ''}}}]"), httpRoute("match: [{withoutHeaders: {x: {}}}]")},
		{BadRegex, "spec.http[0].match[0].headers[x].regex", httpRoute("match: [{headers: {x: {regex: '*'}}}]"),
			httpRoute("match: [{withoutHeaders: {x: {regex: '*'}}}]")},
		{BadRegex, "spec.http[0].match[0].uri.regex", httpRoute("match: [{uri: {regex: '(?=a)'}}]"),
			httpRoute("match: [{uri: {regex: '(?:a)'}}]")},
		{BadRegex, "spec.http[0].match[0].uri.regex",
			httpRoute("match: [{uri: {regex: " + strings.Repeat("a", 1025) + "}}]"),
			httpRoute("match: [{uri: {regex: " + strings.Repeat("a", 1024) + "}}]")},
		{RoutePort, "spec.http[0].match[0].port", httpRoute("match: [{port: 65536}]"),
			httpRoute("match: [{port: 65535}]")},
		{MatchSource, "spec.http[0].match[0].sourceLabels[a]", httpRoute("match: [{sourceLabels: {a: -}}]"),
			httpRoute("match: [{sourceLabels: {x.y/a: ''}}]")},
		{MatchSource, "spec.http[0].match[0].sourceLabels", httpRoute("match: [{sourceLabels: {/a: b}}]"),
			httpRoute("match: [{sourceLabels: {a: b}}]")},
		{MatchSource, "spec.http[0].match[0].sourceNamespace", httpRoute("match: [{sourceNamespace: a.b}]"),
			httpRoute("match: [{sourceNamespace: a-b, statPrefix: ' '}]")},

		// Headers.
		{HeaderName, "spec.http[0].match[0].headers[a b]", httpRoute("match: [{headers: {a b: {}}}]"),
			httpRoute("match: [{headers: {':path': {}, \"X!#$%&'*+,-.^_`|~1\": {}}}]")},
		{HeaderName, "spec.http[0].match[0].withoutHeaders[]", httpRoute("match: [{withoutHeaders: {'': {}}}]"),
			httpRoute("match: [{withoutHeaders: {x: {}}}]")},
		{HeaderName, "spec.http[0].match[0].headers[@request.auth.claims]",
			atGateways(to + ", match: [{headers: {'@request.auth.claims': {}}}]"),
			atGateways(to + ", match: [{headers: {'@request.auth.claims.a': {}, '@Request.Auth.Claims[a][b]': {}}}]")},
		{ClaimMatch, "spec.http[0].match[0].headers[@request.auth.claims.a]",
			httpRoute("match: [{headers: {'@request.auth.claims.a': {}}}]"),
			atGateways(to + ", match: [{headers: {'@request.auth.claims.a': {}}}]")},
		{HeaderName, "spec.http[0].headers.request.set[:path]", requestSet("':path': a"),
			requestSet("':Authority': a")},
		{HeaderName, "spec.http[0].headers.request.add[]", httpRoute("headers: {request: {add: {'': a}}}"),
			httpRoute("headers: {request: {add: {Host: a, a b: c}}}")},
		{HeaderName, "spec.http[0].headers.request.remove[0]", httpRoute("headers: {request: {remove: [Host]}}"),
			httpRoute("headers: {request: {remove: [x]}}")},
		{HeaderName, "spec.http[0].headers.response.set[host]", httpRoute("headers: {response: {set: {host: a}}}"),
			httpRoute("headers: {response: {set: {x: a}}}")},
		{HeaderName, "spec.http[0].headers.response.remove[1]",
			httpRoute("headers: {response: {remove: [a, ':status']}}"),
			httpRoute("headers: {response: {remove: [a]}}")},
		{HeaderName, "spec.http[0].route[0].headers.response.add[:a]",
			"{hosts: [a], http: [{route: [{destination: {host: b}, headers: {response: {add: {':a': b}}}}]}]}",
			"{hosts: [a], http: [{route: [{destination: {host: b}, headers: {response: {add: {a: b}}}}]}]}"},
		{HeaderValue, "spec.http[0].headers.request.set[x]", requestSet("x: 5%"), requestSet("x: 5%%")},
		{HeaderValue, "spec.http[0].headers.response.add[x]", httpRoute(`headers: {response: {add: {x: "a\n"}}}`),
			httpRoute(`headers: {response: {add: {x: "a\t"}}}`)},
		{AuthorityTwice, "spec.http[0].headers.request.set[host]",
			httpRoute("rewrite: {authority: a}, headers: {request: {set: {host: b}}}"),
			httpRoute("rewrite: {uri: /}, headers: {request: {set: {host: b}}}")},
		{AuthorityTwice, "spec.http[0].headers.request.add[:authority]",
			httpRoute("headers: {request: {set: {host: a}, add: {':authority': b}}}"),
			httpRoute("headers: {request: {set: {host: ''}, add: {':authority': b}}}")},
		{AuthorityTwice, "spec.http[0].headers.request.set[Host]", requestSet("Host: a, ':authority': b"),
			requestSet("Host: a, x: b")},

		// Destinations.
		{DestinationName, "spec.http[0].route[0].destination", "{hosts: [a], http: [{route: [{weight: 1}]}]}",
			destination("host: b")},
		{DestinationName, "spec.http[0].route[0].destination.host", destination("host: '*'"),
			destination("host: '*.b'")},
		{DestinationName, "spec.http[0].route[0].destination.host", destination("host: 192.0.2.1"),
			destination("host: 192-0-2-1")},
		{DestinationName, "spec.http[0].route[0].destination.host", destination("subset: v1"),
			destination("host: b, subset: v1")},
		{DestinationName, "spec.http[0].route[0].destination.subset", destination("host: b, subset: v1.0"),
			destination("host: b, subset: $asm-label")},
		{RoutePort, "spec.http[0].route[0].destination.port.number", destination("host: b, port: {}"),
			destination("host: b, port: {number: 1}")},
		{NegativeWeight, "spec.http[0].route[1].weight",
			"{hosts: [a], http: [{route: [{destination: {host: b}, weight: 1}, {destination: {host: c}, weight: -1}]}]}",
			"{hosts: [a], http: [{route: [{destination: {host: b}, weight: 1}, {destination: {host: c}}]}]}"},
		{WeightsZero, "spec.http[0].route",
			"{hosts: [a], http: [{route: [{destination: {host: b}}, {destination: {host: c}}]}]}",
			destination("host: b")},
		{WeightsZero, "spec.tcp[0].route",
			tcpRoute(
				"route: [{destination: {host: b}, weight: 2147483647}, {destination: {host: c}, weight: 2147483647}, {destination: {host: d}, weight: 2}]"),
			tcpRoute(
				"route: [{destination: {host: b}, weight: 2147483647}, {destination: {host: c}, weight: 2147483647}]")},
		{NegativeWeight, "spec.tcp[0].route[0].weight", tcpRoute("route: [{destination: {host: b}, weight: -1}]"),
			tcpRoute("route: [{destination: {host: b}, weight: 0}]")},

		// TLS and TCP.
		{SNIHost, "spec.tls[0].match", "{hosts: [a], tls: [{" + to + "}]}", tlsRoute("a", "sniHosts: [a]")},
		{SNIHost, "spec.tls[0].match[0]", tlsRoute("a", "port: 1"), tlsRoute("a", "sniHosts: [a], port: 1")},
		{SNIHost, "spec.tls[0].match[0].sniHosts[0]", tlsRoute("a", "sniHosts: [b]"), tlsRoute("'*'", "sniHosts: [b]")},
		{SNIHost, "spec.tls[0].match[0].sniHosts[0]", tlsRoute("'*.b'", "sniHosts: ['*.a']"),
			tlsRoute("'*.a'", "sniHosts: ['*.b.a', b.a, 192.0.2.1]")},
		{SNIHost, "spec.tls[0].match[0].sniHosts[1]", tlsRoute("a", "sniHosts: [a, a_b]"),
			tlsRoute("outbound_.80_._.a", "sniHosts: [outbound_.80_._.a]")},
		{RoutePort, "spec.tls[0].match[0].port", tlsRoute("a", "sniHosts: [a], port: 65536"),
			tlsRoute("a", "sniHosts: [a], port: 65535")},
		{MatchSubnet, "spec.tls[0].match[0].destinationSubnets[0]",
			tlsRoute("a", "sniHosts: [a], destinationSubnets: [a]"),
			tlsRoute("a", "sniHosts: [a], destinationSubnets: [192.0.2.0/24]")},
		{MatchSource, "spec.tls[0].match[0].sourceLabels[a]", tlsRoute("a", "sniHosts: [a], sourceLabels: {a: '*'}"),
			tlsRoute("a", "sniHosts: [a], sourceNamespace: '*'")},
		{RouteGateway, "spec.tcp[0].match[0].gateways[0]", tcpRoute("match: [{gateways: ['']}], " + to),
			tcpRoute("match: [{gateways: [a]}], " + to)},
		{MatchSubnet, "spec.tcp[0].match[0].destinationSubnets[1]",
			tcpRoute("match: [{destinationSubnets: [192.0.2.1, 192.0.2.0/33]}], " + to),
			tcpRoute("match: [{destinationSubnets: [192.0.2.1, '2001:db8::/32'], sourceSubnet: a}], " + to)},
		{DestinationName, "spec.tcp[0].route[0].destination", tcpRoute("route: [{weight: 1}]"),
			tcpRoute("match: [{}], " + to)},

		// exportTo, of namespace shop.
		{RouteExportTo, "spec.exportTo[0]", "{hosts: [a], exportTo: ['~'], http: [{" + to + "}]}",
			"{hosts: [a], exportTo: [.], http: [{" + to + "}]}"},
		{RouteExportTo, "spec.exportTo[1]", "{hosts: [a], exportTo: [b, c.d], http: [{" + to + "}]}",
			"{hosts: [a], exportTo: [b, ., c-d], http: [{" + to + "}]}"},
		{RouteExportTo, "spec.exportTo[1]", "{hosts: [a], exportTo: [shop, .], http: [{" + to + "}]}",
			"{hosts: [a], exportTo: [shop, b], http: [{" + to + "}]}"},
		{RouteExportTo, "spec.exportTo[1]", "{hosts: [a], exportTo: [b, '*'], http: [{" + to + "}]}",
			"{hosts: [a], exportTo: ['*'], http: [{" + to + "}]}"},
	})
}

// What no file says, a program can.
func TestVirtualServiceOfNothing(t *testing.T) {
	route := []*networking.RouteDestination{{Destination: &networking.Destination{Host: "b"}}}
	for want, vs := range map[string]*networking.VirtualService{
		"[spec]":         nil,
		"[spec.http[0]]": {Hosts: []string{"a"}, Http: []*networking.HTTPRoute{nil}},
		"[spec.http[0].route[0]]": {Hosts: []string{"a"},
			Http: []*networking.HTTPRoute{{Route: []*networking.HTTPRouteDestination{nil}}}},
		"[spec.http[0].mirrors[0]]": {Hosts: []string{"a"},
			Http: []*networking.HTTPRoute{{Redirect: &networking.HTTPRedirect{Uri: "/"},
				Mirrors: []*networking.HTTPMirrorPolicy{nil}}}},
		"[spec.tls[0].match[0]]": {Hosts: []string{"a"},
			Tls: []*networking.TLSRoute{{Match: []*networking.TLSMatchAttributes{nil}, Route: route}}},
		"[spec.tcp[0].match[0]]": {Hosts: []string{"a"},
			Tcp: []*networking.TCPRoute{{Match: []*networking.L4MatchAttributes{nil}, Route: route}}},
		"[spec.tcp[0].route[0]]": {Hosts: []string{"a"},
			Tcp: []*networking.TCPRoute{{Route: []*networking.RouteDestination{nil}}}},
		"[spec.http[0].match[1].headers[x]]": {Hosts: []string{"a"}, Http: []*networking.HTTPRoute{{
			Redirect: &networking.HTTPRedirect{PrefixRewrite: "/"}, CorsPolicy: &networking.CorsPolicy{},
			Match: []*networking.HTTPMatchRequest{nil,
				{Headers: map[string]*networking.StringMatch{"x": nil},
					WithoutHeaders: map[string]*networking.StringMatch{"y": nil}}}}}},
		"[]": {Hosts: []string{"a"}, Tls: []*networking.TLSRoute{nil}, Tcp: []*networking.TCPRoute{nil}},
	} {
		paths := []string{}
		for _, f := range VirtualService("", vs) {
			paths = append(paths, f.Path)
		}
		require.Equal(t, want, fmt.Sprint(paths))
	}
}

// Faults come in one order, whatever that of the maps is.
func TestFaultsComeInOneOrder(t *testing.T) {
	text := requestSet("':a': '%', ':b': '%', ':c': '%', ':d': '%', ':e': '%'")
	want := VirtualService("", specOf(t, text))
	require.Len(t, want, 10)
	for range 20 {
		require.Equal(t, want, VirtualService("", specOf(t, text)))
	}
}

// In hand are 1 MB of hosts and SNI hosts: all pairs of them would take minutes.
func TestManyHostsTakeNoTime(t *testing.T) {
	vs := specOf(t, tlsRoute("a", "sniHosts: [a]"))
	vs.Hosts, vs.Tls[0].Match[0].SniHosts = nil, nil
	for i := range 50_000 {
		vs.Hosts = append(vs.Hosts, fmt.Sprintf("*.a%d", i))
		vs.Tls[0].Match[0].SniHosts = append(vs.Tls[0].Match[0].SniHosts, fmt.Sprintf("x.a%d", i))
	}
	require.Empty(t, VirtualService("", vs))
}

// canary is what a release edits: a route to three lanes at a gateway.
const canary = `{hosts: ["*"], gateways: [ingressgateway], http: [{name: mock, match: [{uri: {exact: /mock}}], route: [
  {destination: {host: mocka.default.svc.cluster.local, subset: v1}, weight: 60, headers: {request: {set: {x-lane: v1}}}},
  {destination: {host: mocka.default.svc.cluster.local, subset: v2}, weight: 30, headers: {request: {set: {x-lane: v2}}}},
  {destination: {host: mocka.default.svc.cluster.local, subset: v3}, weight: 10, headers: {request: {set: {x-lane: v3}}}}]}]}`

func TestGoodVirtualServiceCostsNoAllocation(t *testing.T) {
	for _, text := range []string{canary,
		`{hosts: [a, b], http: [{match: [{headers: {x: {exact: a}}, queryParams: {q: {prefix: b}}, sourceLabels: {a: b}, gateways: [mesh]}],
		mirror: {host: c}, retries: {attempts: 1, retryOn: 5xx}, timeout: 1s, fault: {delay: {fixedDelay: 1s}}, rewrite: {uri: /}, corsPolicy: {allowMethods: [GET]}, ` + to + "}]}"} {
		vs := specOf(t, text)
		require.Empty(t, VirtualService("default", vs))
		require.Zero(t, testing.AllocsPerRun(100, func() { VirtualService("default", vs) }))
	}
}

func BenchmarkVirtualService(b *testing.B) {
	vs := specOf(b, canary)
	b.ReportAllocs()
	for b.Loop() {
		if VirtualService("default", vs) != nil {
			b.Fatal("refused")
		}
	}
}

// Values of headers, and whether Envoy can read their variables.
func TestHeaderValues(t *testing.T) {
	for value, good := range map[string]bool{
		"": true, "a": true, "%%": true, "%": false, "%%%": false, "a%b": false, "%A%": true, "%A%%": false,
		"%A%%%":  true,
		"%A(b)%": true, "%A(b)": false, "%A(b) %": true, "%A(b)c%": false, "%A()%": false, "%A( )%": false,
		"%A(": false, "%A([": false,
		`%A(["b"])%`: true, `%A([ "b" , "c" ] )  %`: true, `%A(["b",])%`: false, `%A([b])%`: false,
		`%A(["b"]c)%`: false, `%A(["b")%`: false, `%A(["b"])`: false,
		`%A("b")%`: false, `%A(b\)c)%`: true, `%A(b\`: false, `%A(b"c)%`: false, `%A(b",")%`: true, "ü": true,
		"\xff": true, "a\tb": true, "a\nb": false, "\x7f": false, "\x00": false,
		"%A(X):b%": false, "%A%%B%": true, "%(b)%": true,
	} {
		require.Equal(t, good, isHeaderValue(value), "%q", value)
	}
}
