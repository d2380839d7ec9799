package istiospec

import (
	"fmt"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// ServiceEntry returns why Istio refuses a ServiceEntry in a namespace, with the labels of its
// metadata.
// Source: Istio, pkg/config/validation, ValidateServiceEntry; the numbers of items: its CRD.
func ServiceEntry(namespace string, labels map[string]string, se *networking.ServiceEntry) []Fault {
	f := entryFaults{entry: se}
	spec := fieldpath.New("spec")
	if n := se.GetResolution(); n < networking.ServiceEntry_NONE || n > networking.ServiceEntry_DYNAMIC_DNS {
		f.add(ServiceEntryResolution, spec.Child("resolution"), fmt.Sprintf("must be one that Istio has: %d", n))
	}
	f.hosts(spec)
	f.addresses(spec)
	f.ports(spec)
	f.location(spec, labels)
	f.endpoints(spec)
	f.exportTo(ExportTo, spec, namespace, se.GetExportTo(), true)
	if selector := se.GetWorkloadSelector(); selector != nil {
		p := spec.Child("workloadSelector")
		f.selector(p.Child("labels"), selector.Labels, 256)
		if len(se.Endpoints) > 0 {
			f.add(ServiceEntryResolution, p, "must not be set: there are endpoints")
		}
	}
	return f.all()
}

// entryFaults collects the faults of one ServiceEntry.
type entryFaults struct {
	faults
	entry *networking.ServiceEntry
}

// byDNS reports whether DNS resolves the hosts, to all of their addresses or to one.
func (f *entryFaults) byDNS() bool {
	r := f.entry.GetResolution()
	return r == networking.ServiceEntry_DNS || r == networking.ServiceEntry_DNS_ROUND_ROBIN
}

// dynamic reports whether DNS resolves the host of each request.
func (f *entryFaults) dynamic() bool {
	return f.entry.GetResolution() == networking.ServiceEntry_DYNAMIC_DNS
}

// hosts checks the hosts.
func (f *entryFaults) hosts(spec *fieldpath.Path) {
	list, hosts := spec.Child("hosts"), f.entry.GetHosts()
	if len(hosts) == 0 {
		f.add(ServiceEntryHost, list, "must have a host")
	}
	f.atMost(ServiceEntryHost, list, len(hosts), 256)
	for i, host := range hosts {
		switch p := list.Index(i); {
		case host == "*" || !isHost(host):
			f.add(ServiceEntryHost, p, fmt.Sprintf("must be the name of a host, which may begin with *: %q", host))
		case f.dynamic() && host[0] != '*':
			f.add(ServiceEntryResolution, p,
				fmt.Sprintf("must begin with *, since the resolution is DYNAMIC_DNS: %q", host))
		case f.byDNS() && len(f.entry.Endpoints) == 0 && !isDomain(host):
			f.add(ServiceEntryResolution, p,
				fmt.Sprintf("must be a full name, since the resolution is %s without endpoints: %q",
					f.entry.Resolution, host))
		}
	}
}

// addresses checks the IP addresses of the hosts.
func (f *entryFaults) addresses(spec *fieldpath.Path) {
	list, addresses := spec.Child("addresses"), f.entry.GetAddresses()
	f.atMost(ServiceEntryAddress, list, len(addresses), 256)
	if len(addresses) > 0 && f.dynamic() {
		f.add(ServiceEntryResolution, list, "must not be set, since the resolution is DYNAMIC_DNS")
	}
	for i, address := range addresses {
		switch p := list.Index(i); {
		case !isSubnet(address):
			f.add(ServiceEntryAddress, p, fmt.Sprintf("must be an IP address or a block of them: %q", address))
		case len(address) > 64: // an IPv6 zone makes it that long
			f.notLonger(ServiceEntryAddress, p, address, 64)
		case strings.Contains(address, "/") && (f.byDNS() || f.dynamic()):
			f.add(ServiceEntryResolution, p,
				fmt.Sprintf("must be one address, since the resolution is %s: %q", f.entry.Resolution, address))
		}
	}
}

// ports checks the ports.
func (f *entryFaults) ports(spec *fieldpath.Path) {
	list, ports := spec.Child("ports"), f.entry.GetPorts()
	f.atMost(ServiceEntryPort, list, len(ports), 256)
	named, numbered := map[string]int{}, map[uint32]int{}
	several := len(f.entry.GetHosts()) > 1 && f.entry.GetResolution() != networking.ServiceEntry_NONE
	for i, port := range ports {
		p := list.Index(i)
		number, name, protocol := p.Child("number"), p.Child("name"), p.Child("protocol")
		if !isLabel(port.GetName()) {
			f.add(ServiceEntryPort, name, fmt.Sprintf("must be a DNS label: %q", port.GetName()))
		} else if first, twice := named[port.GetName()]; twice {
			f.add(ServiceEntryPort, name, fmt.Sprintf("must differ from that of ports[%d]: %q", first, port.Name))
		} else {
			named[port.GetName()] = i
		}
		f.port(ServiceEntryPort, number, port.GetNumber())
		if first, twice := numbered[port.GetNumber()]; twice && port.GetNumber() != 0 {
			f.add(ServiceEntryPort, number,
				fmt.Sprintf("must differ from that of ports[%d]: %d", first, port.GetNumber()))
		} else {
			numbered[port.GetNumber()] = i
		}
		if port.GetTargetPort() != 0 {
			f.port(ServiceEntryPort, p.Child("targetPort"), port.GetTargetPort())
		}
		switch speaks := protocolOf(port.GetProtocol()); {
		case port.GetProtocol() != "" && speaks == unknownProtocol:
			f.add(ServiceEntryPort, protocol, fmt.Sprintf("must be one of %s: %q", protocols, port.GetProtocol()))
		case f.dynamic() && speaks != plainHTTP && speaks != tlsProtocol:
			f.add(ServiceEntryResolution, protocol,
				fmt.Sprintf("must be HTTP, HTTP2, GRPC or TLS, since the resolution is DYNAMIC_DNS: %q",
					port.GetProtocol()))
		case several && !speaks.isHTTP() && !speaks.isTLS():
			f.add(ServiceEntryResolution, protocol,
				fmt.Sprintf("must be HTTP or TLS, which tell requests for several hosts apart: %q",
					port.GetProtocol()))
		}
	}
}

// location checks that hosts with dynamic resolution and a waypoint are outside of the mesh.
func (f *entryFaults) location(spec *fieldpath.Path, labels map[string]string) {
	if waypoint := labels["istio.io/use-waypoint"]; f.dynamic() &&
		f.entry.Location == networking.ServiceEntry_MESH_INTERNAL &&
		waypoint != "" && !strings.EqualFold(waypoint, "none") {
		f.add(ServiceEntryResolution, spec.Child("location"),
			fmt.Sprintf("must be MESH_EXTERNAL, since the resolution is DYNAMIC_DNS and there is a waypoint: %q",
				waypoint))
	}
}
