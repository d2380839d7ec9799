package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// checkGateways checks that the gateways that VirtualServices name exist, and that
// they serve the hosts.
func (c *checker) checkGateways() {
	for _, o := range c.routes {
		vs := o.VirtualService()
		names := make([]string, len(vs.Gateways))
		for i, gateway := range vs.Gateways {
			names[i] = istioname.Gateway(gateway, o.Ref.Namespace)
			if gateway != istioname.Mesh {
				c.gateway(o, fieldpath.New("spec.gateways").Index(i), names[i])
			}
		}
		c.hosts(o, names)
		c.gatewayOfNoHost(o, names)
	}
}

// gateway checks that a gateway exists: one of Istio, or one of the Gateway API, which
// VirtualServices may name too.
func (c *checker) gateway(o *manifest.Object, path *fieldpath.Path, name string) {
	ref := manifest.Ref{Group: "networking.istio.io", Kind: "Gateway"}
	ref.Namespace, ref.Name, _ = strings.Cut(name, "/")
	api := ref
	api.Group = "gateway.networking.k8s.io"
	_, found := c.Set.Get(ref)
	if _, other := c.Set.Get(api); !found && !other && !c.elsewhere(ref) && !c.elsewhere(api) {
		c.report(GatewayNotFound, o, path, "must be a Gateway that exists: "+name)
	}
}

// hosts checks that a Gateway of a VirtualService serves each of its hosts. A Gateway
// outside the set may serve any.
func (c *checker) hosts(o *manifest.Object, gateways []string) {
	var room [4]mesh.Server
	servers := room[:0]
	hidden := "" // the namespace of a Gateway that does not see the VirtualService
	for _, ref := range gateways {
		g := c.Gateway(ref)
		if g == nil || len(g.Servers) == 0 { // the sidecars, or a Gateway without HTTP
			return
		}
		if vs := c.Roots(o.Ref); len(vs) > 0 && !vs[0].VisibleTo(g.Namespace) {
			hidden = g.Namespace
			continue
		}
		servers = append(servers, g.Servers...)
	}
	if len(servers) == 0 && hidden != "" {
		c.report(HostNotServed, o, fieldpath.New("spec.exportTo"),
			"must name the namespace of a Gateway of the route: "+hidden)
	}
	if len(servers) == 0 {
		return
	}
	for i, host := range o.VirtualService().Hosts {
		full := c.Domain.Full(host, o.Ref.Namespace)
		if !slices.ContainsFunc(servers, func(s mesh.Server) bool { return s.Serves(o.Ref.Namespace, full) }) {
			c.report(HostNotServed, o, fieldpath.New("spec.hosts").Index(i),
				fmt.Sprintf("must be a host that a Gateway of the route serves for namespace %s: %s", o.Ref.Namespace,
					full))
		}
	}
}

// gatewayOfNoHost checks that each Gateway of a VirtualService serves one of its hosts.
func (c *checker) gatewayOfNoHost(o *manifest.Object, gateways []string) {
	for i, ref := range gateways {
		g := c.Gateway(ref)
		switch {
		case g == nil, len(g.Servers) == 0 && !g.Empty: // the sidecars, or a Gateway without HTTP
			continue
		case len(gateways) == 1 && !g.Empty: // hosts checks each host
			continue
		}
		if !slices.ContainsFunc(o.VirtualService().Hosts, func(host string) bool {
			full := c.Domain.Full(host, o.Ref.Namespace)
			return slices.ContainsFunc(g.Servers, func(s mesh.Server) bool { return s.Serves(o.Ref.Namespace, full) })
		}) {
			c.report(GatewayOfNoHost, o, fieldpath.New("spec.gateways").Index(i),
				"must be a Gateway that serves a host of the VirtualService: "+g.Ref)
		}
	}
}

// entryHosts checks that the Gateway of a lane group serves the hosts that requests
// enter its lanes by.
func (c *checker) entryHosts(g *mesh.Group) {
	ingress := g.Object.LaneGroup().Spec.Ingress
	if ingress == nil || ingress.Gateway == nil {
		return
	}
	at := c.Gateway(ingress.Gateway.Namespace + "/" + ingress.Gateway.Name)
	if at == nil || len(at.Servers) == 0 {
		return
	}
	check := func(o *manifest.Object, path *fieldpath.Path, hosts []string) {
		for i, host := range hosts {
			if !slices.ContainsFunc(at.Servers, func(s mesh.Server) bool { return s.Serves(at.Namespace, host) }) {
				c.report(HostNotServed, o, path.Child("hosts").Index(i),
					fmt.Sprintf("must be a host that Gateway %s serves: %s", at.Ref, host))
			}
		}
	}
	if g.Object.LaneGroup().Strategy() == lanes.RoutingWeighted {
		if rule := ingress.IngressRouting.WeightedRoutingRule; rule != nil {
			check(&g.Object, fieldpath.New("spec.ingress.ingressRouting.weightedRoutingRule"), rule.Hosts)
		}
		return
	}
	for _, o := range g.Lanes {
		for i, rule := range o.Lane().Spec.IngressRules {
			if rule.InForce() {
				check(&o, fieldpath.New("spec.ingressRules").Index(i), rule.Hosts)
			}
		}
	}
}
