package istiospec

import (
	"cmp"
	"slices"
)

// Rule names what must hold.
type Rule int

// The rules of VirtualServices.
const (
	_ Rule = iota
	// RouteAction: an HTTP route does one thing: it sends to destinations, redirects,
	// answers or delegates.
	RouteAction
	// DelegateRoutes: a VirtualService without hosts has HTTP routes alone, which
	// delegate no further.
	DelegateRoutes
	// NoRoute: a VirtualService has a route, and a TLS or TCP route has destinations.
	NoRoute
	// RouteHost: a host is a name, a wildcard or an address, and not "*" for sidecars.
	RouteHost
	// RouteHostTwice: no host covers another one.
	RouteHostTwice
	// RouteGateway: a gateway is named by NAME or NAMESPACE/NAME.
	RouteGateway
	// OwnGateway: a gateway of the own namespace is not named by ./NAME.
	OwnGateway
	// StringMatch: a match has a text to look for.
	StringMatch
	// HeaderName: a header is named as HTTP does, and is not the host's where that
	// cannot be changed.
	HeaderName
	// ClaimMatch: a match by a claim of a token is for a gateway.
	ClaimMatch
	// HeaderValue: the value of a header is text, with % for variables.
	HeaderValue
	// AuthorityTwice: a route sets the authority once.
	AuthorityTwice
	// RoutePort: a port is 1 to 65535.
	RoutePort
	// MatchSource: a match names labels and namespaces that there can be.
	MatchSource
	// MatchSubnet: a match names IP addresses, or blocks of them.
	MatchSubnet
	// SNIHost: a TLS match names hosts of the VirtualService.
	SNIHost
	// DestinationName: a destination has a host, and a subset that can be there.
	DestinationName
	// NegativeWeight: a weight is not negative.
	NegativeWeight
	// WeightsZero: a route has a weight above 0.
	WeightsZero
	// BadRegex: a regular expression is one of RE2.
	BadRegex
	// Mirror: a mirror has a destination, and is said by one field.
	Mirror
	// RoutePercentage: a percentage is 0 to 100.
	RoutePercentage
	// FaultInjection: a fault is a delay or an abort that Istio has.
	FaultInjection
	// Retries: a policy of retries has attempts, and conditions that Envoy has.
	Retries
	// RouteDuration: a duration is of whole milliseconds, at least 1.
	RouteDuration
	// Redirect: a redirect changes something, to what there is.
	Redirect
	// DirectResponse: an answer has a status of HTTP and a body of at most 1 MiB.
	DirectResponse
	// Rewrite: a rewrite changes something, in one way.
	Rewrite
	// CORSPolicy: a CORS policy has origins, methods and headers that there can be.
	CORSPolicy
	// RouteExportTo: the namespaces of exportTo are there once each, or all.
	RouteExportTo
)

// The rules of Gateways.
const (
	_ Rule = iota + 100
	// GatewayName: the name of a Gateway is a DNS label.
	GatewayName
	// NoServer: a Gateway has a server.
	NoServer
	// ServerPort: a server has a port with a number, a protocol, and a name of its own.
	ServerPort
	// ServerHost: a server has hosts: "*", full names or IP addresses, which may come
	// after a namespace.
	ServerHost
	// ServerBind: a server is bound to an IP address or a Unix socket.
	ServerBind
	// ServerTLS: a server has TLS settings when its protocol is over TLS, and only then.
	ServerTLS
	// ServerCertificate: TLS settings name the certificates that their mode asks for,
	// in one way.
	ServerCertificate
)

// The rules of DestinationRules and ServiceEntries.
const (
	_ Rule = iota + 200
	// RuleHost: the host of a DestinationRule is a name, which may begin with a wildcard.
	RuleHost
	// SubsetName: a subset has a DNS label of its own as its name.
	SubsetName
	// PodLabels: the labels of a subset or an endpoint are those of pods.
	PodLabels
	// TrafficPolicy: a traffic policy says something, and nothing that excludes another.
	TrafficPolicy
	// LoadBalancer: a load balancer has what its kind asks for.
	LoadBalancer
	// Locality: localities are named in full and once, and their weights sum to 100.
	Locality
	// ConnectionPool: a connection pool has limits, none of which is negative.
	ConnectionPool
	// OutlierDetection: outlier detection has percentages and statuses that there can be.
	OutlierDetection
	// ClientTLS: TLS settings of clients have the certificates that their mode asks for.
	ClientTLS
	// PolicyDuration: a duration is of whole milliseconds, at least 1.
	PolicyDuration
	// Tunnel: a tunnel leads to a host and a port.
	Tunnel
	// ExportTo: the namespaces of exportTo are there once each, or all.
	ExportTo
	// WorkloadSelector: a selector has labels without wildcards.
	WorkloadSelector
	// ServiceEntryHost: a ServiceEntry has hosts, none of which is "*".
	ServiceEntryHost
	// ServiceEntryAddress: the addresses of a ServiceEntry are IP addresses or blocks of them.
	ServiceEntryAddress
	// ServiceEntryPort: a port of a ServiceEntry has a number and a name of its own.
	ServiceEntryPort
	// ServiceEntryResolution: a ServiceEntry has the hosts, addresses, ports and endpoints that
	// its resolution allows.
	ServiceEntryResolution
	// ServiceEntryEndpoint: an endpoint has an address and ports of its ServiceEntry.
	ServiceEntryEndpoint
)

// Fault is one reason for which Istio refuses an object.
type Fault struct {
	// Rule that is broken.
	Rule Rule
	// Path of the field in the object's JSON names: "spec.http[0].route".
	Path string
	// Message says what must hold, and what was found.
	Message string
}

// faults gathers what is wrong in one object.
type faults struct{ list []Fault }

// add adds a fault at a place.
func (f *faults) add(rule Rule, p *at, message string) {
	f.list = append(f.list, Fault{rule, p.String(), message})
}

// all returns what was gathered, in an order that does not hang on the order of maps.
func (f *faults) all() []Fault {
	slices.SortFunc(f.list, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return f.list
}
