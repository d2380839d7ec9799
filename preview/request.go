package preview

// Request is one request that comes to a gateway, and how far it is followed.
type Request struct {
	// Gateway is the Gateway that it comes to, "namespace/name"; Gateways of the same
	// pods are one. Empty means the one with a route for it; it must be set when several
	// have one.
	Gateway string
	// Port of the gateway. 0 means the first that serves the host over HTTP and
	// does not redirect all to HTTPS.
	Port uint32
	// Host is the host of the request. Empty means any host that no route names if the
	// gateway has routes for "*", else the only host that it has routes for.
	Host string
	// Path of the request, with its query. Empty means "/".
	Path string
	// Method of the request. Empty means GET.
	Method string
	// Headers of the request, by name; several values are joined by commas.
	Headers map[string]string
	// Calls lists the services that each service calls, in order, by their names or as
	// "namespace/name"; a service that is not listed calls none. See [CallsOf]. Nil means
	// that calls are read from the set. A Service declares them by the annotation
	// swimlane-go.github.io/calls, as "mockb,pay/cart". Without it they are found in the
	// environment of pods: a value that names a Service, as a URL, "host:port" or a name
	// in any form that DNS resolves. In a lane group only the other services of the group
	// count, else all other Services of the set.
	Calls map[string][]string
	// MaxOutcomes bounds the number of outcomes. When there are more, the result has no
	// outcomes, only edges. 0 means 1000.
	MaxOutcomes int
}
