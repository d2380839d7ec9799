package istiospec

import (
	"testing"

	"github.com/stretchr/testify/require"

	networking "istio.io/api/networking/v1"
)

// policy returns a DestinationRule with a traffic policy.
func policy(fields string) string { return "{host: a, trafficPolicy: {" + fields + "}}" }

func balanced(fields string) string { return policy("loadBalancer: {" + fields + "}") }

// distributed returns a DestinationRule with the destinations of a region's requests.
func distributed(to string) string {
	return balanced("localityLbSetting: {distribute: [{from: a, to: {" + to + "}}]}")
}

func subsets(list string) string { return "{host: a, subsets: [" + list + "]}" }

func TestDestinationRuleIsRefusedForWhatIstioRefuses(t *testing.T) {
	check := func(text string) []Fault {
		return DestinationRule("shop", decoded(t, text, &networking.DestinationRule{}))
	}
	requireRefusals(t, check, []refusal{
		{RuleHost, "spec.host", "{}", "{host: a}"},
		{RuleHost, "spec.host", "{host: a_b}", "{host: '*'}"},
		{RuleHost, "spec.host", "{host: 192.0.2.1}", "{host: '*.a'}"},

		// Subsets.
		{SubsetName, "spec.subsets[0].name", subsets("{}"), subsets("{name: a}")},
		{SubsetName, "spec.subsets[0].name", subsets("{name: '1.0'}"), subsets("{name: 1-0}")},
		{SubsetName, "spec.subsets[1].name", subsets("{name: a}, {name: a}"), subsets("{name: a}, {name: b}")},
		{PodLabels, "spec.subsets[0].labels[a]", subsets("{name: a, labels: {a: -}}"),
			subsets("{name: a, labels: {a: ''}}")},
		{PodLabels, "spec.subsets[0].labels", subsets("{name: a, labels: {'': b}}"),
			subsets("{name: a, labels: {b.c/a: b}}")},
		{TrafficPolicy, "spec.subsets[0].trafficPolicy", subsets("{name: a, trafficPolicy: {}}"),
			subsets("{name: a, trafficPolicy: {tls: {}}}")},

		// Policies.
		{TrafficPolicy, "spec.trafficPolicy", policy(""), policy("outlierDetection: {}")},
		{TrafficPolicy, "spec.trafficPolicy.portLevelSettings[0].port", policy("portLevelSettings: [{tls: {}}]"),
			policy("portLevelSettings: [{port: {number: 80}, tls: {}}]")},
		{TrafficPolicy, "spec.trafficPolicy.portLevelSettings[0]", policy("portLevelSettings: [{port: {number: 80}}]"),
			policy("portLevelSettings: [{port: {}, outlierDetection: {}}]")},
		{TrafficPolicy, "spec.trafficPolicy.proxyProtocol",
			policy("tunnel: {targetHost: a, targetPort: 1}, proxyProtocol: {version: V2}"),
			policy("proxyProtocol: {version: V2}")},
		{TrafficPolicy, "spec.trafficPolicy.proxyProtocol.version", policy("proxyProtocol: {version: 2}"),
			policy("proxyProtocol: {}")},
		{TrafficPolicy, "spec.trafficPolicy.retryBudget.percent", policy("retryBudget: {percent: 101}"),
			policy("retryBudget: {percent: 100}")},
		{Tunnel, "spec.trafficPolicy.tunnel.protocol",
			policy("tunnel: {protocol: connect, targetHost: a, targetPort: 1}"),
			policy("tunnel: {protocol: POST, targetHost: 192.0.2.1, targetPort: 1}")},
		{Tunnel, "spec.trafficPolicy.tunnel.targetHost", policy("tunnel: {targetHost: '*.a', targetPort: 1}"),
			policy("tunnel: {targetHost: b.a, targetPort: 1}")},
		{Tunnel, "spec.trafficPolicy.tunnel.targetPort", policy("tunnel: {targetHost: a}"),
			policy("tunnel: {targetHost: a, targetPort: 65535}")},

		// Load balancers.
		{LoadBalancer, "spec.trafficPolicy.loadBalancer.zoneAwareLbSetting",
			balanced("localityLbSetting: {}, zoneAwareLbSetting: {}"), balanced("zoneAwareLbSetting: {}")},
		{LoadBalancer, "spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.name",
			balanced("consistentHash: {httpCookie: {ttl: 1s}}"), balanced("consistentHash: {httpCookie: {name: a}}")},
		{LoadBalancer, "spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.attributes[0].name",
			balanced("consistentHash: {httpCookie: {name: a, attributes: [{value: b}]}}"),
			balanced("consistentHash: {httpCookie: {name: a, attributes: [{name: b}]}}")},
		{LoadBalancer, "spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.attributes[1].name",
			balanced("consistentHash: {httpCookie: {name: a, attributes: [{name: b}, {name: b}]}}"),
			balanced("consistentHash: {httpCookie: {name: a, attributes: [{name: b}, {name: B}]}}")},
		{LoadBalancer, "spec.trafficPolicy.loadBalancer.consistentHash.maglev.tableSize",
			balanced("consistentHash: {useSourceIp: true, maglev: {tableSize: 65536}}"),
			balanced("consistentHash: {useSourceIp: true, maglev: {tableSize: 65537}}")},
		{LoadBalancer, "spec.trafficPolicy.loadBalancer.consistentHash.maglev.tableSize",
			balanced("consistentHash: {maglev: {tableSize: 5000011}}"),
			balanced("consistentHash: {maglev: {tableSize: 4999999}}")},
		{LoadBalancer, "spec.trafficPolicy.loadBalancer.consistentHash.minimumRingSize",
			balanced("consistentHash: {minimumRingSize: 1, ringHash: {}}"),
			balanced("consistentHash: {minimumRingSize: 1}")},
		{LoadBalancer, "spec.trafficPolicy.loadBalancer.warmup.duration", balanced("warmup: {minimumPercent: 10}"),
			balanced("warmup: {duration: 1s}")},
		{LoadBalancer, "spec.trafficPolicy.loadBalancer.warmup.minimumPercent",
			balanced("warmup: {duration: 1s, minimumPercent: 101}"),
			balanced("warmup: {duration: 1s, minimumPercent: 100}")},
		{LoadBalancer, "spec.trafficPolicy.loadBalancer.warmup.aggression",
			balanced("warmup: {duration: 1s, aggression: 0}"), balanced("warmup: {duration: 1s, aggression: 0.5}")},
		{PolicyDuration, "spec.trafficPolicy.loadBalancer.warmup.duration", balanced("warmup: {duration: 0s}"),
			balanced("warmup: {duration: 0.001s}")},
		{PolicyDuration, "spec.trafficPolicy.loadBalancer.warmupDurationSecs", balanced("warmupDurationSecs: 0s"),
			balanced("warmupDurationSecs: 0.0015s")},

		// Localities.
		{Locality, "spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0].to", distributed("a: 99"),
			distributed("a: 100")},
		{Locality, "spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0].to[b]", distributed("a: 100, b: 0"),
			distributed("a: 99, b: 1")},
		{Locality, "spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0].to[*a]", distributed("'*a': 100"),
			distributed("'*': 100")},
		{Locality, "spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0].to[a//c]", distributed("a//c: 100"),
			distributed("a/b/c: 100")},
		{Locality, "spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0].to[a/b]",
			distributed("a: 50, a/b: 50"), distributed("a/c: 50, a/b: 50")},
		{Locality, "spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0].to[a/b]",
			distributed("a/*: 50, a/b: 50"), distributed("b/*: 50, a/b: 50")},
		{Locality, "spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0].to[a/b/c]",
			distributed("a/b/*: 50, a/b/c: 50"), distributed("a/b/d: 50, a/b/c: 50")},
		{Locality, "spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0].to[a]",
			distributed("'*': 50, a: 50"), distributed("'*': 100")},
		{Locality, "spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[1].from",
			balanced("localityLbSetting: {distribute: [{from: a, to: {a: 100}}, {from: a, to: {a: 100}}]}"),
			balanced("localityLbSetting: {distribute: [{from: a, to: {a: 100}}, {from: b, to: {a: 100}}]}")},
		{Locality, "spec.trafficPolicy.loadBalancer.localityLbSetting.failover",
			balanced("localityLbSetting: {distribute: [{from: a, to: {a: 100}}], failover: [{from: a, to: b}]}"),
			balanced("localityLbSetting: {failover: [{from: a, to: b}]}")},
		{Locality, "spec.trafficPolicy.loadBalancer.localityLbSetting.failover[0].to",
			balanced("localityLbSetting: {failover: [{from: a, to: a}]}"),
			balanced("localityLbSetting: {failover: [{from: a, to: ''}]}")},
		{Locality, "spec.trafficPolicy.loadBalancer.localityLbSetting.failover[0].from",
			balanced("localityLbSetting: {failover: [{from: a/b, to: a}]}"),
			balanced("localityLbSetting: {failover: [{from: b, to: a}]}")},
		{Locality, "spec.trafficPolicy.loadBalancer.localityLbSetting.failoverPriority[0]",
			balanced(
				"localityLbSetting: {failover: [{from: a, to: b}], failoverPriority: [topology.kubernetes.io/zone]}"),
			balanced("localityLbSetting: {failoverPriority: [topology.kubernetes.io/zone]}")},
		{Locality, "spec.trafficPolicy.loadBalancer.zoneAwareLbSetting.failoverPriority[0]",
			balanced("zoneAwareLbSetting: {failoverPriority: [topology.istio.io/subzone]}"),
			balanced("zoneAwareLbSetting: {failoverPriority: [a]}")},
		{Locality, "spec.trafficPolicy.loadBalancer.zoneAwareLbSetting.minClusterSize",
			balanced("zoneAwareLbSetting: {minClusterSize: 0}"), balanced("zoneAwareLbSetting: {minClusterSize: 1}")},

		// Connection pools.
		{ConnectionPool, "spec.trafficPolicy.connectionPool", policy("connectionPool: {}"),
			policy("connectionPool: {tcp: {}}")},
		{ConnectionPool, "spec.trafficPolicy.connectionPool.http.http2MaxRequests",
			policy("connectionPool: {http: {http2MaxRequests: -1}}"),
			policy("connectionPool: {http: {http2MaxRequests: 0}}")},
		{ConnectionPool, "spec.trafficPolicy.connectionPool.http.useClientProtocol",
			policy("connectionPool: {http: {useClientProtocol: true, h2UpgradePolicy: UPGRADE}}"),
			policy("connectionPool: {http: {useClientProtocol: true}}")},
		{ConnectionPool, "spec.trafficPolicy.connectionPool.http.http2KeepAlive.timeout",
			policy("connectionPool: {http: {http2KeepAlive: {interval: 1s}}}"),
			policy("connectionPool: {http: {http2KeepAlive: {interval: 1s, timeout: 1s}}}")},
		{ConnectionPool, "spec.trafficPolicy.connectionPool.http.http2KeepAlive.interval",
			policy("connectionPool: {http: {http2KeepAlive: {timeout: 1s}}}"),
			policy("connectionPool: {http: {http2KeepAlive: {interval: 1s, timeout: 1s}}}")},
		{ConnectionPool, "spec.trafficPolicy.connectionPool.tcp.maxConnections",
			policy("connectionPool: {tcp: {maxConnections: -1}}"),
			policy("connectionPool: {tcp: {maxConnections: 1}}")},
		{PolicyDuration, "spec.trafficPolicy.connectionPool.tcp.connectTimeout",
			policy("connectionPool: {tcp: {connectTimeout: 0s}}"), policy("connectionPool: {tcp: {idleTimeout: 0s}}")},
		{PolicyDuration, "spec.trafficPolicy.connectionPool.tcp.tcpKeepalive.time",
			policy("connectionPool: {tcp: {tcpKeepalive: {time: 0.0001s}}}"),
			policy("connectionPool: {tcp: {tcpKeepalive: {time: 1s}}}")},
		{PolicyDuration, "spec.trafficPolicy.connectionPool.http.idleTimeout",
			policy("connectionPool: {http: {idleTimeout: 0s}}"), policy("connectionPool: {http: {idleTimeout: 1s}}")},

		// Outlier detection.
		{OutlierDetection, "spec.trafficPolicy.outlierDetection.maxEjectionPercent",
			policy("outlierDetection: {maxEjectionPercent: 101}"),
			policy("outlierDetection: {maxEjectionPercent: 100}")},
		{OutlierDetection, "spec.trafficPolicy.outlierDetection.minHealthPercent",
			policy("outlierDetection: {minHealthPercent: -1}"), policy("outlierDetection: {minHealthPercent: 0}")},
		{OutlierDetection, "spec.trafficPolicy.outlierDetection.consecutiveLocalOriginFailures",
			policy("outlierDetection: {consecutiveLocalOriginFailures: 1}"),
			policy("outlierDetection: {consecutiveLocalOriginFailures: 1, splitExternalLocalOriginErrors: true}")},
		{PolicyDuration, "spec.trafficPolicy.outlierDetection.interval", policy("outlierDetection: {interval: 0s}"),
			policy("outlierDetection: {interval: 1s}")},
		{PolicyDuration, "spec.trafficPolicy.outlierDetection.baseEjectionTime",
			policy("outlierDetection: {baseEjectionTime: 0.0001s}"),
			policy("outlierDetection: {baseEjectionTime: 0.001s}")},

		// TLS.
		{ClientTLS, "spec.trafficPolicy.tls.privateKey", policy("tls: {mode: MUTUAL, clientCertificate: a}"),
			policy("tls: {mode: MUTUAL, clientCertificate: a, privateKey: b}")},
		{ClientTLS, "spec.trafficPolicy.tls.clientCertificate", policy("tls: {mode: MUTUAL, privateKey: a}"),
			policy("tls: {mode: MUTUAL, credentialName: a}")},
		{ClientTLS, "spec.trafficPolicy.tls.caCertificates",
			policy("tls: {mode: SIMPLE, credentialName: a, caCertificates: b}"),
			policy("tls: {mode: SIMPLE, caCertificates: b}")},
		{ClientTLS, "spec.trafficPolicy.tls.subjectAltNames",
			policy("tls: {mode: SIMPLE, insecureSkipVerify: true, subjectAltNames: [a]}"),
			policy("tls: {mode: SIMPLE, insecureSkipVerify: true}")},
		{ClientTLS, "spec.trafficPolicy.tls.credentialName",
			policy("tls: {mode: SIMPLE, credentialName: 'configmap://other/a'}"),
			policy("tls: {mode: SIMPLE, credentialName: 'configmap://shop/a'}")},

		// Visibility.
		{ExportTo, "spec.exportTo[0]", "{host: a, exportTo: ['~']}", "{host: a, exportTo: ['.']}"},
		{ExportTo, "spec.exportTo[1]", "{host: a, exportTo: ['.', shop]}", "{host: a, exportTo: ['.', b]}"},
		{ExportTo, "spec.exportTo[0]", "{host: a, exportTo: [b], workloadSelector: {matchLabels: {a: b}}}",
			"{host: a, exportTo: [shop], workloadSelector: {matchLabels: {a: b}}}"},
		{WorkloadSelector, "spec.workloadSelector.matchLabels[a]",
			"{host: a, workloadSelector: {matchLabels: {a: 'b*'}}}",
			"{host: a, workloadSelector: {matchLabels: {a: b}}}"},
		{WorkloadSelector, "spec.workloadSelector.matchLabels", "{host: a, workloadSelector: {matchLabels: {'*': b}}}",
			"{host: a, workloadSelector: {}}"},
	})
}

func TestDestinationRuleOfNothing(t *testing.T) {
	require.Len(t, DestinationRule("", nil), 1)
	faults := DestinationRule("", &networking.DestinationRule{Host: "a", Subsets: []*networking.Subset{nil},
		TrafficPolicy: &networking.TrafficPolicy{
			PortLevelSettings: []*networking.TrafficPolicy_PortTrafficPolicy{nil},
			LoadBalancer: &networking.LoadBalancerSettings{
				LocalityLbSetting: &networking.LocalityLoadBalancerSetting{
					Failover: []*networking.LocalityLoadBalancerSetting_Failover{nil}}},
		}})
	require.Len(t, faults, 4, faults) // the subset's name, the port and its settings, the failover
}

func TestGoodDestinationRuleCostsNoAllocation(t *testing.T) {
	dr := decoded(t, policy("outlierDetection: {interval: 1s}, connectionPool: {tcp: {maxConnections: 1}}"),
		&networking.DestinationRule{})
	require.Empty(t, DestinationRule("shop", dr))
	require.Zero(t, testing.AllocsPerRun(100, func() { DestinationRule("shop", dr) }))
}
