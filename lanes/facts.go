package lanes

import "strings"

// Permissive returns how calls find their lane in a permissive group. It is the zero
// configuration where such a group has none, which ASM refuses, and nil for a strict
// group or a nil one.
func (g *ASMSwimLaneGroup) Permissive() *PermissiveModeConfiguration {
	if g == nil || g.Spec.IsPermissive == nil || !*g.Spec.IsPermissive {
		return nil
	}
	if g.Spec.PermissiveModeConfiguration == nil {
		return &PermissiveModeConfiguration{}
	}
	return g.Spec.PermissiveModeConfiguration
}

// RouteHeader returns the header that names the lane of a request. It is in lower case,
// since header names ignore letter case. It is empty for a strict group.
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

// GroupName returns the name of the lane's group, which a label holds; empty when it has
// none.
func (l *ASMSwimLane) GroupName() string { return l.Labels[LabelLaneGroup] }

// InForce reports whether the rule gets requests. ASM documents no default; in its types
// unset is false.
func (r IngressRule) InForce() bool { return r.Online != nil && *r.Online }
