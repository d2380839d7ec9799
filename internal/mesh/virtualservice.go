package mesh

import (
	"cmp"
	"fmt"
	"slices"

	networking "istio.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/manifest"
)

// VirtualService is a VirtualService with resolved names and with the routes of its delegates.
type VirtualService struct {
	// Ref is the Ref of the object. Object is the zero Object if no object holds the routes, as for
	// the routes that ASM makes.
	Ref    manifest.Ref
	Object manifest.Object
	// Created is when the object was created; zero if the set does not say.
	Created metav1.Time
	// Hosts are full hosts, in the letter case of the object, sorted, each once.
	Hosts []string
	// Gateways are "namespace/name" or istioname.Mesh.
	Gateways []string
	// Rules are its routes over HTTP.
	Rules []Rule

	exportTo []string // namespaces, or "*"; empty means every one
	sources  *sources // nil if the rules have no index
}

// Rule is one match of one HTTP route. Istio makes one route from it.
type Rule struct {
	// Namespace is the namespace in which the names of the route are read.
	Namespace string
	// Object holds the route, at spec.http[HTTP]; nil when no object does. Root is for messages:
	// for a delegate, the route that delegates to it; without an object, what makes the route.
	Object *manifest.Object
	HTTP   int
	Root   string
	// Maker is the lane group from which ASM makes the route; the zero Ref for other routes.
	Maker manifest.Ref

	// Match is nil for a route of every request.
	Match *networking.HTTPMatchRequest
	Route *networking.HTTPRoute
}

// At says where the route is written, for messages.
func (r *Rule) At() string {
	if r.Object == nil {
		return r.Root
	}
	at := fmt.Sprintf("%s http[%d]", r.Object.Ref, r.HTTP)
	if r.Root != "" {
		return r.Root + " to " + at
	}
	return at
}

// addVirtualServices indexes VirtualServices by their hosts and gateways. VirtualServices without
// hosts are delegates: their routes are added where a route names them.
func (m *Mesh) addVirtualServices(objects []*manifest.Object) {
	for _, o := range objects {
		if len(o.VirtualService().Hosts) == 0 {
			put(&m.delegates, o.Ref, *o)
		}
	}
	m.VirtualServices = make([]*VirtualService, 0, len(objects)-len(m.delegates))
	m.roots = make(map[manifest.Ref][]*VirtualService, len(objects))
	for _, o := range objects {
		if len(o.VirtualService().Hosts) == 0 {
			continue
		}
		vs := m.newVirtualService(o)
		m.VirtualServices = append(m.VirtualServices, vs)
		n := len(m.VirtualServices)
		m.roots[o.Ref] = m.VirtualServices[n-1 : n : n]
		if vs.AtMesh() {
			for _, host := range vs.Hosts {
				m.sidecars.Update(called(host),
					func(old []*VirtualService) []*VirtualService { return append(old, vs) })
			}
		}
		for _, gateway := range vs.Gateways {
			if at := m.atGateway[gateway]; len(at) == 0 || at[len(at)-1] != vs { // it may be named twice
				put(&m.atGateway, gateway, append(at, vs))
			}
		}
	}
}

func (m *Mesh) newVirtualService(o *manifest.Object) *VirtualService {
	spec := o.VirtualService()
	hosts := len(spec.Hosts)
	names := make([]string, hosts+max(1, len(spec.Gateways)))
	vs := m.virtualServices.add(VirtualService{Ref: o.Ref, Object: *o, Created: o.Meta().GetCreationTimestamp(),
		Hosts: names[:hosts:hosts], Gateways: names[hosts:], Rules: make([]Rule, 0, len(spec.Http)),
		exportTo: exported(spec.ExportTo, o.Ref.Namespace)})
	for i, host := range spec.Hosts {
		vs.Hosts[i] = m.Domain.Full(host, vs.Ref.Namespace)
	}
	slices.Sort(vs.Hosts)
	vs.Hosts = slices.Compact(vs.Hosts)
	vs.Gateways[0] = istioname.Mesh
	for i, gateway := range spec.Gateways {
		vs.Gateways[i] = istioname.Gateway(gateway, vs.Ref.Namespace)
	}
	for i, route := range spec.Http {
		r := Rule{Namespace: vs.Ref.Namespace, Object: &vs.Object, HTTP: i, Route: route}
		if d := route.GetDelegate(); d != nil {
			if delegate, found := m.Delegate(vs.Ref, d); found {
				vs.delegate(r.At(), route, delegate)
				if of := m.roots[delegate.Ref]; len(of) == 0 || of[len(of)-1] != vs {
					m.roots[delegate.Ref] = append(of, vs)
				}
			}
			continue
		}
		vs.Add(r, route.GetMatch())
	}
	vs.index()
	m.unread.routes(vs)
	return vs
}

// AtMesh reports whether the routes are for sidecars.
func (vs *VirtualService) AtMesh() bool { return slices.Contains(vs.Gateways, istioname.Mesh) }

// Delegate returns the VirtualService to which a route of another one delegates.
func (m *Mesh) Delegate(from manifest.Ref, d *networking.Delegate) (manifest.Object, bool) {
	from.Namespace, from.Name = cmp.Or(d.Namespace, from.Namespace), d.Name
	o, found := m.delegates[from]
	return o, found
}

// Roots returns the VirtualServices that contain the routes of an object: the object itself if it
// has hosts, else those that delegate to it.
func (m *Mesh) Roots(ref manifest.Ref) []*VirtualService { return m.roots[ref] }

// Add adds a rule for each match of a route, or one rule for every request.
func (vs *VirtualService) Add(r Rule, matches []*networking.HTTPMatchRequest) {
	vs.sources = nil
	if len(matches) == 0 {
		vs.Rules = append(vs.Rules, r)
	}
	for _, match := range matches {
		r.Match = match
		vs.Rules = append(vs.Rules, r)
	}
}

// AtGateway returns the VirtualServices that are bound to a gateway and visible to a namespace, in
// the order in which Istio tries them.
func (m *Mesh) AtGateway(ref, namespace string) []*VirtualService {
	return forNamespace(m.atGateway[ref], namespace)
}

// Bound returns the gateways that VirtualServices name, sorted.
func (m *Mesh) Bound() []string {
	out := make([]string, 0, len(m.atGateway))
	for ref := range m.atGateway {
		out = append(out, ref)
	}
	slices.Sort(out)
	return out
}

// forNamespace returns the VirtualServices that a namespace sees: first its own that are not for
// all, last those for all.
func forNamespace(all []*VirtualService, namespace string) []*VirtualService {
	var own, exportedTo, public []*VirtualService
	for _, vs := range all {
		switch {
		case len(vs.exportTo) == 0 || slices.Contains(vs.exportTo, "*"):
			public = append(public, vs)
		case !slices.Contains(vs.exportTo, namespace):
		case vs.Ref.Namespace == namespace:
			own = append(own, vs)
		default:
			exportedTo = append(exportedTo, vs)
		}
	}
	return slices.Concat(own, exportedTo, public)
}

// VisibleTo reports whether a namespace sees the VirtualService.
func (vs *VirtualService) VisibleTo(namespace string) bool { return visible(vs.exportTo, namespace) }

// ExportedTo returns the namespaces that see the VirtualService, "*" for all.
func (vs *VirtualService) ExportedTo() []string {
	if len(vs.exportTo) == 0 || slices.Contains(vs.exportTo, "*") {
		return []string{"*"}
	}
	return vs.exportTo
}

// RulesFor returns the routes that exist for a caller at a port, up to the first one for every
// request.
func (vs *VirtualService) RulesFor(c Caller, port uint32) []*Rule {
	var out []*Rule
	for i := range vs.candidates(c) {
		r := &vs.Rules[i]
		if !r.existsFor(c, port) {
			continue
		}
		out = append(out, r)
		if r.CatchAll() {
			break
		}
	}
	return out
}

// Selective reports whether some routes exist only for some callers or ports.
func (vs *VirtualService) Selective() bool {
	return slices.ContainsFunc(vs.Rules, func(r Rule) bool {
		m := r.Match
		return len(m.GetGateways()) > 0 || len(m.GetSourceLabels()) > 0 || m.GetSourceNamespace() != "" ||
			m.GetPort() != 0
	})
}

// existsFor reports whether Istio makes the route for a caller at a port. A match
// that names gateways does not look at the caller's labels or namespace.
func (r *Rule) existsFor(c Caller, port uint32) bool {
	m := r.Match
	switch {
	case m == nil:
		return true
	case c.Waypoint && len(m.SourceLabels) > 0:
		return false
	case m.Port != 0 && m.Port != port:
		return false
	case len(m.Gateways) > 0:
		return slices.ContainsFunc(m.Gateways,
			func(g string) bool { return istioname.Gateway(g, r.Namespace) == c.Gateway })
	}
	return labelindex.Covers(c.Labels, m.SourceLabels) && (m.SourceNamespace == "" || m.SourceNamespace == c.Namespace)
}

// CatchAll reports whether the route is for every request, by Istio's rule.
// Source: Istio, pilot/pkg/networking/core/route, IsCatchAllRoute.
func (r *Rule) CatchAll() bool {
	m := r.Match
	if m == nil {
		return true
	}
	anyPath := m.Uri == nil || m.Uri.MatchType == nil || m.Uri.GetPrefix() == "/" || m.Uri.GetRegex() == ".*"
	return anyPath && len(m.Headers) == 0 && len(m.WithoutHeaders) == 0 && len(m.QueryParams) == 0 &&
		m.Method == nil && m.Authority == nil && m.Scheme == nil
}
