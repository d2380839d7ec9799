package validate

import (
	"slices"

	"github.com/swimlane-go/swimlane/internal/istiospec"
	"github.com/swimlane-go/swimlane/manifest"
)

// specCodes are the codes of Istio's refusals.
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

	istiospec.GatewayName:       GatewayName,
	istiospec.NoServer:          NoServer,
	istiospec.ServerPort:        ServerPort,
	istiospec.ServerHost:        ServerHost,
	istiospec.ServerBind:        ServerBind,
	istiospec.ServerTLS:         ServerTLS,
	istiospec.ServerCertificate: ServerCertificate,

	istiospec.RuleHost:               RuleHost,
	istiospec.SubsetName:             SubsetName,
	istiospec.PodLabels:              PodLabels,
	istiospec.TrafficPolicy:          TrafficPolicy,
	istiospec.LoadBalancer:           LoadBalancer,
	istiospec.Locality:               Locality,
	istiospec.ConnectionPool:         ConnectionPool,
	istiospec.OutlierDetection:       OutlierDetection,
	istiospec.ClientTLS:              ClientTLS,
	istiospec.PolicyDuration:         PolicyDuration,
	istiospec.Tunnel:                 Tunnel,
	istiospec.ExportTo:               ExportTo,
	istiospec.WorkloadSelector:       WorkloadSelector,
	istiospec.ServiceEntryHost:       ServiceEntryHost,
	istiospec.ServiceEntryAddress:    ServiceEntryAddress,
	istiospec.ServiceEntryPort:       ServiceEntryPort,
	istiospec.ServiceEntryResolution: ServiceEntryResolution,
	istiospec.ServiceEntryEndpoint:   ServiceEntryEndpoint,
}

// checkSpecs checks single objects of Istio.
func (c *checker) checkSpecs() {
	for _, o := range c.routes {
		faults := istiospec.VirtualService(o.Ref.Namespace, o.VirtualService())
		c.refused(o, slices.DeleteFunc(faults, func(f istiospec.Fault) bool {
			return f.Rule == istiospec.NoRoute && o.Has("spec.dubbo") // ASM's own routes
		}))
	}
	for _, o := range c.gateways {
		c.refused(o, istiospec.Gateway(o.Ref.Name, o.Gateway()))
	}
	for _, o := range c.destinationRules {
		c.refused(o, istiospec.DestinationRule(o.Ref.Namespace, o.DestinationRule()))
	}
	for i := range c.Objects {
		if o := &c.Objects[i]; o.ServiceEntry() != nil {
			c.refused(o, istiospec.ServiceEntry(o.Ref.Namespace, o.Meta().GetLabels(), o.ServiceEntry()))
		}
	}
}

// refused reports why Istio refuses an object.
func (c *checker) refused(o *manifest.Object, faults []istiospec.Fault) {
	for _, f := range faults {
		code := specCodes[f.Rule]
		c.reportAs(c.rules[code].Severity, code, o, f.Path, f.Message)
	}
}
