// Package validation is compiled with the files of Istio's package of that name, by an overlay. It
// records the objects that Istio's tests validate.
package validation

import (
	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pkg/config"

	"github.com/swimlane-go/swimlane/oracle/istio/validation/corpus"
)

func init() {
	for kind, f := range map[string]*ValidateFunc{
		"VirtualService": &ValidateVirtualService, "Gateway": &ValidateGateway,
		"DestinationRule": &ValidateDestinationRule, "ServiceEntry": &ValidateServiceEntry,
	} {
		validate := *f
		*f = func(c config.Config) (Warning, error) {
			corpus.Record(kind, c)
			return validate(c)
		}
	}
}

// whole validates an object that contains the spec of a test.
func whole(f ValidateFunc, namespace string, spec config.Spec) {
	_, _ = f(config.Config{Meta: config.Meta{Name: "recorded", Namespace: namespace}, Spec: spec})
}

var elsewhere = []*networking.HTTPRouteDestination{{Destination: &networking.Destination{Host: "foo.bar"}}}

func routes(r *networking.HTTPRoute) {
	whole(ValidateVirtualService, "default",
		&networking.VirtualService{Hosts: []string{"foo.bar"}, Http: []*networking.HTTPRoute{r}})
}

func recordHTTPRoute(r *networking.HTTPRoute, delegate, gateway bool) Validation {
	vs := &networking.VirtualService{Hosts: []string{"foo.bar"}, Http: []*networking.HTTPRoute{r}}
	if delegate {
		vs.Hosts = nil
	}
	whole(ValidateVirtualService, "default", vs)
	return validateHTTPRoute(r, delegate, gateway)
}

func recordHTTPDirectResponse(d *networking.HTTPDirectResponse) Validation {
	routes(&networking.HTTPRoute{DirectResponse: d})
	return validateHTTPDirectResponse(d)
}

func recordURIRegexRewrite(r *networking.RegexRewrite) error {
	routes(&networking.HTTPRoute{Route: elsewhere, Rewrite: &networking.HTTPRewrite{UriRegexRewrite: r}})
	return validateURIRegexRewrite(r)
}

func recordHTTPRewrite(r *networking.HTTPRewrite) error {
	routes(&networking.HTTPRoute{Route: elsewhere, Rewrite: r})
	return validateHTTPRewrite(r)
}

func recordHTTPRetry(r *networking.HTTPRetry) error {
	routes(&networking.HTTPRoute{Route: elsewhere, Retries: r})
	return validateHTTPRetry(r)
}

func recordHTTPRedirect(r *networking.HTTPRedirect, matches []*networking.HTTPMatchRequest) error {
	routes(&networking.HTTPRoute{Redirect: r, Match: matches})
	return validateHTTPRedirect(r, matches)
}

func recordHTTPFaultInjectionDelay(d *networking.HTTPFaultInjection_Delay) error {
	routes(&networking.HTTPRoute{Route: elsewhere, Fault: &networking.HTTPFaultInjection{Delay: d}})
	return validateHTTPFaultInjectionDelay(d)
}

func recordHTTPFaultInjectionAbort(a *networking.HTTPFaultInjection_Abort) Validation {
	routes(&networking.HTTPRoute{Route: elsewhere, Fault: &networking.HTTPFaultInjection{Abort: a}})
	return validateHTTPFaultInjectionAbort(a)
}

func recordHTTPStatus(status int32) error {
	abort := &networking.HTTPFaultInjection_Abort{
		ErrorType: &networking.HTTPFaultInjection_Abort_HttpStatus{HttpStatus: status}}
	routes(&networking.HTTPRoute{Route: elsewhere, Fault: &networking.HTTPFaultInjection{Abort: abort}})
	return validateHTTPStatus(status)
}

func recordCORSPolicy(c *networking.CorsPolicy) error {
	routes(&networking.HTTPRoute{Route: elsewhere, CorsPolicy: c})
	return validateCORSPolicy(c)
}

func recordDestination(d *networking.Destination) error {
	routes(&networking.HTTPRoute{Route: []*networking.HTTPRouteDestination{{Destination: d}}})
	return validateDestination(d)
}

func recordRouteDestinations(all []*networking.RouteDestination, gateway bool) error {
	whole(ValidateVirtualService, "default",
		&networking.VirtualService{Hosts: []string{"foo.bar"}, Tcp: []*networking.TCPRoute{{Route: all}}})
	return validateRouteDestinations(all, gateway)
}

func serves(s *networking.Server) {
	whole(ValidateGateway, "default", &networking.Gateway{Servers: []*networking.Server{s}})
}

func recordServer(s *networking.Server, gateway bool) Validation {
	serves(s)
	return validateServer(s, gateway)
}

func recordServerPort(p *networking.Port, bind string) Validation {
	serves(&networking.Server{Hosts: []string{"foo.bar"}, Port: p, Bind: bind})
	return validateServerPort(p, bind)
}

func recordTLSOptions(tls *networking.ServerTLSSettings) Validation {
	serves(&networking.Server{Hosts: []string{"foo.bar"},
		Port: &networking.Port{Number: 443, Name: "https", Protocol: "HTTPS"}, Tls: tls})
	return validateTLSOptions(tls)
}

func sends(namespace string, p *networking.TrafficPolicy) {
	whole(ValidateDestinationRule, namespace, &networking.DestinationRule{Host: "foo.bar", TrafficPolicy: p})
}

func recordTrafficPolicy(namespace string, p *networking.TrafficPolicy) Validation {
	sends(namespace, p)
	return validateTrafficPolicy(namespace, p)
}

func recordOutlierDetection(o *networking.OutlierDetection) Validation {
	sends("default", &networking.TrafficPolicy{OutlierDetection: o})
	return validateOutlierDetection(o)
}

func recordConnectionPool(c *networking.ConnectionPoolSettings) error {
	sends("default", &networking.TrafficPolicy{ConnectionPool: c})
	return validateConnectionPool(c)
}

func recordLoadBalancer(l *networking.LoadBalancerSettings, o *networking.OutlierDetection) Validation {
	sends("default", &networking.TrafficPolicy{LoadBalancer: l, OutlierDetection: o})
	return validateLoadBalancer(l, o)
}

func recordExportTo(namespace string, to []string, isEntry, isSelective bool) error {
	switch {
	case isEntry:
		whole(ValidateServiceEntry, namespace, &networking.ServiceEntry{Hosts: []string{"foo.bar"}, ExportTo: to,
			Ports: []*networking.ServicePort{{Number: 80, Name: "http", Protocol: "HTTP"}}})
	case isSelective:
	default:
		whole(ValidateDestinationRule, namespace, &networking.DestinationRule{Host: "foo.bar", ExportTo: to})
		whole(ValidateVirtualService, namespace,
			&networking.VirtualService{Hosts: []string{"foo.bar"}, ExportTo: to,
				Http: []*networking.HTTPRoute{{Route: elsewhere}}})
	}
	return validateExportTo(namespace, to, isEntry, isSelective)
}
