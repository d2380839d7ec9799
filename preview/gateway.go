package preview

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/manifest"
)

// gateway is a Gateway.
type gateway struct {
	ref       string // "namespace/name"
	namespace string
	selector  map[string]string // its pods
	servers   []server
	invented  bool // named, but not in the set
}

// server is what a gateway listens for over HTTP.
type server struct {
	port       uint32
	hosts      []string // "host" or "namespace/host"
	tls        bool
	toHTTPS    bool // redirects all to HTTPS
	gatewayRef string
}

func newGateway(o manifest.Object) *gateway {
	g := &gateway{ref: o.Ref.Namespace + "/" + o.Ref.Name, namespace: o.Ref.Namespace, selector: o.Gateway().Selector}
	for _, s := range o.Gateway().Servers {
		switch strings.ToUpper(s.GetPort().GetProtocol()) {
		case "HTTP", "HTTP2", "GRPC", "GRPC-WEB":
		case "HTTPS":
			if mode := s.GetTls().GetMode(); mode == networking.ServerTLSSettings_PASSTHROUGH || mode == networking.ServerTLSSettings_AUTO_PASSTHROUGH {
				continue
			}
		default:
			continue
		}
		out := server{port: s.GetPort().GetNumber(), tls: s.GetTls() != nil && !s.GetTls().GetHttpsRedirect(), toHTTPS: s.GetTls().GetHttpsRedirect(), gatewayRef: g.ref}
		for _, host := range s.GetHosts() {
			host = strings.ToLower(host)
			if rest, own := strings.CutPrefix(host, "./"); own {
				host = o.Ref.Namespace + "/" + rest
			}
			out.hosts = append(out.hosts, host)
		}
		g.servers = append(g.servers, out)
	}
	return g
}

// inventGateways stands in for Gateways that live outside of a set that holds
// none: each that is named serves any host on port 80.
func (x *index) inventGateways() {
	if len(x.gateways) > 0 {
		return
	}
	for _, ref := range slices.Sorted(maps.Keys(x.atGateway)) {
		namespace, _, found := strings.Cut(ref, "/")
		if !found || ref == meshGateway {
			continue
		}
		x.gateways = append(x.gateways, &gateway{ref: ref, namespace: namespace, invented: true,
			selector: map[string]string{ref: ""}, servers: []server{{port: 80, hosts: []string{"*"}, gatewayRef: ref}}})
	}
}

// door is the Gateways that are served by the same pods.
type door struct {
	gateways []*gateway
}

// doors returns the gateways of the set, those of the same pods together, in the
// order of their names.
func (x *index) doors() []door {
	byPods := map[string]int{}
	var out []door
	for _, g := range x.gateways {
		key := fmt.Sprint(g.selector) // prints maps in the order of their keys
		i, found := byPods[key]
		if !found {
			i = len(out)
			byPods[key] = i
			out = append(out, door{})
		}
		out[i].gateways = append(out[i].gateways, g)
	}
	return out
}

func (d door) has(ref string) bool {
	return slices.ContainsFunc(d.gateways, func(g *gateway) bool { return g.ref == ref })
}

func (d door) caller() caller {
	return caller{namespace: d.gateways[0].namespace, labels: d.gateways[0].selector}
}

// ports returns the ports of a door, those first that do not redirect to HTTPS.
func (d door) ports() []uint32 {
	var plain, toHTTPS []uint32
	for _, g := range d.gateways {
		for _, s := range g.servers {
			if s.toHTTPS {
				toHTTPS = append(toHTTPS, s.port)
			} else {
				plain = append(plain, s.port)
			}
		}
	}
	var out []uint32
	for _, port := range append(plain, toHTTPS...) {
		if !slices.Contains(out, port) {
			out = append(out, port)
		}
	}
	return out
}

// virtualHost is what a gateway does for one host at one port.
type virtualHost struct {
	host     string
	rules    []*rule
	services []*virtualService // that the rules are of
	tls      bool
	toHTTPS  bool
	from     caller
}

// virtualHosts returns what a door does at a port, by host. Its routes that match
// everything come last.
func (x *index) virtualHosts(d door, port uint32) *hostIndex[*virtualHost] {
	out := &hostIndex[*virtualHost]{}
	for _, g := range d.gateways {
		for _, s := range g.servers {
			if s.port != port {
				continue
			}
			x.addServer(out, d, s)
		}
	}
	for _, vh := range out.values {
		slices.SortStableFunc(vh.rules, func(a, b *rule) int {
			return cmp.Compare(rank(a), rank(b))
		})
	}
	return out
}

func rank(r *rule) int {
	if r.catchAll() {
		return 1
	}
	return 0
}

func (x *index) addServer(to *hostIndex[*virtualHost], d door, s server) {
	from := d.caller()
	from.gateway = s.gatewayRef
	at := func(host string, change func(*virtualHost)) {
		to.update(host, func(vh *virtualHost) *virtualHost {
			if vh == nil {
				vh = &virtualHost{host: host, tls: s.tls, from: from}
			}
			vh.toHTTPS = vh.toHTTPS || s.toHTTPS
			change(vh)
			return vh
		})
	}
	for _, vs := range forNamespace(x.atGateway[s.gatewayRef], from.namespace) {
		hosts := common(s.hostsFor(vs.ref.Namespace), vs.hosts)
		if vs.ref.Kind != "VirtualService" { // of a lane group, which has no namespace
			hosts = common(s.hostsFor(from.namespace), vs.hosts)
		}
		rules := vs.rulesFor(from, s.port)
		if len(rules) == 0 {
			continue
		}
		for _, host := range hosts {
			at(host, func(vh *virtualHost) {
				vh.rules = append(vh.rules, rules...)
				vh.services = append(vh.services, vs)
			})
		}
	}
	if s.toHTTPS {
		for _, host := range s.hosts {
			if _, rest, found := strings.Cut(host, "/"); found {
				host = rest
			}
			at(host, func(*virtualHost) {})
		}
	}
}

// hostsFor returns the hosts that a server has for the VirtualServices of a
// namespace.
func (s server) hostsFor(namespace string) []string {
	var out []string
	for _, host := range s.hosts {
		if of, rest, found := strings.Cut(host, "/"); found {
			if of != namespace && of != "*" {
				continue
			}
			host = rest
		}
		out = append(out, host)
	}
	return out
}
