package kube_test

import "github.com/swimlane-go/swimlane/lanes"

// The broken objects differ from these good ones in one place.
const (
	groupText = `{apiVersion: istio.alibabacloud.com/v1, kind: ASMSwimLaneGroup, metadata: {name: mock}, spec: {
  isPermissive: true, permissiveModeConfiguration: {fallbackTarget: v1, traceHeader: x-id, routeHeader: x-lane},
  ingress: {gateway: {name: gw, namespace: edge, type: ASM}, ingressRouting: {ingressRoutingStrategy: weighted,
    weightedRoutingRule: {hosts: ['*'], requestMatches: [{uri: {exact: /a}}]}}},
  services: [{name: cart, namespace: default}]}}`
	laneText = `{apiVersion: istio.alibabacloud.com/v1, kind: ASMSwimLane, metadata: {name: v1, labels: {swimlane-group: mock}}, spec: {
  labelSelector: {version: v1}, ingressRules: [{name: r1, online: true, hosts: ['*'],
    match: {uri: {exact: /a}, headers: {x-user: {exact: me}}}, route: {destination: {host: cart.default.svc.cluster.local, portNum: 80}}}],
  ingressWeight: {weight: 60}}}`
)

// brokenLanes returns lanes and lane groups.
func brokenLanes() []broken {
	lane := lanes.LaneBuilder{Name: "v1", Group: "mock", Selector: map[string]string{"version": "v1"}}
	badName, badGroup, badMatch := lane, lane, lane
	badName.Name, badGroup.Group = "V_1", "-mock"
	badMatch.Rules = []lanes.IngressRule{{Name: "r1", Hosts: []string{"*"},
		Match: &lanes.RequestMatch{URI: &lanes.StringMatch{Exact: "/a", Prefix: "/a"}}}}
	const rule, routing = "spec.ingressRules[0]", "spec.ingress.ingressRouting.weightedRoutingRule"
	return []broken{
		{"lane of a bad name", laneText, "name: v1,", "name: V_1,", "metadata.name", badName},
		{"lane of a bad group", laneText, "swimlane-group: mock", "swimlane-group: -mock",
			"metadata.labels[swimlane-group]", badGroup},
		{"lane path both, as built", laneText, "uri: {exact: /a}", "uri: {exact: /a, prefix: /a}", rule + ".match.uri",
			badMatch},
		{"lane path both, as written", laneText, "uri: {exact: /a}", "uri: {exact: /a, prefix: /a}", rule +
			".match.uri", nil},
		{"lane header both exact and regex", laneText, "x-user: {exact: me}", "x-user: {exact: me, regex: me}", rule +
			".match.headers[x-user]", nil},
		{"lane rule online in quotes", laneText, "online: true", `online: "true"`, rule + ".online", nil},
		{"lane port in words", laneText, "portNum: 80", "portNum: http", rule + ".route.destination.portNum", nil},
		{"lane selector of a number", laneText, "labelSelector: {version: v1}", "labelSelector: {version: 1}",
			"spec.labelSelector.version", nil},
		{"lane weight in quotes", laneText, "weight: 60", `weight: "60"`, "spec.ingressWeight.weight", nil},
		{"lane rules no list", laneText, "hosts: ['*']", "hosts: '*'", rule + ".hosts", nil},
		{"group of a bad name", groupText, "name: mock", "name: mock_", "metadata.name",
			lanes.LaneGroupBuilder{Name: "mock_"}},
		{"group permissive, unconfigured", groupText,
			"permissiveModeConfiguration: {fallbackTarget: v1, traceHeader: x-id, routeHeader: x-lane},", "",
			"spec.permissiveModeConfiguration", nil},
		{"group permissive in quotes", groupText, "isPermissive: true", `isPermissive: "yes"`, "spec.isPermissive",
			nil},
		{"group services no list", groupText, "services: [{name: cart, namespace: default}]", "services: {name: cart}",
			"spec.services", nil},
		{"group path both exact and regex", groupText, "uri: {exact: /a}", "uri: {exact: /a, regex: /a}", routing +
			".requestMatches[0].uri", nil},
		{"group hosts of numbers", groupText, "hosts: ['*']", "hosts: [1]", routing + ".hosts[0]", nil},
	}
}
