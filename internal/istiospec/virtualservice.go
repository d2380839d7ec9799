package istiospec

import (
	"fmt"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
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
	spec := fieldpath.New("spec")
	if v.delegate {
		v.delegated(spec, vs)
	}
	v.gateways(spec, gateways)
	v.names(spec, vs)
	if len(vs.GetHttp())+len(vs.GetTls())+len(vs.GetTcp()) == 0 {
		v.add(NoRoute, spec, "must have a route: http, tls or tcp")
	}
	for i, r := range vs.GetHttp() {
		v.httpRoute(spec.Child("http").Index(i), r)
	}
	for i, r := range vs.GetTls() {
		v.tlsRoute(spec.Child("tls").Index(i), r)
	}
	for i, r := range vs.GetTcp() {
		v.tcpRoute(spec.Child("tcp").Index(i), r)
	}
	v.exportTo(RouteExportTo, spec, namespace, vs.GetExportTo(), false)
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
func (v *routeFaults) delegated(spec *fieldpath.Path, vs *networking.VirtualService) {
	for _, field := range [...]struct {
		key string
		n   int
	}{{"gateways", len(vs.GetGateways())}, {"tls", len(vs.GetTls())}, {"tcp", len(vs.GetTcp())}} {
		if field.n > 0 {
			v.add(DelegateRoutes, spec.Child(field.key),
				"must not be set without hosts: others delegate HTTP routes to such a VirtualService")
		}
	}
}

// gateways checks the names of gateways. Istio ignores those after the first name without a slash.
// Source: Istio, pkg/config/validation, validateGatewayNames.
func (v *routeFaults) gateways(parent *fieldpath.Path, names []string) {
	if len(names) == 0 {
		return
	}
	for i, name := range names {
		namespace, gateway, found := strings.Cut(name, "/")
		switch p := parent.Child("gateways").Index(i); {
		case !found:
			if !isDomain(name) {
				v.add(RouteGateway, p, fmt.Sprintf("must be the name of a gateway: %q", name))
			}
			return
		case !isLabel(gateway) || !isLabel(namespace) && namespace != ".":
			v.add(RouteGateway, p, fmt.Sprintf("must be the name of a gateway, or its namespace and name: %q", name))
		case namespace == ".":
			v.add(OwnGateway, p, fmt.Sprintf("must be %s: Istio's validation refuses ./", gateway))
		}
	}
}

// names checks the hosts.
func (v *routeFaults) names(spec *fieldpath.Path, vs *networking.VirtualService) {
	list, valid := spec.Child("hosts"), true
	bySNI := v.atGateway && slices.ContainsFunc(vs.GetTls(), func(r *networking.TLSRoute) bool {
		return slices.ContainsFunc(r.GetMatch(),
			func(m *networking.TLSMatchAttributes) bool { return len(m.GetSniHosts()) > 0 })
	})
	for i, host := range vs.GetHosts() {
		switch p := list.Index(i); {
		case host == "*" && !v.atGateway:
			valid = false
			v.add(RouteHost, p, "must list the hosts that sidecars route: only gateways accept *")
		case !isHost(host) && !(bySNI && isHostOrSNI(host)) && !isAddress(host):
			valid = false
			v.add(RouteHost, p, fmt.Sprintf("must be the name of a host, which may begin with *, or an IP address: %q",
				host))
		}
	}
	if valid {
		v.overlaps(RouteHostTwice, list, vs.GetHosts())
	}
}
