package istiospec

import (
	"fmt"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// endpoints checks the endpoints of the hosts.
func (f *entryFaults) endpoints(spec *fieldpath.Path) {
	list, endpoints := spec.Child("endpoints"), f.entry.GetEndpoints()
	f.atMost(ServiceEntryEndpoint, list, len(endpoints), 4096)
	resolution := f.entry.GetResolution()
	switch {
	case len(endpoints) == 0:
		return
	case f.dynamic() || resolution == networking.ServiceEntry_NONE:
		f.add(ServiceEntryResolution, list, fmt.Sprintf("must not be set, since the resolution is %s", resolution))
		return
	case resolution == networking.ServiceEntry_DNS_ROUND_ROBIN && len(endpoints) > 1:
		f.add(ServiceEntryResolution, list,
			fmt.Sprintf("must be one at most, since the resolution is %s: %d", resolution, len(endpoints)))
	}
	ports := make(map[string]bool, len(f.entry.Ports))
	for _, port := range f.entry.Ports {
		ports[port.GetName()] = true
	}
	for i, e := range endpoints {
		p := list.Index(i)
		f.address(p, e, len(ports))
		f.endpoint(p, e, ports)
	}
}

// address checks the address of an endpoint.
// Source: Istio, pkg/config/validation, validateWorkloadEntry.
func (f *entryFaults) address(endpoint *fieldpath.Path, e *networking.WorkloadEntry, ports int) {
	p := endpoint.Child("address")
	address := e.GetAddress()
	if f.byDNS() {
		if !isAddress(address) && !isDomain(address) {
			f.add(ServiceEntryEndpoint, p, fmt.Sprintf("must be an IP address or the name of a host: %q", address))
		}
		return
	}
	path, socket := strings.CutPrefix(address, unixScheme)
	switch {
	case socket:
		if !isSocket(path) {
			f.add(ServiceEntryEndpoint, p,
				fmt.Sprintf("must be the absolute path of a Unix socket, or its name after @: %q", address))
		}
		f.notLonger(ServiceEntryEndpoint, p, address, 256)
		if ports != 1 {
			f.add(ServiceEntryEndpoint, p,
				fmt.Sprintf("must not be a Unix socket, unless there is one port: %d", ports))
		}
		if len(e.Ports) > 0 {
			f.add(ServiceEntryEndpoint, endpoint.Child("ports"), "must not be set: the address is a Unix socket")
		}
	case address == "" && e.GetNetwork() == "":
		f.add(ServiceEntryEndpoint, p, "must be set, unless a network is")
	case address != "" && !isAddress(address):
		f.add(ServiceEntryEndpoint, p,
			fmt.Sprintf("must be an IP address, since the resolution is STATIC: %q", address))
	}
}

// endpoint checks the ports and the other fields of an endpoint.
func (f *entryFaults) endpoint(p *fieldpath.Path, e *networking.WorkloadEntry, ports map[string]bool) {
	list, labels := p.Child("ports"), p.Child("labels")
	f.atMost(ServiceEntryEndpoint, list, len(e.GetPorts()), 128)
	for name, number := range e.GetPorts() {
		at := list.Key(name)
		if !ports[name] || len(name) > 62 {
			f.add(ServiceEntryEndpoint, at,
				fmt.Sprintf("must be a port of the ServiceEntry, with a name of at most 62 characters: %q", name))
		}
		f.port(ServiceEntryEndpoint, at, number)
	}
	f.atMost(PodLabels, labels, len(e.GetLabels()), 256)
	f.labels(PodLabels, labels, e.GetLabels())
	for _, text := range [...]struct {
		key, value string
		most       int
	}{{"network", e.GetNetwork(), 2048}, {"locality", e.GetLocality(), 2048},
		{"serviceAccount", e.GetServiceAccount(), 253}} {
		f.notLonger(ServiceEntryEndpoint, p.Child(text.key), text.value, text.most)
	}
}
