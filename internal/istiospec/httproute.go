package istiospec

import (
	"fmt"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// httpRoute checks one HTTP route.
// Source: Istio, pkg/config/validation, validateHTTPRoute.
func (v *routeFaults) httpRoute(p *fieldpath.Path, r *networking.HTTPRoute) {
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
	v.duration(RouteDuration, p.Child("timeout"), r.Timeout)
	route := p.Child("route")
	w := weights{n: len(r.Route)}
	for i, d := range r.Route {
		at := route.Index(i)
		if d == nil {
			v.add(DestinationName, at, "must not be null")
			continue
		}
		v.headers(at, d.Headers)
		v.weighted(at, d.Destination, d.Weight, &w)
	}
	v.sum(route, w)
}

// action checks that a route does one thing with a request.
func (v *routeFaults) action(p *fieldpath.Path, r *networking.HTTPRoute) {
	never := func(field, beside string, set bool) {
		if set {
			v.add(RouteAction, p.Child(field), "must not be set with "+beside)
		}
	}
	if r.Delegate != nil && !v.delegate {
		never("redirect", "delegate", r.Redirect != nil)
		never("route", "delegate", r.Route != nil)
		return // Istio checks no more
	}
	if r.Delegate != nil {
		v.add(DelegateRoutes, p.Child("delegate"),
			"must not be set without hosts: what others delegate to delegates no further")
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
		v.add(Mirror, p.Child("mirrors"), "must not be set with mirror")
	}
}

// mirrors checks the destinations of copies of requests.
// Source: Istio, pkg/config/validation, validateHTTPRoute and validateHTTPMirrors.
func (v *routeFaults) mirrors(p *fieldpath.Path, r *networking.HTTPRoute) {
	if r.Mirror != nil {
		v.destination(p.Child("mirror"), r.Mirror)
	}
	//nolint:staticcheck // SA1019: Istio still reads the field
	if n := r.GetMirrorPercent().GetValue(); n > 100 {
		v.add(RoutePercentage, p.Child("mirrorPercent"), fmt.Sprintf("must be between 0 and 100: %d", n))
	}
	v.share(p.Child("mirrorPercentage"), r.MirrorPercentage)
	for i, m := range r.Mirrors {
		at := p.Child("mirrors").Index(i)
		if m.GetDestination() == nil {
			v.add(Mirror, at, "must have a destination")
			continue
		}
		v.destination(at.Child("destination"), m.Destination)
		v.share(at.Child("percentage"), m.Percentage)
	}
}

// share checks the percentage of mirrored requests.
func (v *routeFaults) share(p *fieldpath.Path, percentage *networking.Percent) {
	if n := percentage.GetValue(); n < 0 || n > 100 {
		v.add(RoutePercentage, p.Child("value"), fmt.Sprintf("must be between 0 and 100: %v", n))
	}
}
