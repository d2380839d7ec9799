package preview

// Request is one request that comes to a gateway, and how far it is followed.
type Request struct {
	// Gateway is the Gateway that it comes to, "namespace/name"; Gateways of the
	// same pods are one. Empty means the one that has a route for it; it must be
	// named when several have.
	Gateway string
	// Port of the gateway. 0 means the first that serves the host over HTTP and
	// does not redirect all to HTTPS.
	Port uint32
	// Host that the request is for. Empty means any that no route names, where the
	// gateway has routes for "*", else the only host that it has routes for.
	Host string
	// Path of the request, with its query. Empty means "/".
	Path string
	// Method of the request. Empty means GET.
	Method string
	// Headers of the request, by name; of several values, joined by commas.
	Headers map[string]string
	// Calls says which services each service calls, in order, by their names or as
	// "namespace/name"; one that it does not list calls none. See [CallsOf]. Nil
	// means that calls are read from the set: a Service declares them by the
	// annotation swimlane-go.github.io/calls, as "mockb,pay/cart", and else they are
	// discovered: a value in the environment of a pod that names a Service, as a URL,
	// "host:port" or a name in any form that DNS finds. In a lane group those are the
	// other services of the group, else all other Services of the set.
	Calls map[string][]string
	// MaxOutcomes bounds how many outcomes are told apart. Beyond, there are none
	// in the result, only edges. 0 means 1000.
	MaxOutcomes int
}
