package lanes

import (
	"cmp"
	"fmt"
	"slices"
)

// Permissive lets the versions of an app lack services, and says where calls to missing
// services go. The RouteHeader holds the lane of a request; the services pass the
// TraceHeader on with every call, and ASM finds the lane by it. There are three ways:
//
//   - TraceHeader is a trace id, such as "x-request-id", with another value for every
//     request: ASM's sidecars remember the lane by it;
//   - TraceHeader is "baggage", and OpenTelemetry instruments the services: an
//     ASMHeaderPropagation, which you write, names the RouteHeader;
//   - TraceHeader is the RouteHeader: the services pass it on themselves. On Istio
//     without ASM it is the only way.
//
// Source: ASM, "Traffic lanes overview" and the comments of ASM's Go types.
//
// +kubebuilder:object:generate=false
type Permissive struct {
	// Baseline names the version of the baseline lane, which calls fall back to. It has
	// every service.
	Baseline string `json:"baseline"`
	// Fallbacks names, by service, a version other than Baseline that calls to
	// this service fall back to. It has the service. Since ASM 1.21.
	Fallbacks map[string]string `json:"fallbacks,omitempty"`
	// TraceHeader is the header that the services pass on; lower-case.
	TraceHeader string `json:"traceHeader"`
	// RouteHeader is the header that names the lane; neither a trace id nor
	// "baggage".
	RouteHeader string `json:"routeHeader"`
}

// Has reports whether a version has a service of the app.
func (v Version) Has(service string) bool { return !slices.Contains(v.Without, service) }

// ServingLane returns the lane that answers calls to a service from the lane of v: that
// lane when it has the service, else the lane of the service's fallback or of the
// baseline. It is empty in a strict app when the version lacks the service.
func (a App) ServingLane(v Version, service string) string {
	if v.Has(service) {
		return v.LaneName()
	}
	if a.Permissive == nil {
		return ""
	}
	return a.laneOf(cmp.Or(a.Permissive.Fallbacks[service], a.Permissive.Baseline))
}

// laneOf returns the lane of the version of that name, or "" when there is none.
func (a App) laneOf(version string) string {
	for _, v := range a.Versions {
		if v.Name == version {
			return v.LaneName()
		}
	}
	return ""
}

// LaneGroup returns the builder of the app's lane group.
func (a App) LaneGroup() LaneGroupBuilder {
	b := LaneGroupBuilder{
		Name:    a.Name,
		Gateway: GatewayRef{Name: a.Gateway.Name, Namespace: a.Gateway.Namespace, Type: IngressASM},
	}
	for _, s := range a.Services {
		b.Services = append(b.Services, a.serviceRef(s))
	}
	if p := a.Permissive; p != nil {
		b.Permissive = &PermissiveModeConfiguration{FallbackTarget: a.laneOf(p.Baseline), TraceHeader: p.TraceHeader,
			RouteHeader: p.RouteHeader}
		for service, version := range p.Fallbacks {
			if b.Permissive.ServiceLevelFallbackTarget == nil {
				b.Permissive.ServiceLevelFallbackTarget = make(map[string]string, len(p.Fallbacks))
			}
			s, _ := a.ServiceOf(service)
			ref := a.serviceRef(s)
			b.Permissive.ServiceLevelFallbackTarget[ref.Namespace+"/"+ref.Name] = a.laneOf(version)
		}
	}
	if a.Strategy != "" {
		b.Routing = &IngressRouting{Strategy: a.Strategy}
	}
	if a.Strategy == RoutingWeighted {
		b.Routing.WeightedRoutingRule = &WeightedRoutingRule{Hosts: a.Gateway.AllHosts(),
			RequestMatches: a.Gateway.Matches}
	}
	return b
}

func (a App) serviceRef(s AppService) ServiceRef {
	return ServiceRef{Name: s.Name, Namespace: cmp.Or(a.NamespaceOf(s), DefaultNamespace)}
}

// AllHosts returns the host names of the requests, "*" when there are none.
func (g Gateway) AllHosts() []string {
	if len(g.Hosts) == 0 {
		return []string{"*"}
	}
	return slices.Clone(g.Hosts)
}

// Lane returns the builder of a version's lane. With RoutingWeighted the caller sets its
// Weight: see [App.IngressWeight].
func (a App) Lane(v Version) LaneBuilder {
	b := LaneBuilder{Name: v.LaneName(), Group: a.Name, Selector: map[string]string{LabelVersion: v.Name}}
	if a.Permissive != nil {
		for _, s := range a.Services {
			if v.Has(s.Name) {
				b.Services = append(b.Services, a.serviceRef(s))
			}
		}
	}
	if a.Strategy == RoutingRuleBased {
		for i, match := range v.Matches {
			b.Rules = append(b.Rules, IngressRule{
				Name:   fmt.Sprintf("%s-%d", v.LaneName(), i+1),
				Online: new(true),
				Hosts:  a.Gateway.AllHosts(),
				Match:  &match,
				Route:  &IngressRoute{Destination: a.entryDestination()},
			})
		}
	}
	return b
}

// IngressWeight returns a lane's share of the requests, in percent, for an app
// with RoutingWeighted.
func (a App) IngressWeight(percent int) *IngressWeight {
	return &IngressWeight{Destination: a.entryDestination(), Weight: new(int32(percent))}
}

// EntryPort returns the port that a destination must name for requests that enter the
// app; 0 when the entry service has one port.
func (a App) EntryPort() uint32 {
	if s := a.Entry(); len(s.Ports) > 0 {
		return uint32(s.Port)
	}
	return 0
}

func (a App) entryDestination() *RouteDestination {
	d := &RouteDestination{Host: a.HostOf(a.Entry())}
	if port := a.EntryPort(); port != 0 {
		d.PortNum = &port
	}
	return d
}
