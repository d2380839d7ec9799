package istiospec

import (
	"cmp"
	"slices"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// Rule is a rule that an object must keep.
type Rule int

// The rules of VirtualServices.
const (
	_ Rule = iota
	// RouteAction: an HTTP route does one thing. It sends to destinations, redirects, answers or
	// delegates.
	RouteAction
	// DelegateRoutes: a VirtualService without hosts has HTTP routes only, and they do not
	// delegate.
	DelegateRoutes
	// NoRoute: a VirtualService has a route, and a TLS or TCP route has destinations.
	NoRoute
	// RouteHost: a host is a name, a wildcard or an address. For sidecars it is not "*".
	RouteHost
	// RouteHostTwice: no host covers another one.
	RouteHostTwice
	// RouteGateway: a gateway is NAME or NAMESPACE/NAME.
	RouteGateway
	// OwnGateway: a gateway of the same namespace is not written as ./NAME.
	OwnGateway
	// StringMatch: a match of a text is not empty.
	StringMatch
	// HeaderName: the name of a header is valid in HTTP. It is not the Host header where that
	// cannot be changed.
	HeaderName
	// ClaimMatch: only a route for a gateway matches a claim of a token.
	ClaimMatch
	// HeaderValue: the value of a header is text; % begins a variable.
	HeaderValue
	// AuthorityTwice: a route sets the authority once.
	AuthorityTwice
	// RoutePort: a port is 1 to 65535.
	RoutePort
	// MatchSource: a match names valid labels and namespaces.
	MatchSource
	// MatchSubnet: a match names IP addresses or CIDR blocks.
	MatchSubnet
	// SNIHost: a TLS match names hosts of the VirtualService.
	SNIHost
	// DestinationName: a destination has a host, and a subset with a valid name.
	DestinationName
	// NegativeWeight: a weight is not negative.
	NegativeWeight
	// WeightsZero: a route has a weight above 0.
	WeightsZero
	// BadRegex: a regular expression has the syntax of RE2.
	BadRegex
	// Mirror: a mirror has a destination, and one field says it.
	Mirror
	// RoutePercentage: a percentage is 0 to 100.
	RoutePercentage
	// FaultInjection: a fault is a delay or an abort that Istio supports.
	FaultInjection
	// Retries: a retry policy has attempts, and conditions that Envoy supports.
	Retries
	// RouteDuration: a duration is a number of whole milliseconds, at least 1.
	RouteDuration
	// Redirect: a redirect changes something, to valid values.
	Redirect
	// DirectResponse: an answer has a status of HTTP and a body of at most 1 MiB.
	DirectResponse
	// Rewrite: a rewrite changes something, in one way only.
	Rewrite
	// CORSPolicy: a CORS policy has valid origins, methods and headers.
	CORSPolicy
	// RouteExportTo: exportTo has each namespace once, or only "*".
	RouteExportTo
)

// The rules of Gateways.
const (
	_ Rule = iota + 100
	// GatewayName: the name of a Gateway is a DNS label.
	GatewayName
	// NoServer: a Gateway has a server.
	NoServer
	// ServerPort: a server has a port with a number, a protocol and a unique name.
	ServerPort
	// ServerHost: a server has hosts: "*", full names or IP addresses. A namespace and a slash may
	// come before.
	ServerHost
	// ServerBind: a server binds to an IP address or a Unix socket.
	ServerBind
	// ServerTLS: a server has TLS settings if and only if its protocol uses TLS.
	ServerTLS
	// ServerCertificate: TLS settings name the certificates that their mode needs, in one way.
	ServerCertificate
)

// The rules of DestinationRules and ServiceEntries.
const (
	_ Rule = iota + 200
	// RuleHost: the host of a DestinationRule is a name, which may begin with a wildcard.
	RuleHost
	// SubsetName: the name of a subset is a unique DNS label.
	SubsetName
	// PodLabels: the labels of a subset or an endpoint are valid labels of pods.
	PodLabels
	// TrafficPolicy: a traffic policy sets something, and no two settings that exclude each other.
	TrafficPolicy
	// LoadBalancer: a load balancer has the settings that its kind needs.
	LoadBalancer
	// Locality: localities have full names, each once, and their weights sum to 100.
	Locality
	// ConnectionPool: a connection pool has limits. No limit is negative.
	ConnectionPool
	// OutlierDetection: outlier detection has valid percentages and statuses.
	OutlierDetection
	// ClientTLS: TLS settings of clients have the certificates that their mode needs.
	ClientTLS
	// PolicyDuration: a duration is a number of whole milliseconds, at least 1.
	PolicyDuration
	// Tunnel: a tunnel leads to a host and a port.
	Tunnel
	// ExportTo: exportTo has each namespace once, or only "*".
	ExportTo
	// WorkloadSelector: a selector has labels without wildcards.
	WorkloadSelector
	// ServiceEntryHost: a ServiceEntry has hosts. No host is "*".
	ServiceEntryHost
	// ServiceEntryAddress: the addresses of a ServiceEntry are IP addresses or CIDR blocks.
	ServiceEntryAddress
	// ServiceEntryPort: a port of a ServiceEntry has a number and a unique name.
	ServiceEntryPort
	// ServiceEntryResolution: a ServiceEntry has the hosts, addresses, ports and endpoints that
	// its resolution allows.
	ServiceEntryResolution
	// ServiceEntryEndpoint: an endpoint has an address and ports of its ServiceEntry.
	ServiceEntryEndpoint
)

// Fault is one reason why Istio refuses an object.
type Fault struct {
	// Rule is the broken rule.
	Rule Rule
	// Path is the field, in the object's JSON names: "spec.http[0].route".
	Path string
	// Message says what must hold, and what was found.
	Message string
}

// faults collects the faults of one object.
type faults struct{ list []Fault }

// add adds a fault at a place.
func (f *faults) add(rule Rule, p *fieldpath.Path, message string) {
	f.list = append(f.list, Fault{rule, p.String(), message})
}

// all returns the faults, in an order that does not depend on the order of maps.
func (f *faults) all() []Fault {
	slices.SortFunc(f.list, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return f.list
}
