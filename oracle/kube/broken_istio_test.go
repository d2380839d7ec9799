package kube_test

import "github.com/swimlane-go/swimlane/routing"

// The broken objects differ from these good ones in one place.
const (
	virtualText = `{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: mock}, spec: {
  hosts: ['*'], gateways: [gw], http: [{match: [{uri: {exact: /a}}], timeout: 1s, retries: {attempts: 2},
    route: [{destination: {host: cart.default.svc.cluster.local, subset: v1, port: {number: 80}}, weight: 100}]}]}}`
	gatewayText = `{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: gw}, spec: {selector: {istio: gw},
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}}`
	ruleText = `{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: cart}, spec: {host: cart,
  trafficPolicy: {loadBalancer: {simple: RANDOM}}, subsets: [{name: v1, labels: {version: v1}}]}}`
)

// brokenIstio returns VirtualServices, Gateways and DestinationRules.
func brokenIstio() []broken {
	to := func(d routing.Destination) routing.VirtualServiceBuilder {
		return routing.VirtualServiceBuilder{Name: "mock", Hosts: []string{"*"}, Gateways: []string{"gw"},
			Routes: []routing.Route{{Destinations: []routing.Destination{d}}}}
	}
	gateway := func(s routing.Server) routing.GatewayBuilder {
		return routing.GatewayBuilder{Name: "gw", Selector: map[string]string{"istio": "gw"},
			Servers: []routing.Server{s}}
	}
	const http, server = "spec.http[0]", "spec.servers[0]"
	return []broken{
		{"route with a typo", virtualText, "timeout: 1s", "timeouts: 1s", http + ".timeouts", nil},
		{"route match with a typo", virtualText, "exact: /a", "exakt: /a", http + ".match[0].uri.exakt", nil},
		{"route path both exact and prefix", virtualText, "exact: /a", "exact: /a, prefix: /a", http + ".match[0].uri",
			nil},
		{"route weight in words", virtualText, "weight: 100", "weight: all", http + ".route[0].weight", nil},
		{"route weight a half", virtualText, "weight: 100", "weight: 99.5", http + ".route[0].weight", nil},
		{"route timeout in words", virtualText, "timeout: 1s", "timeout: soon", http + ".timeout", nil},
		{"route retries in words", virtualText, "attempts: 2", "attempts: twice", http + ".retries.attempts", nil},
		{"route hosts no list", virtualText, "hosts: ['*']", "hosts: '*'", "spec.hosts", nil},
		{"route to no host", virtualText, "host: cart.default.svc.cluster.local, ", "", http +
			".route[0].destination.host", to(routing.Destination{Weight: 100})},
		{"route to a negative port", virtualText, "number: 80", "number: -1", http +
			".route[0].destination.port.number", nil},
		{"gateway of a port in words", gatewayText, "number: 80", "number: http", server + ".port.number", nil},
		{"gateway without protocol", gatewayText, ", protocol: HTTP", "", server + ".port.protocol",
			gateway(routing.Server{Port: 80, Name: "http", Hosts: []string{"*"}})},
		{"gateway without hosts", gatewayText, ", hosts: ['*']", "", server + ".hosts",
			gateway(routing.Server{Port: 80, Name: "http", Protocol: "HTTP"})},
		{"gateway of a bad name", gatewayText, "name: gw", "name: g_w", "metadata.name",
			routing.GatewayBuilder{Name: "g_w"}},
		{"rule without host", ruleText, "host: cart,", "", "spec.host",
			routing.DestinationRuleBuilder{Name: "cart", Subsets: []routing.Subset{{Name: "v1"}}}},
		{"rule of two balancers", ruleText, "simple: RANDOM", "simple: RANDOM, consistentHash: {useSourceIp: true}",
			"spec.trafficPolicy.loadBalancer", nil},
		{"rule of an unknown balancer", ruleText, "simple: RANDOM", "simple: FAIR",
			"spec.trafficPolicy.loadBalancer.simple", nil},
		{"rule with a subset without a name", ruleText, "name: v1, ", "", "spec.subsets[0].name",
			routing.DestinationRuleBuilder{Name: "cart", Host: "cart",
				Subsets: []routing.Subset{{Labels: map[string]string{"version": "v1"}}}}},
	}
}
