package mesh

import (
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/manifest"
)

// Gateway is an Istio Gateway.
type Gateway struct {
	// Ref is "namespace/name".
	Ref       string
	Namespace string
	// Selector holds the labels of its pods.
	Selector map[string]string
	// Servers are its ports for HTTP. Empty says that it has no servers at all.
	Servers []Server
	Empty   bool
}

// Server is a port of a Gateway that takes HTTP.
type Server struct {
	Gateway *Gateway
	Port    uint32
	// TLS says that requests come over TLS. ToHTTPS says that the port redirects all to HTTPS.
	TLS, ToHTTPS bool

	hosts []serverHost
}

// serverHost is a host of a server, for the VirtualServices of the namespace of; "*" means all.
type serverHost struct{ name, of string }

func newGateway(o *manifest.Object) *Gateway {
	g := &Gateway{Ref: o.Ref.Namespace + "/" + o.Ref.Name, Namespace: o.Ref.Namespace, Selector: o.Gateway().Selector,
		Empty: len(o.Gateway().Servers) == 0}
	for _, s := range o.Gateway().Servers {
		switch strings.ToUpper(s.GetPort().GetProtocol()) {
		case "HTTP", "HTTP2", "GRPC", "GRPC-WEB":
		case "HTTPS":
			if mode := s.GetTls().GetMode(); mode == networking.ServerTLSSettings_PASSTHROUGH ||
				mode == networking.ServerTLSSettings_AUTO_PASSTHROUGH {
				continue
			}
		default:
			continue
		}
		out := Server{Gateway: g, Port: s.GetPort().GetNumber(), TLS: s.GetTls() != nil &&
			!s.GetTls().GetHttpsRedirect(), ToHTTPS: s.GetTls().GetHttpsRedirect()}
		out.hosts = make([]serverHost, len(s.GetHosts()))
		for i, host := range s.GetHosts() {
			out.hosts[i].name, out.hosts[i].of = istioname.ServerHost(host, g.Namespace)
		}
		g.Servers = append(g.Servers, out)
	}
	return g
}

// AnyHost returns a Gateway for a name that the set lacks: it serves any host on port 80.
func AnyHost(ref, namespace string) *Gateway {
	g := &Gateway{Ref: ref, Namespace: namespace, Selector: map[string]string{ref: ""}}
	g.Servers = []Server{{Gateway: g, Port: 80, hosts: []serverHost{{"*", "*"}}}}
	return g
}

// Caller returns the pods of the Gateway as a caller.
func (g *Gateway) Caller() Caller {
	return Caller{Namespace: g.Namespace, Labels: g.Selector, Gateway: g.Ref}
}

// Hosts returns the hosts of a server in lower case, for all namespaces.
func (s Server) Hosts() []string {
	out := make([]string, len(s.hosts))
	for i, host := range s.hosts {
		out[i] = strings.ToLower(host.name)
	}
	return out
}

// Serves reports whether a server shares a host with a VirtualService of a namespace.
func (s Server) Serves(namespace string, hosts ...string) bool {
	for _, own := range s.hosts {
		if own.isFor(namespace) && slices.ContainsFunc(hosts,
			func(host string) bool { return istioname.Overlap(own.name, host) }) {
			return true
		}
	}
	return false
}

func (h serverHost) isFor(namespace string) bool { return h.of == "*" || h.of == namespace }

// HostsFor returns the hosts that a server shares with a VirtualService of a namespace: the
// narrower one of each pair, in lower case. Istio compares them in the letter case of the files.
// Source: Istio, buildGatewayHTTPRouteConfig.
func (s Server) HostsFor(namespace string, hosts []string) []string {
	var own []string
	for _, host := range s.hosts {
		if host.isFor(namespace) {
			own = append(own, host.name)
		}
	}
	common := istioname.Common(own, hosts)
	for i := range common {
		common[i] = strings.ToLower(common[i])
	}
	return common
}
