package preview

// Failure is a reason why a request gets no answer.
type Failure string

// The failures.
const (
	// NoRoute: no gateway or route takes the request.
	NoRoute Failure = "no route"
	// NoWeight: the route has no destination with a weight above 0.
	NoWeight Failure = "no weight"
	// NoService: the host is not a Service.
	NoService Failure = "no service"
	// NoPort: the Service does not have the port.
	NoPort Failure = "no port"
	// NoSubset: the subset is neither a lane nor one of a DestinationRule.
	NoSubset Failure = "no subset"
	// NoPods: nothing runs pods that the subset, or the Service, selects.
	NoPods Failure = "no pods"
	// NoBaseline: the permissive group names no lane to fall back to.
	NoBaseline Failure = "no baseline"
	// RedirectLoop: redirects lead back to where they began.
	RedirectLoop Failure = "redirect loop"
)
