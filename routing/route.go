package routing

import (
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	networking "istio.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Route is one HTTP route of a VirtualService: which requests it is for, and
// where they go.
type Route struct {
	// Name tells the route apart from others in edits and in Envoy's logs. Empty is
	// allowed.
	Name string
	// Matches: a request takes the route when it meets at least one. Empty means every
	// request.
	Matches []Match
	// Destinations share the requests. There is at least one and none twice: destinations
	// with one subset set different request headers. The weights sum to 100.
	Destinations []Destination
	// Headers changes the headers of all requests and responses on this route.
	Headers Headers
	// Timeout is how long a response may take, in whole milliseconds. 0 means no
	// limit.
	Timeout time.Duration
	// Retries of failed requests. Nil means the mesh's default (Istio's is 2),
	// &Retries{} none.
	Retries *Retries
	// Mirror also sends a copy of requests elsewhere. Nil means none.
	Mirror *Mirror
}

// Retries says how failed requests are retried.
type Retries struct {
	// Attempts is how often at most. 0 means never.
	Attempts int
	// PerTryTimeout is how long one attempt may take, in whole milliseconds. 0
	// means as long as the route's Timeout.
	PerTryTimeout time.Duration
	// On lists Envoy's retry conditions, separated by commas. Empty means
	// Istio's default.
	On string
}

// Mirror sends copies of requests to a destination and drops the responses.
type Mirror struct {
	// Host, Subset and Port are as in [Destination].
	Host   string
	Subset string
	Port   uint32
	// Percent of the requests that are copied, 0 to 100. Nil means all; 0 none.
	Percent *float64
}

// catchAll reports whether every request takes the route.
func (r Route) catchAll() bool {
	return len(r.Matches) == 0 || slices.ContainsFunc(r.Matches, Match.matchesAny)
}

func (r Route) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i, m := range r.Matches {
		errs = append(errs, m.validate(path.Child("match").Index(i))...)
	}
	errs = append(errs, validateDestinations(path.Child("route"), r.Destinations)...)
	if !r.Headers.empty() {
		errs = append(errs, r.Headers.validate(path.Child("headers"))...)
	}
	if r.Timeout != 0 {
		errs = append(errs, validateDuration(path.Child("timeout"), r.Timeout)...)
	}
	if r.Retries != nil {
		errs = append(errs, r.Retries.validate(path.Child("retries"))...)
	}
	if r.Mirror != nil {
		errs = append(errs, Destination{Host: r.Mirror.Host, Subset: r.Mirror.Subset,
			Port: r.Mirror.Port}.validateTarget(path.Child("mirror"))...)
		// In this form, so that NaN is refused too.
		if p := r.Mirror.Percent; p != nil && !(*p >= 0 && *p <= 100) {
			errs = append(errs, field.Invalid(path.Child("mirrorPercentage", "value"), *p,
				"must be between 0 and 100").WithOrigin("percent"))
		}
	}
	return errs
}

func (r Retries) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if r.Attempts < 0 || r.Attempts > maxAttempts {
		errs = append(errs, field.Invalid(path.Child("attempts"), r.Attempts, "must be between 0 and 1000"))
	}
	if r.Attempts == 0 && (r.PerTryTimeout != 0 || r.On != "") {
		errs = append(errs, field.Invalid(path.Child("attempts"), r.Attempts,
			"must be set when perTryTimeout or retryOn is"))
	}
	return append(errs, validateDuration(path.Child("perTryTimeout"), r.PerTryTimeout)...)
}

// maxAttempts keeps a slip from becoming a retry storm; it also fits an int32.
const maxAttempts = 1000

func (r Route) build() *networking.HTTPRoute {
	out := &networking.HTTPRoute{Name: r.Name, Headers: r.Headers.build()}
	for _, m := range r.Matches {
		out.Match = append(out.Match, m.build())
	}
	for _, d := range r.Destinations {
		out.Route = append(out.Route, d.build())
	}
	if r.Timeout != 0 {
		out.Timeout = durationpb.New(r.Timeout)
	}
	if r.Retries != nil {
		out.Retries = &networking.HTTPRetry{Attempts: int32(r.Retries.Attempts), RetryOn: r.Retries.On}
		if r.Retries.PerTryTimeout != 0 {
			out.Retries.PerTryTimeout = durationpb.New(r.Retries.PerTryTimeout)
		}
	}
	if m := r.Mirror; m != nil {
		out.Mirror = Destination{Host: m.Host, Subset: m.Subset, Port: m.Port}.target()
		if m.Percent != nil {
			out.MirrorPercentage = &networking.Percent{Value: *m.Percent}
		}
	}
	return out
}
