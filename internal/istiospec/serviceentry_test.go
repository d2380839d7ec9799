package istiospec

import (
	"testing"

	"github.com/stretchr/testify/require"

	networking "istio.io/api/networking/v1"
)

const httpPort = "ports: [{number: 80, name: http, protocol: HTTP}]"

// entry returns a ServiceEntry with a host, a port and further fields.
func entry(fields string) string { return "{hosts: [a.b], " + httpPort + ", " + fields + "}" }

func endpoint(resolution, fields string) string {
	return entry("resolution: " + resolution + ", endpoints: [{" + fields + "}]")
}

func entryPort(fields string) string { return "{hosts: [a.b], ports: [{" + fields + "}]}" }

func TestServiceEntryIsRefusedForWhatIstioRefuses(t *testing.T) {
	check := func(text string) []Fault {
		return ServiceEntry("shop", nil, decoded(t, text, &networking.ServiceEntry{}))
	}
	requireRefusals(t, check, []refusal{
		// Hosts.
		{ServiceEntryHost, "spec.hosts", "{" + httpPort + "}", entry("")},
		{ServiceEntryHost, "spec.hosts[0]", "{hosts: ['*']}", "{hosts: ['*.b']}"},
		{ServiceEntryHost, "spec.hosts[1]", "{hosts: [a, b_c]}", "{hosts: [a, b-c]}"},
		{ServiceEntryResolution, "spec.hosts[0]", "{hosts: ['*.b'], resolution: DNS}",
			"{hosts: ['*.b'], resolution: DNS, endpoints: [{address: a.b}]}"},
		{ServiceEntryResolution, "spec.hosts[0]", "{hosts: [a.b], resolution: DYNAMIC_DNS, " + httpPort + "}",
			"{hosts: ['*.b'], resolution: DYNAMIC_DNS, " + httpPort + "}"},

		// Addresses.
		{ServiceEntryAddress, "spec.addresses[0]", entry("addresses: [a]"), entry("addresses: [192.0.2.1]")},
		{ServiceEntryAddress, "spec.addresses[0]", entry("addresses: [192.0.2.0/33]"),
			entry("addresses: [192.0.2.0/32]")},
		{ServiceEntryResolution, "spec.addresses[0]", entry("resolution: DNS, addresses: [192.0.2.0/24]"),
			entry("resolution: DNS, addresses: [192.0.2.1]")},

		// Ports.
		{ServiceEntryPort, "spec.ports[0].number", entryPort("name: http"), entryPort("number: 1, name: http")},
		{ServiceEntryPort, "spec.ports[0].name", entryPort("number: 80, name: h.p"),
			entryPort("number: 80, name: h-p")},
		{ServiceEntryPort, "spec.ports[0].protocol", entryPort("number: 80, name: a, protocol: b"),
			entryPort("number: 80, name: a, protocol: mongo")},
		{ServiceEntryPort, "spec.ports[0].targetPort", entryPort("number: 80, name: a, targetPort: 65536"),
			entryPort("number: 80, name: a, targetPort: 8080")},
		{ServiceEntryPort, "spec.ports[1].name", "{hosts: [a.b], ports: [{number: 1, name: a}, {number: 2, name: a}]}",
			"{hosts: [a.b], ports: [{number: 1, name: a}, {number: 2, name: b}]}"},
		{ServiceEntryPort, "spec.ports[1].number",
			"{hosts: [a.b], ports: [{number: 1, name: a}, {number: 1, name: b}]}",
			"{hosts: [a.b], ports: [{number: 1, name: a}, {number: 2, name: b}]}"},
		{ServiceEntryResolution, "spec.ports[0].protocol",
			"{hosts: [a, b], resolution: STATIC, ports: [{number: 1, name: a, protocol: TCP}]}",
			"{hosts: [a, b], ports: [{number: 1, name: a, protocol: TCP}]}"},

		// Endpoints.
		{ServiceEntryResolution, "spec.endpoints", endpoint("NONE", "address: 192.0.2.1"),
			endpoint("STATIC", "address: 192.0.2.1")},
		{ServiceEntryResolution, "spec.endpoints",
			entry("resolution: DNS_ROUND_ROBIN, endpoints: [{address: a.b}, {address: b.c}]"),
			entry("resolution: DNS_ROUND_ROBIN, endpoints: [{address: a.b}]")},
		{ServiceEntryEndpoint, "spec.endpoints[0].address", endpoint("STATIC", "address: a.b"),
			endpoint("DNS", "address: a.b")},
		{ServiceEntryEndpoint, "spec.endpoints[0].address", endpoint("STATIC", "labels: {a: b}"),
			endpoint("STATIC", "network: a")},
		{ServiceEntryEndpoint, "spec.endpoints[0].address", endpoint("STATIC", "address: 'unix://a'"),
			endpoint("STATIC", "address: 'unix:///a'")},
		{ServiceEntryEndpoint, "spec.endpoints[0].ports[b]", endpoint("STATIC", "address: 192.0.2.1, ports: {b: 1}"),
			endpoint("STATIC", "address: 192.0.2.1, ports: {http: 1}")},
		{PodLabels, "spec.endpoints[0].labels[a]", endpoint("STATIC", "address: 192.0.2.1, labels: {a: -}"),
			endpoint("STATIC", "address: 192.0.2.1, labels: {a: b}")},
		{ServiceEntryResolution, "spec.workloadSelector",
			entry("resolution: STATIC, workloadSelector: {labels: {a: b}}, endpoints: [{address: 192.0.2.1}]"),
			entry("resolution: STATIC, workloadSelector: {labels: {a: b}}")},
		{ExportTo, "spec.exportTo[1]", entry("exportTo: [a, '~']"), entry("exportTo: ['~']")},
	})
}

func TestServiceEntryBehindAWaypointHasNoDynamicNames(t *testing.T) {
	se := decoded(t, "{hosts: ['*.b'], resolution: DYNAMIC_DNS, location: MESH_INTERNAL, "+httpPort+"}",
		&networking.ServiceEntry{})
	require.Empty(t, ServiceEntry("shop", map[string]string{"istio.io/use-waypoint": "None"}, se))
	faults := ServiceEntry("shop", map[string]string{"istio.io/use-waypoint": "waypoint"}, se)
	require.Len(t, faults, 1)
	require.Equal(t, "spec.location", faults[0].Path)
}

func TestServiceEntryOfNothing(t *testing.T) {
	require.Len(t, ServiceEntry("", nil, nil), 1)
	faults := ServiceEntry("", nil,
		&networking.ServiceEntry{Hosts: []string{"a"}, Resolution: networking.ServiceEntry_STATIC,
			Ports: []*networking.ServicePort{nil}, Endpoints: []*networking.WorkloadEntry{nil}})
	require.Len(t, faults, 3, faults) // the port's name and number, the endpoint's address
}
