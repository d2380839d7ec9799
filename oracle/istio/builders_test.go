package istio_test

import (
	"math"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/routing"
)

// seldom draws a good value, and now and then a bad one.
func seldom[V any](t *rapid.T, what string, good []V, bad ...V) V {
	if len(bad) > 0 && rapid.IntRange(0, 19).Draw(t, what+" is bad") == 19 {
		return rapid.SampledFrom(bad).Draw(t, what)
	}
	return rapid.SampledFrom(good).Draw(t, what)
}

func name(t *rapid.T, what string) string {
	return seldom(t, what, []string{"mocka", "shop", "v1", "mocka-v1.2", "0", strings.Repeat("a", 63)}, "", "UP", "a_b",
		"-a", strings.Repeat("a", 64), "*")
}

func host(t *rapid.T, what string) string {
	return seldom(t, what,
		[]string{"mocka", "mocka.default.svc.cluster.local", "shop.example.com", "1.example.com", "10.0.0.1",
			"a.b.c.d.e", strings.Repeat("a", 63) + ".x"},
		"", "UP.com", "a_b", "*.example.com", "*", "*x", "a.*.b", "x..y", ".x", "ns/x", strings.Repeat("a", 64))
}

func hosts(t *rapid.T) []string {
	return seldom(t, "hosts",
		[][]string{{"*"}, {"shop.example.com"}, {"*.example.com", "example.com"}, {"a.example.com", "b.example.com"},
			{"*.com", "x.org"}, {"localhost"}},
		nil, []string{""}, []string{"*", "x.com"}, []string{"*.x.com", "*.a.x.com"}, []string{"x.com", "x.com"},
		[]string{"*x.com"}, []string{"UP.com"}, []string{"10.0.0.1"})
}

func stringMatch(t *rapid.T, what string) routing.Condition {
	value := seldom(t, what, []string{"/", "/mock", "v1", "a b", "^/v[12]$", `\d+`, "GET", "ü"}, "", "(", "*")
	return rapid.SampledFrom([]routing.Condition{{}, routing.Exact(value), routing.Prefix(value),
		routing.Regex(value)}).Draw(t, "match of "+what)
}

func headerOperations(t *rapid.T) routing.HeaderOperations {
	names := rapid.Custom(func(t *rapid.T) string {
		return seldom(t, "header", []string{"x-lane", "version", "x-asm-prefer-tag", "host"}, "X-Up", "x lane", "",
			":path", ":authority")
	})
	// Values are in Envoy's format language: routing does not check them.
	values := rapid.SampledFrom([]string{"v1", "", "a b", "%REQ(x)%", "100%%"})
	return routing.HeaderOperations{
		Set:    rapid.MapOfN(names, values, 0, 2).Draw(t, "set"),
		Add:    rapid.MapOfN(names, values, 0, 1).Draw(t, "add"),
		Remove: rapid.SliceOfN(names, 0, 1).Draw(t, "remove"),
	}
}

func headers(t *rapid.T) routing.Headers {
	if rapid.IntRange(0, 3).Draw(t, "headers") < 3 {
		return routing.Headers{}
	}
	return routing.Headers{Request: headerOperations(t), Response: headerOperations(t)}
}

func virtualService(t *rapid.T) routing.VirtualServiceBuilder {
	b := routing.VirtualServiceBuilder{
		Name:      name(t, "name"),
		Namespace: seldom(t, "namespace", []string{"", "default", "istio-system"}, "a.b", "UP"),
		Hosts:     hosts(t),
		Gateways: seldom(t, "gateways", [][]string{{"gw"}, {"edge/gw"}, {"gw", "mesh"}, nil}, []string{"a/b/c"},
			[]string{""}, []string{"./gw"}, []string{"gw.v1"}, []string{"edge/gw.v1"}, []string{"gw", "gw"}),
	}
	n := rapid.IntRange(1, 3).Draw(t, "routes")
	for i := range n {
		r := routing.Route{Name: seldom(t, "route", []string{"", string(rune('a' + i))}, "a", "UP x", "ü"),
			Headers: headers(t)}
		if i < n-1 || rapid.Bool().Draw(t, "last matches") {
			for range rapid.IntRange(1, 2).Draw(t, "matches") {
				r.Matches = append(r.Matches, match(t))
			}
		}
		r.Destinations = routeDestinations(t)
		durations := func(what string) time.Duration {
			return seldom(t, what, []time.Duration{0, time.Millisecond, 1500 * time.Millisecond, time.Hour}, -1, 1,
				time.Millisecond-1, time.Millisecond+1, 1<<62)
		}
		r.Timeout = durations("timeout")
		if rapid.Bool().Draw(t, "retries") {
			r.Retries = &routing.Retries{
				Attempts:      seldom(t, "attempts", []int{1, 3, 1000}, -1, 0, 1001),
				PerTryTimeout: durations("per try"),
				// Conditions are Envoy's: routing does not check their names.
				On: seldom(t, "on", []string{"", "5xx,reset", "503", "connect-failure,503"}),
			}
		}
		if rapid.IntRange(0, 3).Draw(t, "mirror") == 3 {
			percent := seldom(t, "percent", []float64{0, 0.5, 100}, -1, 101, math.NaN(), math.Inf(1))
			r.Mirror = &routing.Mirror{Host: host(t, "mirror"), Subset: "v1",
				Percent: rapid.Ptr(rapid.Just(percent), true).Draw(t, "mirrored")}
		}
		b.Routes = append(b.Routes, r)
	}
	return b
}

func match(t *rapid.T) routing.Match {
	m := routing.Match{Path: stringMatch(t, "path"), Method: stringMatch(t, "method"),
		Authority: stringMatch(t, "authority")}
	if rapid.Bool().Draw(t, "matches headers") {
		m.Headers = map[string]routing.Condition{seldom(t, "header", []string{"x-lane", "cookie"}, "", "X-Up", "a b",
			"uri"): stringMatch(t, "value")}
	}
	if rapid.IntRange(0, 3).Draw(t, "source") == 3 {
		m.SourceLabels = podLabels(t)
	}
	return m
}

func podLabels(t *rapid.T) map[string]string {
	return rapid.MapOfN(
		rapid.Custom(func(t *rapid.T) string {
			return seldom(t, "label", []string{"version", "example.com/lane", "app"}, "", "a b", "-x", "UP.com/x")
		}),
		rapid.Custom(func(t *rapid.T) string {
			return seldom(t, "value", []string{"v1", "", "1.20", "A_b"}, "a b", "-x", strings.Repeat("x", 64))
		}), 1, 2,
	).Draw(t, "labels")
}

func routeDestinations(t *rapid.T) []routing.Destination {
	var out []routing.Destination
	left := 100
	n := rapid.IntRange(1, 3).Draw(t, "destinations")
	for i := range n {
		weight := left
		if i < n-1 {
			weight = rapid.IntRange(0, left).Draw(t, "weight")
		}
		left -= weight
		out = append(out, routing.Destination{
			Host: host(t, "destination"), Subset: seldom(t, "subset", []string{"", "v1", "v2", "v3", "0"}, "UP", "a.b",
				"-"),
			Port: seldom(t, "port", []uint32{0, 1, 8000, 65535}, 65536), Weight: weight, Headers: headers(t),
		})
	}
	return out
}

func destinationRule(t *rapid.T) routing.DestinationRuleBuilder {
	b := routing.DestinationRuleBuilder{Name: name(t, "name"), Host: host(t, "host")}
	for range rapid.IntRange(1, 3).Draw(t, "subsets") {
		b.Subsets = append(b.Subsets, routing.Subset{Name: seldom(t, "subset",
			[]string{"v1", "v2", "v3", "0", "v1-hotfix"}, "", "UP", "a.b"), Labels: podLabels(t)})
	}
	return b
}

func gateway(t *rapid.T) routing.GatewayBuilder {
	b := routing.GatewayBuilder{Name: name(t, "name"), Namespace: "edge", Selector: podLabels(t)}
	for i := range rapid.IntRange(1, 2).Draw(t, "servers") {
		b.Servers = append(b.Servers, routing.Server{
			Port: seldom(t, "port", []uint32{80, 8080, 1, 65535}, 0, 65536),
			Name: seldom(t, "port name", []string{"http-" + string(rune('a'+i))}, "", "http", "UP x"),
			Protocol: seldom(t, "protocol", []string{"HTTP", "HTTP2", "GRPC", "TCP", "GRPC-WEB"}, "", "http", "HTTPS",
				"TLS"),
			Hosts: hosts(t),
		})
	}
	return b
}
