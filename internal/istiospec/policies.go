package istiospec

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	networking "istio.io/api/networking/v1"
)

// injection checks the faults that a route injects.
// Source: Istio, pkg/config/validation, validateHTTPFaultInjection.
func (v *routeFaults) injection(route *at, fault *networking.HTTPFaultInjection) {
	if fault == nil {
		return
	}
	p := route.child("fault")
	if fault.Abort == nil && fault.Delay == nil {
		v.add(FaultInjection, &p, "must have a delay or an abort")
	}
	delay, abort := p.child("delay"), p.child("abort")
	v.delay(&delay, fault.Delay)
	v.abort(&abort, fault.Abort)
}

func (v *routeFaults) delay(p *at, d *networking.HTTPFaultInjection_Delay) {
	percentage, fixed, exponential := p.child("percentage"), p.child("fixedDelay"), p.child("exponentialDelay")
	v.percentage(RoutePercentage, &percentage, d.GetPercentage())
	switch d.GetHttpDelayType().(type) {
	case *networking.HTTPFaultInjection_Delay_FixedDelay:
		v.duration(RouteDuration, &fixed, d.GetFixedDelay())
	case *networking.HTTPFaultInjection_Delay_ExponentialDelay:
		v.add(FaultInjection, &exponential, "must not be set: Istio has a fixedDelay alone")
	}
}

func (v *routeFaults) abort(p *at, a *networking.HTTPFaultInjection_Abort) {
	percentage, status, grpc, http2 := p.child("percentage"), p.child("httpStatus"), p.child("grpcStatus"),
		p.child("http2Error")
	v.percentage(RoutePercentage, &percentage, a.GetPercentage())
	switch a.GetErrorType().(type) {
	case *networking.HTTPFaultInjection_Abort_HttpStatus:
		v.status(FaultInjection, &status, int64(a.GetHttpStatus()))
	case *networking.HTTPFaultInjection_Abort_GrpcStatus:
		if !isGRPCStatus(a.GetGrpcStatus()) {
			v.add(FaultInjection, &grpc, fmt.Sprintf("must be a status of gRPC, such as NOT_FOUND: %q",
				a.GetGrpcStatus()))
		}
	case *networking.HTTPFaultInjection_Abort_Http2Error:
		v.add(FaultInjection, &http2, "must not be set: Istio has httpStatus and grpcStatus alone")
	}
}

// status checks a status of HTTP. Istio allows 600 too.
func (v *routeFaults) status(rule Rule, p *at, status int64) {
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
func (v *routeFaults) retries(route *at, r *networking.HTTPRetry) {
	if r == nil {
		return
	}
	p := route.child("retries")
	attempts, try, backoff, on := p.child("attempts"), p.child("perTryTimeout"), p.child("backoff"), p.child("retryOn")
	switch {
	case r.Attempts < 0:
		v.add(Retries, &attempts, fmt.Sprintf("must not be negative: %d", r.Attempts))
	case r.Attempts == 0 && (r.PerTryTimeout != nil || r.RetryOn != "" || r.RetryRemoteLocalities != nil):
		v.add(Retries, &attempts, "must be above 0: 0 turns retries off, and the rest of the policy has no effect")
	}
	v.duration(RouteDuration, &try, r.PerTryTimeout)
	v.duration(RouteDuration, &backoff, r.Backoff)
	for policy, rest, more := "", r.RetryOn, r.RetryOn != ""; more; {
		if policy, rest, more = strings.Cut(rest, ","); !isRetryOn(policy) {
			v.add(Retries, &on, fmt.Sprintf("must be conditions of Envoy or statuses of HTTP, with commas and no "+
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
func (v *routeFaults) cors(route *at, c *networking.CorsPolicy) {
	if c == nil {
		return
	}
	p := route.child("corsPolicy")
	origins, methods, age := p.child("allowOrigins"), p.child("allowMethods"), p.child("maxAge")
	for i, origin := range c.AllowOrigins {
		at := origins.item(i)
		if origin.GetExact()+origin.GetPrefix()+origin.GetRegex() == "" {
			v.add(CORSPolicy, &at, "must have an exact text, a prefix or a regular expression")
			continue
		}
		v.pattern(&at, origin)
	}
	for i, method := range c.AllowMethods {
		if !isMethod(method) {
			at := methods.item(i)
			v.add(CORSPolicy, &at, fmt.Sprintf("must be a method of HTTP, or *: %q", method))
		}
	}
	allow, expose := p.child("allowHeaders"), p.child("exposeHeaders")
	v.corsHeaders(&allow, c.AllowHeaders)
	v.corsHeaders(&expose, c.ExposeHeaders)
	v.duration(RouteDuration, &age, c.MaxAge)
	if c.MaxAge.GetNanos() > 0 {
		v.add(RouteDuration, &age, fmt.Sprintf("must be of whole seconds: %s", c.MaxAge.AsDuration()))
	}
}

func (v *routeFaults) corsHeaders(p *at, names []string) {
	for i, name := range names {
		if !isHeaderName(name) { // "*" is valid: it means all
			at := p.item(i)
			v.add(HeaderName, &at, fmt.Sprintf("must be the name of a header, or *: %q", name))
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
