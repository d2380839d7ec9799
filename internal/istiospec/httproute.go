package istiospec

import (
	"fmt"

	networking "istio.io/api/networking/v1"
)

// httpRoute checks one HTTP route.
// Source: Istio, pkg/config/validation, validateHTTPRoute.
func (v *routeFaults) httpRoute(p *at, r *networking.HTTPRoute) {
	if r == nil {
		v.add(RouteAction, p, "must not be null")
		return
	}
	v.action(p, r)
	v.matches(p, r.Match)
	v.headers(p, r.Headers)
	v.authority(p, r)
	v.cors(p, r.CorsPolicy)
	v.injection(p, r.Fault)
	v.mirrors(p, r)
	v.redirect(p, r)
	v.directResponse(p, r.DirectResponse)
	v.retries(p, r.Retries)
	v.rewrite(p, r.Rewrite)
	timeout := p.child("timeout")
	v.duration(RouteDuration, &timeout, r.Timeout)
	route := p.child("route")
	w := weights{n: len(r.Route)}
	for i, d := range r.Route {
		at := route.item(i)
		if d == nil {
			v.add(DestinationName, &at, "must not be null")
			continue
		}
		v.headers(&at, d.Headers)
		v.weighted(&at, d.Destination, d.Weight, &w)
	}
	v.sum(&route, w)
}

// action checks that a route does one thing with a request.
func (v *routeFaults) action(p *at, r *networking.HTTPRoute) {
	never := func(field, beside string, set bool) {
		if set {
			at := p.child(field)
			v.add(RouteAction, &at, "must not be set with "+beside)
		}
	}
	if r.Delegate != nil && !v.delegate {
		never("redirect", "delegate", r.Redirect != nil)
		never("route", "delegate", r.Route != nil)
		return // Istio checks no more
	}
	if r.Delegate != nil {
		at := p.child("delegate")
		v.add(DelegateRoutes, &at, "must not be set without hosts: what others delegate to delegates no further")
	}
	answer := ""
	switch {
	case r.Redirect != nil:
		answer = "redirect"
		never("directResponse", answer, r.DirectResponse != nil)
	case r.DirectResponse != nil:
		answer = "directResponse"
	case len(r.Route) == 0 && r.Delegate == nil:
		v.add(RouteAction, p, "must have a route, a redirect, a direct response or a delegate")
	}
	if answer != "" {
		never("route", answer, len(r.Route) > 0)
		never("fault", answer, r.Fault != nil)
		never("rewrite", answer, r.Rewrite != nil)
	}
	if r.Mirror != nil && len(r.Mirrors) > 0 {
		at := p.child("mirrors")
		v.add(Mirror, &at, "must not be set with mirror")
	}
}

// mirrors checks the destinations of copies of requests.
// Source: Istio, pkg/config/validation, validateHTTPRoute and validateHTTPMirrors.
func (v *routeFaults) mirrors(p *at, r *networking.HTTPRoute) {
	if r.Mirror != nil {
		at := p.child("mirror")
		v.destination(&at, r.Mirror)
	}
	//nolint:staticcheck // SA1019: Istio still reads the field
	if n := r.GetMirrorPercent().GetValue(); n > 100 {
		at := p.child("mirrorPercent")
		v.add(RoutePercentage, &at, fmt.Sprintf("must be between 0 and 100: %d", n))
	}
	percentage := p.child("mirrorPercentage")
	v.share(&percentage, r.MirrorPercentage)
	list := p.child("mirrors")
	for i, m := range r.Mirrors {
		at := list.item(i)
		if m.GetDestination() == nil {
			v.add(Mirror, &at, "must have a destination")
			continue
		}
		destination, percentage := at.child("destination"), at.child("percentage")
		v.destination(&destination, m.Destination)
		v.share(&percentage, m.Percentage)
	}
}

// share checks the percentage of mirrored requests.
func (v *routeFaults) share(p *at, percentage *networking.Percent) {
	if n := percentage.GetValue(); n < 0 || n > 100 {
		at := p.child("value")
		v.add(RoutePercentage, &at, fmt.Sprintf("must be between 0 and 100: %v", n))
	}
}
