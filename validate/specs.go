package validate

import (
	"slices"

	"github.com/swimlane-go/swimlane/internal/istiospec"
	"github.com/swimlane-go/swimlane/manifest"
)

// specCodes are the codes of what Istio refuses.
var specCodes = map[istiospec.Rule]Code{
	istiospec.RouteAction:     RouteAction,
	istiospec.DelegateRoutes:  DelegateRoutes,
	istiospec.NoRoute:         NoRoute,
	istiospec.RouteHost:       RouteHost,
	istiospec.RouteHostTwice:  RouteHostTwice,
	istiospec.RouteGateway:    RouteGateway,
	istiospec.OwnGateway:      OwnGateway,
	istiospec.StringMatch:     StringMatch,
	istiospec.HeaderName:      HeaderName,
	istiospec.ClaimMatch:      ClaimMatch,
	istiospec.HeaderValue:     HeaderValue,
	istiospec.AuthorityTwice:  AuthorityTwice,
	istiospec.RoutePort:       RoutePort,
	istiospec.MatchSource:     MatchSource,
	istiospec.MatchSubnet:     MatchSubnet,
	istiospec.SNIHost:         SNIHost,
	istiospec.DestinationName: DestinationName,
	istiospec.NegativeWeight:  NegativeWeight,
	istiospec.WeightsZero:     WeightsZero,
	istiospec.BadRegex:        BadRegex,
	istiospec.Mirror:          Mirror,
	istiospec.RoutePercentage: RoutePercentage,
	istiospec.FaultInjection:  FaultInjection,
	istiospec.Retries:         Retries,
	istiospec.RouteDuration:   RouteDuration,
	istiospec.Redirect:        Redirect,
	istiospec.DirectResponse:  DirectResponse,
	istiospec.Rewrite:         Rewrite,
	istiospec.CORSPolicy:      CORSPolicy,
	istiospec.RouteExportTo:   RouteExportTo,
}

// checkSpecs checks the objects of Istio by themselves.
func (c *checker) checkSpecs() {
	for _, o := range c.Set.Kind("VirtualService") {
		if vs := o.VirtualService(); vs != nil {
			c.refused(o, slices.DeleteFunc(istiospec.VirtualService(o.Ref.Namespace, vs), func(f istiospec.Fault) bool {
				return f.Rule == istiospec.NoRoute && o.Has("spec.dubbo") // ASM's own routes
			}))
		}
	}
	for _, o := range c.Set.Kind("Gateway") {
		if g := o.Gateway(); g != nil {
			c.refused(o, istiospec.Gateway(g))
		}
	}
	for _, o := range c.Set.Kind("DestinationRule") {
		if dr := o.DestinationRule(); dr != nil {
			c.refused(o, istiospec.DestinationRule(dr))
		}
	}
}

// refused reports why Istio refuses an object.
func (c *checker) refused(o manifest.Object, faults []istiospec.Fault) {
	for _, f := range faults {
		code := specCodes[f.Rule]
		c.reportAs(c.rules[code].Severity, code, o, f.Path, f.Message)
	}
}
