package lanes

import "strings"

// Permissive returns how calls find their lane in a permissive group: the zero
// configuration where the group has none, which ASM refuses. It is nil for a strict
// group, and for a nil one.
func (g *ASMSwimLaneGroup) Permissive() *PermissiveModeConfiguration {
	if g == nil || g.Spec.IsPermissive == nil || !*g.Spec.IsPermissive {
		return nil
	}
	if g.Spec.PermissiveModeConfiguration == nil {
		return &PermissiveModeConfiguration{}
	}
	return g.Spec.PermissiveModeConfiguration
}

// RouteHeader returns the header that names the lane of a request, in lower case,
// since letter case does not matter in the names of headers. It is empty for a
// strict group.
func (g *ASMSwimLaneGroup) RouteHeader() string {
	if p := g.Permissive(); p != nil {
		return strings.ToLower(p.RouteHeader)
	}
	return ""
}

// Routing returns how the group shares requests among its lanes; nil when it does
// not say.
func (g *ASMSwimLaneGroup) Routing() *IngressRouting {
	if g == nil || g.Spec.Ingress == nil {
		return nil
	}
	return g.Spec.Ingress.IngressRouting
}

// Strategy returns the routing strategy that the group names; empty when it names
// none.
func (g *ASMSwimLaneGroup) Strategy() RoutingStrategy {
	if r := g.Routing(); r != nil {
		return r.Strategy
	}
	return ""
}

// GroupName returns the name of the lane's group, which stands in a label; empty
// when it has none.
func (l *ASMSwimLane) GroupName() string { return l.Labels[LabelLaneGroup] }

// InForce reports whether the rule takes requests. ASM documents no default; in
// its own types unset is false.
func (r IngressRule) InForce() bool { return r.Online != nil && *r.Online }
