package istiospec

import (
	"fmt"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// weights are the weights of one route.
type weights struct {
	n        int
	total    int64
	negative bool
}

// weighted checks a destination and its weight.
func (v *routeFaults) weighted(p *fieldpath.Path, d *networking.Destination, weight int32, all *weights) {
	destination := p.Child("destination")
	if d == nil {
		v.add(DestinationName, destination, "must be set")
	} else {
		v.destination(destination, d)
	}
	if weight < 0 {
		all.negative = true
		v.add(NegativeWeight, p.Child("weight"), fmt.Sprintf("must not be negative: %d", weight))
	}
	all.total += int64(weight)
}

// sum checks the sum of weights, which must fit into 32 bits. A single destination gets all
// requests, whatever its weight.
// Source: Istio, pkg/config/validation, validateHTTPRouteDestinations.
func (v *routeFaults) sum(route *fieldpath.Path, all weights) {
	switch {
	case all.n < 2 || all.negative:
	case all.total == 0:
		v.add(WeightsZero, route, "must have a weight above 0")
	case int32(all.total) == 0:
		v.add(WeightsZero, route, fmt.Sprintf("must have weights with a sum of at most 32 bits: Istio reads %d as 0",
			all.total))
	}
}

// destination checks one destination.
// Source: Istio, pkg/config/validation, validateDestination.
func (v *routeFaults) destination(p *fieldpath.Path, d *networking.Destination) {
	if d.Host == "*" || !isHost(d.Host) {
		v.add(DestinationName, p.Child("host"), fmt.Sprintf("must be the name of a host: %q", d.Host))
	}
	// At run time ASM chooses the subset for a name that begins with $.
	if d.Subset != "" && !isLabel(d.Subset) && d.Subset[0] != '$' {
		v.add(DestinationName, p.Child("subset"),
			fmt.Sprintf("must be a name of letters, digits and hyphens: %q", d.Subset))
	}
	if d.Port != nil {
		v.port(RoutePort, p.Child("port.number"), d.Port.Number)
	}
}

// tlsRoute checks one TLS route.
// Source: Istio, pkg/config/validation, validateTLSRoute.
func (v *routeFaults) tlsRoute(p *fieldpath.Path, r *networking.TLSRoute) {
	if r == nil {
		return
	}
	match := p.Child("match")
	if len(r.Match) == 0 {
		v.add(SNIHost, match, "must have a match with SNI hosts")
	}
	for i, m := range r.Match {
		at := match.Index(i)
		if len(m.GetSniHosts()) == 0 {
			v.add(SNIHost, at, "must have SNI hosts")
		}
		v.sniHosts(at, m.GetSniHosts())
		v.connection(at, m.GetDestinationSubnets(), m.GetPort(), m.GetSourceLabels(), m.GetGateways())
	}
	v.l4Route(p, r.Route)
}

// sniHosts checks the hosts of a TLS match: the VirtualService must have them too.
// Source: Istio, pkg/config/validation, validateSniHost.
func (v *routeFaults) sniHosts(p *fieldpath.Path, hosts []string) {
	for i, host := range hosts {
		at := p.Child("sniHosts").Index(i)
		switch {
		case isHost(host), v.atGateway && isHostOrSNI(host):
			if v.hosts.covering(host, -1) < 0 {
				v.add(SNIHost, at, fmt.Sprintf("must be one that a host of the VirtualService covers: %q", host))
			}
		case !isAddress(host):
			v.add(SNIHost, at, fmt.Sprintf("must be the name of a host, which may begin with *: %q", host))
		}
	}
}

// tcpRoute checks one TCP route.
// Source: Istio, pkg/config/validation, validateTCPRoute.
func (v *routeFaults) tcpRoute(p *fieldpath.Path, r *networking.TCPRoute) {
	if r == nil {
		return
	}
	for i, m := range r.Match {
		at := p.Child("match").Index(i)
		if m == nil {
			v.add(NoRoute, at, "must not be null")
		}
		v.connection(at, m.GetDestinationSubnets(), m.GetPort(), m.GetSourceLabels(), m.GetGateways())
	}
	v.l4Route(p, r.Route)
}

// connection checks the conditions of a TLS or TCP match.
func (v *routeFaults) connection(p *fieldpath.Path, subnets []string, port uint32, labels map[string]string,
	gateways []string) {
	for i, subnet := range subnets {
		if !isSubnet(subnet) {
			v.add(MatchSubnet, p.Child("destinationSubnets").Index(i),
				fmt.Sprintf("must be an IP address, or a block of them: %q", subnet))
		}
	}
	v.source(p, port, labels, gateways)
}

// l4Route checks the destinations of a TLS or TCP route.
func (v *routeFaults) l4Route(p *fieldpath.Path, destinations []*networking.RouteDestination) {
	if len(destinations) == 0 {
		v.add(NoRoute, p, "must have a route to destinations")
	}
	route := p.Child("route")
	w := weights{n: len(destinations)}
	for i, d := range destinations {
		at := route.Index(i)
		if d == nil {
			v.add(DestinationName, at, "must not be null")
			continue
		}
		v.weighted(at, d.Destination, d.Weight, &w)
	}
	v.sum(route, w)
}
