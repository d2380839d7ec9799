package istiospec

import (
	"fmt"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
)

// VirtualService returns why Istio refuses a VirtualService in a namespace.
// Source: Istio, pkg/config/validation, ValidateVirtualService.
func VirtualService(namespace string, vs *networking.VirtualService) []Fault {
	gateways := vs.GetGateways()
	v := routeFaults{
		hosts:     indexHosts(vs.GetHosts()),
		delegate:  len(vs.GetHosts()) == 0,
		atGateway: len(gateways) > 0 && !slices.Contains(gateways, istioname.Mesh),
	}
	spec := at{key: "spec"}
	if v.delegate {
		v.delegated(&spec, vs)
	}
	v.gateways(&spec, gateways)
	v.names(&spec, vs)
	http, tls, tcp := spec.child("http"), spec.child("tls"), spec.child("tcp")
	if len(vs.GetHttp())+len(vs.GetTls())+len(vs.GetTcp()) == 0 {
		v.add(NoRoute, &spec, "must have a route: http, tls or tcp")
	}
	for i, r := range vs.GetHttp() {
		p := http.item(i)
		v.httpRoute(&p, r)
	}
	for i, r := range vs.GetTls() {
		p := tls.item(i)
		v.tlsRoute(&p, r)
	}
	for i, r := range vs.GetTcp() {
		p := tcp.item(i)
		v.tcpRoute(&p, r)
	}
	v.exportTo(RouteExportTo, &spec, namespace, vs.GetExportTo(), false)
	return v.all()
}

// routeFaults collects the faults of one VirtualService.
type routeFaults struct {
	faults
	hosts     hostIndex
	delegate  bool // it has no hosts: others delegate to it
	atGateway bool // it is for gateways only
}

// delegated checks a VirtualService to which others delegate.
func (v *routeFaults) delegated(spec *at, vs *networking.VirtualService) {
	for _, field := range [...]struct {
		key string
		n   int
	}{{"gateways", len(vs.GetGateways())}, {"tls", len(vs.GetTls())}, {"tcp", len(vs.GetTcp())}} {
		if field.n > 0 {
			p := spec.child(field.key)
			v.add(DelegateRoutes, &p,
				"must not be set without hosts: others delegate HTTP routes to such a VirtualService")
		}
	}
}

// gateways checks the names of gateways. Istio ignores those after the first name without a slash.
// Source: Istio, pkg/config/validation, validateGatewayNames.
func (v *routeFaults) gateways(parent *at, names []string) {
	if len(names) == 0 {
		return
	}
	list := parent.child("gateways")
	for i, name := range names {
		namespace, gateway, found := strings.Cut(name, "/")
		switch p := list.item(i); {
		case !found:
			if !isDomain(name) {
				v.add(RouteGateway, &p, fmt.Sprintf("must be the name of a gateway: %q", name))
			}
			return
		case !isLabel(gateway) || !isLabel(namespace) && namespace != ".":
			v.add(RouteGateway, &p, fmt.Sprintf("must be the name of a gateway, or its namespace and name: %q", name))
		case namespace == ".":
			v.add(OwnGateway, &p, fmt.Sprintf("must be %s: Istio's validation refuses ./", gateway))
		}
	}
}

// names checks the hosts.
func (v *routeFaults) names(spec *at, vs *networking.VirtualService) {
	list, valid := spec.child("hosts"), true
	bySNI := v.atGateway && slices.ContainsFunc(vs.GetTls(), func(r *networking.TLSRoute) bool {
		return slices.ContainsFunc(r.GetMatch(),
			func(m *networking.TLSMatchAttributes) bool { return len(m.GetSniHosts()) > 0 })
	})
	for i, host := range vs.GetHosts() {
		switch p := list.item(i); {
		case host == "*" && !v.atGateway:
			valid = false
			v.add(RouteHost, &p, "must list the hosts that sidecars route: only gateways accept *")
		case !isHost(host) && !(bySNI && isHostOrSNI(host)) && !isAddress(host):
			valid = false
			v.add(RouteHost, &p, fmt.Sprintf("must be the name of a host, which may begin with *, or an IP address: %q",
				host))
		}
	}
	if valid {
		v.overlaps(RouteHostTwice, &list, vs.GetHosts())
	}
}
