package preview

// Fault is a reason why a request gets no answer.
type Fault string

// The faults.
const (
	// NoRoute: no gateway or route takes the request.
	NoRoute Fault = "no route"
	// NoWeight: the route has no destination with a weight above 0.
	NoWeight Fault = "no weight"
	// NoService: the host is no Service.
	NoService Fault = "no service"
	// NoPort: the Service does not have the port.
	NoPort Fault = "no port"
	// NoSubset: the subset is neither a lane nor one of a DestinationRule.
	NoSubset Fault = "no subset"
	// NoPods: nothing runs pods that the subset, or the Service, selects.
	NoPods Fault = "no pods"
	// NoBaseline: the permissive group names no lane to fall back to.
	NoBaseline Fault = "no baseline"
	// RedirectLoop: redirects lead back to where they began.
	RedirectLoop Fault = "redirect loop"
)
