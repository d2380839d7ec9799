package mesh

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/manifest"
)

// unread has objects that the library does not read although they decide where requests go.
type unread struct {
	// httpRoutes are the HTTPRoutes and other routes of the Gateway API for Services, by
	// "namespace/name" of the Service. atGateway are the routes for Gateways.
	httpRoutes map[string]manifest.Object
	atGateway  []manifest.Object
	// plain are the VirtualServices with TCP or TLS routes.
	plain []*VirtualService
}

// add takes an object of the Gateway API in a namespace.
func (u *unread) add(o manifest.Object, value *unstructured.Unstructured, in string) {
	if !slices.Contains([]string{"HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute"}, o.Ref.Kind) {
		return
	}
	parents, _, _ := unstructured.NestedSlice(value.Object, "spec", "parentRefs")
	for _, p := range parents {
		parent, _ := p.(map[string]any)
		kind, _ := parent["kind"].(string)
		name, _ := parent["name"].(string)
		namespace, _ := parent["namespace"].(string)
		switch cmp.Or(kind, "Gateway") {
		case "Gateway":
			u.atGateway = append(u.atGateway, o)
		case "Service":
			if u.httpRoutes == nil {
				u.httpRoutes = map[string]manifest.Object{}
			}
			u.httpRoutes[cmp.Or(namespace, in)+"/"+name] = o
		}
	}
}

// routes takes a VirtualService.
func (u *unread) routes(vs *VirtualService) {
	if spec := vs.Object.VirtualService(); len(spec.Tls) > 0 || len(spec.Tcp) > 0 {
		u.plain = append(u.plain, vs)
	}
}

// RouteOf returns the route of the Gateway API for a Service. Istio follows it and ignores the
// VirtualServices. Source: Istio, "Kubernetes Gateway API", GAMMA.
func (m *Mesh) RouteOf(s *Service) (manifest.Object, bool) {
	o, found := m.unread.httpRoutes[s.Object.Ref.Namespace+"/"+s.Object.Ref.Name]
	return o, found
}

// RoutesAtGateways returns the routes of the Gateway API for Gateways.
func (m *Mesh) RoutesAtGateways() []manifest.Object { return m.unread.atGateway }

// PlainFor returns the VirtualServices with TCP or TLS routes that are bound to a gateway and
// overlap a host. An empty host means any.
func (m *Mesh) PlainFor(gateway, host string) []*VirtualService {
	var out []*VirtualService
	for _, vs := range m.unread.plain {
		if slices.Contains(vs.Gateways, gateway) &&
			(host == "" || slices.ContainsFunc(vs.Hosts, func(h string) bool { return istioname.Overlap(h, host) })) {
			out = append(out, vs)
		}
	}
	return out
}
