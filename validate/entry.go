package validate

import (
	"fmt"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/hostname"
	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// checkEntries checks the routes by which requests enter the lanes of a group:
// those of VirtualServices at a gateway.
func (c *checker) checkEntries() {
	entries := c.laneEntries()
	for _, o := range c.set.Kind("VirtualService") {
		vs := o.VirtualService()
		if vs == nil || !slices.ContainsFunc(vs.Gateways, func(g string) bool { return g != "mesh" }) {
			continue
		}
		mixed := map[string]bool{}
		for i, r := range vs.Http {
			for j, d := range r.GetRoute() {
				host := hostname.Full(d.GetDestination().GetHost(), o.Ref.Namespace)
				group, found := c.groupOf[subset{host, d.GetDestination().GetSubset()}]
				if !found {
					continue
				}
				c.routeHeader(o, field.NewPath("spec", "http").Index(i).Child("route").Index(j), group, r, d)
				if other, clash := entries[group].clash(o); clash && !mixed[group] {
					mixed[group] = true
					c.report(MixedStrategies, o, field.NewPath("spec", "hosts"),
						fmt.Sprintf("must not send requests into lanes of group %s beside %s, at the same gateway and host", group, other))
				}
			}
		}
	}
}

// routeHeader checks that a destination in a permissive group names its lane in
// the route header, so that the calls which follow find it.
func (c *checker) routeHeader(o manifest.Object, path *field.Path, group string, r *networking.HTTPRoute, d *networking.HTTPRouteDestination) {
	spec := c.groups[group].LaneGroup().Spec
	if spec.IsPermissive == nil || !*spec.IsPermissive || spec.PermissiveModeConfiguration == nil || spec.PermissiveModeConfiguration.RouteHeader == "" {
		return
	}
	header := spec.PermissiveModeConfiguration.RouteHeader
	lane, set := istioname.Header(d.GetHeaders().GetRequest().GetSet(), header)
	if !set {
		lane, set = istioname.Header(r.GetHeaders().GetRequest().GetSet(), header)
	}
	// A request that is matched by the header has it already.
	has := len(r.GetMatch()) > 0 && !slices.ContainsFunc(r.GetMatch(), func(m *networking.HTTPMatchRequest) bool {
		_, found := istioname.Header(m.GetHeaders(), header)
		return !found
	})
	switch {
	case !set && !has:
		c.report(RouteHeaderNotSet, o, path.Child("headers", "request", "set").Key(header), "must be set to the lane: group "+group+" is permissive")
	case set && !slices.ContainsFunc(c.lanesOf[group], func(o manifest.Object) bool { return o.Ref.Name == lane }):
		c.report(RouteHeaderNotSet, o, path.Child("headers", "request", "set").Key(header), fmt.Sprintf("must be a lane of group %s: %q", group, lane))
	}
}

// laneEntry is how ASM itself lets requests into the lanes of a group.
type laneEntry struct {
	gateway string // namespace/name
	hosts   []string
	by      string // the object that says so
}

// laneEntries returns, by group, what its lanes say of the requests they take.
func (c *checker) laneEntries() map[string]laneEntry {
	out := map[string]laneEntry{}
	for name, group := range c.groups {
		ingress := group.LaneGroup().Spec.Ingress
		if ingress == nil || ingress.Gateway == nil {
			continue
		}
		entry := laneEntry{gateway: ingress.Gateway.Namespace + "/" + ingress.Gateway.Name}
		weighted := ingress.IngressRouting != nil && ingress.IngressRouting.Strategy == lanes.RoutingWeighted
		if weighted && ingress.IngressRouting.WeightedRoutingRule != nil {
			entry.hosts = ingress.IngressRouting.WeightedRoutingRule.Hosts
		}
		for _, o := range c.lanesOf[name] {
			spec := o.Lane().Spec
			if weighted && spec.IngressWeight == nil || !weighted && len(spec.IngressRules) == 0 {
				continue
			}
			if entry.by == "" {
				entry.by = o.Ref.String()
			}
			for _, rule := range spec.IngressRules {
				if !weighted && rule.Online != nil && *rule.Online { // ASM documents no default
					entry.hosts = append(entry.hosts[:len(entry.hosts):len(entry.hosts)], rule.Hosts...)
				}
			}
		}
		if entry.by != "" {
			out[name] = entry
		}
	}
	return out
}

// clash reports whether a VirtualService is at the same gateway and for a host
// that the lanes are for too, and what says so.
func (e laneEntry) clash(o manifest.Object) (by string, clash bool) {
	if e.by == "" {
		return "", false
	}
	vs := o.VirtualService()
	at := slices.ContainsFunc(vs.Gateways, func(g string) bool { return g == e.gateway || o.Ref.Namespace+"/"+g == e.gateway })
	return e.by, at && slices.ContainsFunc(vs.Hosts, func(a string) bool {
		return slices.ContainsFunc(e.hosts, func(b string) bool { return overlap(a, b) })
	})
}

// overlap reports whether there is a host that both are for; either may begin
// with a wildcard.
func overlap(a, b string) bool {
	suffixA, wildA := strings.CutPrefix(a, "*")
	suffixB, wildB := strings.CutPrefix(b, "*")
	switch {
	case wildA && wildB:
		return strings.HasSuffix(suffixA, suffixB) || strings.HasSuffix(suffixB, suffixA)
	case wildA:
		return strings.HasSuffix(b, suffixA)
	case wildB:
		return strings.HasSuffix(a, suffixB)
	}
	return a == b
}
