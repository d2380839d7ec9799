package istiospec

import (
	"fmt"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// Gateway returns why Istio refuses a Gateway with a name. "" means that the cluster generates the
// name.
// Source: Istio, pkg/config/validation, ValidateGateway.
func Gateway(name string, g *networking.Gateway) []Fault {
	var f gatewayFaults
	if name != "" && !isLabel(name) {
		p := fieldpath.New("metadata.name")
		f.add(GatewayName, p, fmt.Sprintf("must be a DNS label, without dots: %q", name))
	}
	servers := fieldpath.New("spec.servers")
	if len(g.GetServers()) == 0 {
		f.add(NoServer, servers, "must have a server")
	}
	named := map[string]int{}
	for i, s := range g.GetServers() {
		p := servers.Index(i)
		port := p.Child("port")
		f.hosts(p, s.GetHosts())
		f.port(port, s)
		f.bind(p, s)
		f.tls(p, s)
		if name := s.GetPort().GetName(); name != "" {
			if first, twice := named[name]; twice {
				f.add(ServerPort, port.Child("name"),
					fmt.Sprintf("must differ from that of servers[%d]: %q", first, name))
			} else {
				named[name] = i
			}
		}
	}
	return f.all()
}

// gatewayFaults collects the faults of one Gateway.
type gatewayFaults struct{ faults }

// hosts checks the hosts of a server.
func (f *gatewayFaults) hosts(server *fieldpath.Path, hosts []string) {
	list := server.Child("hosts")
	if len(hosts) == 0 {
		f.add(ServerHost, list, "must have a host")
	}
	for i, host := range hosts {
		if why := refusedServerHost(host); why != "" {
			f.add(ServerHost, list.Index(i), fmt.Sprintf("%s: %q", why, host))
		}
	}
}

// refusedServerHost returns what must hold for a host of a server, "" if it holds. A namespace and
// a slash may come before the host.
// Source: Istio, pkg/config/validation/agent, ValidateNamespaceSlashWildcardHostname.
func refusedServerHost(host string) string {
	namespace, name, found := strings.Cut(host, "/")
	switch {
	case !found:
		name = host
	case namespace != "*" && namespace != "." && !isLabel(namespace):
		return `must be for a namespace, "." or "*", before the slash`
	}
	switch {
	case name == "*":
		return ""
	case !strings.Contains(name, "."):
		return "must be a full name, with a dot"
	case !isHost(name) && !isAddress(name):
		return "must be the name of a host, which may begin with *., or an IP address"
	case name[0] == '*' && name[1] != '.':
		return "must have a dot after the *"
	}
	return ""
}

// port checks the port of a server.
// Source: Istio, pkg/config/validation, validateServerPort.
func (f *gatewayFaults) port(p *fieldpath.Path, s *networking.Server) {
	port := s.GetPort()
	if port == nil {
		f.add(ServerPort, p, "must be set")
		return
	}
	number := p.Child("number")
	if protocolOf(port.Protocol) == unknownProtocol {
		f.add(ServerPort, p.Child("protocol"), fmt.Sprintf("must be one of %s: %q", protocols, port.Protocol))
	}
	switch _, socket := strings.CutPrefix(s.GetBind(), unixScheme); {
	case !socket:
		f.faults.port(ServerPort, number, port.Number)
	case port.Number != 0:
		f.add(ServerPort, number, fmt.Sprintf("must be 0, since the server is bound to a Unix socket: %d",
			port.Number))
	}
	//nolint:staticcheck // SA1019: Istio refuses the field, which it has given up
	if port.TargetPort != 0 {
		f.add(ServerPort, p.Child("targetPort"), "must not be set: a server of a Gateway has none")
	}
	if port.Name == "" {
		f.add(ServerPort, p.Child("name"), "must be set")
	}
}

// bind checks the address to which a server binds.
// Source: Istio, pkg/config/validation, validateServerBind.
func (f *gatewayFaults) bind(server *fieldpath.Path, s *networking.Server) {
	p := server.Child("bind")
	switch path, socket := strings.CutPrefix(s.GetBind(), unixScheme); {
	case socket && !isSocket(path):
		f.add(ServerBind, p, fmt.Sprintf("must be the absolute path of a Unix socket, or its name after @: %q",
			s.Bind))
	case !socket && s.GetBind() != "" && !isAddress(s.Bind):
		f.add(ServerBind, p, fmt.Sprintf("must be an IP address or unix://PATH: %q", s.Bind))
	}
}

// unixScheme is the beginning of the address of a Unix socket.
const unixScheme = "unix://"

// isSocket reports whether the text after unix:// is a Unix socket: a path, or an abstract name
// after @.
// Source: Istio, pkg/config/validation, ValidateUnixAddress.
func isSocket(path string) bool {
	return path != "" && (path[0] == '@' || path[0] == '/' && path[len(path)-1] != '/')
}
