package istiospec

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// injection checks the faults that a route injects.
// Source: Istio, pkg/config/validation, validateHTTPFaultInjection.
func (v *routeFaults) injection(route *fieldpath.Path, fault *networking.HTTPFaultInjection) {
	if fault == nil {
		return
	}
	p := route.Child("fault")
	if fault.Abort == nil && fault.Delay == nil {
		v.add(FaultInjection, p, "must have a delay or an abort")
	}
	v.delay(p.Child("delay"), fault.Delay)
	v.abort(p.Child("abort"), fault.Abort)
}

func (v *routeFaults) delay(p *fieldpath.Path, d *networking.HTTPFaultInjection_Delay) {
	v.percentage(RoutePercentage, p.Child("percentage"), d.GetPercentage())
	switch d.GetHttpDelayType().(type) {
	case *networking.HTTPFaultInjection_Delay_FixedDelay:
		v.duration(RouteDuration, p.Child("fixedDelay"), d.GetFixedDelay())
	case *networking.HTTPFaultInjection_Delay_ExponentialDelay:
		v.add(FaultInjection, p.Child("exponentialDelay"), "must not be set: Istio has a fixedDelay alone")
	}
}

func (v *routeFaults) abort(p *fieldpath.Path, a *networking.HTTPFaultInjection_Abort) {
	v.percentage(RoutePercentage, p.Child("percentage"), a.GetPercentage())
	switch a.GetErrorType().(type) {
	case *networking.HTTPFaultInjection_Abort_HttpStatus:
		v.status(FaultInjection, p.Child("httpStatus"), int64(a.GetHttpStatus()))
	case *networking.HTTPFaultInjection_Abort_GrpcStatus:
		if !isGRPCStatus(a.GetGrpcStatus()) {
			v.add(FaultInjection, p.Child("grpcStatus"), fmt.Sprintf("must be a status of gRPC, such as NOT_FOUND: %q",
				a.GetGrpcStatus()))
		}
	case *networking.HTTPFaultInjection_Abort_Http2Error:
		v.add(FaultInjection, p.Child("http2Error"), "must not be set: Istio has httpStatus and grpcStatus alone")
	}
}

// status checks a status of HTTP. Istio allows 600 too.
func (v *routeFaults) status(rule Rule, p *fieldpath.Path, status int64) {
	if status < 200 || status > 600 {
		v.add(rule, p, fmt.Sprintf("must be a status of HTTP, from 200 on: %d", status))
	}
}

// isGRPCStatus reports whether a text is the name of a status of gRPC.
// Source: gRPC's docs, statuscodes.md.
func isGRPCStatus(name string) bool {
	switch name {
	case "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
		"PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
		"INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED":
		return true
	}
	return false
}

// retries checks when Envoy repeats a request.
// Source: Istio, pkg/config/validation, validateHTTPRetry.
func (v *routeFaults) retries(route *fieldpath.Path, r *networking.HTTPRetry) {
	if r == nil {
		return
	}
	p := route.Child("retries")
	attempts := p.Child("attempts")
	switch {
	case r.Attempts < 0:
		v.add(Retries, attempts, fmt.Sprintf("must not be negative: %d", r.Attempts))
	case r.Attempts == 0 && (r.PerTryTimeout != nil || r.RetryOn != "" || r.RetryRemoteLocalities != nil):
		v.add(Retries, attempts, "must be above 0: 0 turns retries off, and the rest of the policy has no effect")
	}
	v.duration(RouteDuration, p.Child("perTryTimeout"), r.PerTryTimeout)
	v.duration(RouteDuration, p.Child("backoff"), r.Backoff)
	for policy, rest, more := "", r.RetryOn, r.RetryOn != ""; more; {
		if policy, rest, more = strings.Cut(rest, ","); !isRetryOn(policy) {
			v.add(Retries, p.Child("retryOn"),
				fmt.Sprintf("must be conditions of Envoy or statuses of HTTP, with commas and no "+
					"spaces: %q", policy))
		}
	}
}

// isRetryOn reports whether a text is a condition for a retry, or a status of HTTP.
// Source: Envoy's docs, "HTTP route components", x-envoy-retry-on and x-envoy-retry-grpc-on.
func isRetryOn(policy string) bool {
	switch policy {
	case "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "retriable-4xx", "refused-stream",
		"retriable-status-codes", "retriable-headers", "envoy-ratelimited", "http3-post-connect-failure",
		"cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable":
		return true
	}
	status, err := strconv.Atoi(policy)
	return err == nil && http.StatusText(status) != ""
}

// cors checks the permissions of pages of other origins.
// Source: Istio, pkg/config/validation, validateCORSPolicy.
func (v *routeFaults) cors(route *fieldpath.Path, c *networking.CorsPolicy) {
	if c == nil {
		return
	}
	p := route.Child("corsPolicy")
	age := p.Child("maxAge")
	for i, origin := range c.AllowOrigins {
		at := p.Child("allowOrigins").Index(i)
		if origin.GetExact()+origin.GetPrefix()+origin.GetRegex() == "" {
			v.add(CORSPolicy, at, "must have an exact text, a prefix or a regular expression")
			continue
		}
		v.pattern(at, origin)
	}
	for i, method := range c.AllowMethods {
		if !isMethod(method) {
			v.add(CORSPolicy, p.Child("allowMethods").Index(i),
				fmt.Sprintf("must be a method of HTTP, or *: %q", method))
		}
	}
	v.corsHeaders(p.Child("allowHeaders"), c.AllowHeaders)
	v.corsHeaders(p.Child("exposeHeaders"), c.ExposeHeaders)
	v.duration(RouteDuration, age, c.MaxAge)
	if c.MaxAge.GetNanos() > 0 {
		v.add(RouteDuration, age, fmt.Sprintf("must be of whole seconds: %s", c.MaxAge.AsDuration()))
	}
}

func (v *routeFaults) corsHeaders(p *fieldpath.Path, names []string) {
	for i, name := range names {
		if !isHeaderName(name) { // "*" is valid: it means all
			v.add(HeaderName, p.Index(i), fmt.Sprintf("must be the name of a header, or *: %q", name))
		}
	}
}

func isMethod(name string) bool {
	switch name {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodConnect, http.MethodOptions, http.MethodTrace, "*":
		return true
	}
	return false
}
