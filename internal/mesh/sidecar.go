package mesh

import (
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/istioname"
)

// called returns a host of a VirtualService as calls write it: letter case matters in wildcards
// only. Source: Istio, separateVSHostsAndServices.
func called(host string) string {
	if strings.HasPrefix(host, "*") {
		return host
	}
	return strings.ToLower(host)
}

// SidecarRules returns the routes that a caller has for a call. A sidecar has the routes of the
// first VirtualService with any for it; a waypoint has the routes of all.
func (m *Mesh) SidecarRules(from Caller, c Call) []*Rule {
	if from.Waypoint {
		return m.waypointRules(from, c.Host, c.Port)
	}
	first := func(all []*VirtualService) []*Rule {
		for _, vs := range all {
			if rules := vs.RulesFor(from, c.Port); len(rules) > 0 {
				return rules
			}
		}
		return nil
	}
	if m.Services[c.Host] != nil || m.External(c.Host, from.Namespace) {
		return first(m.forService(from.Namespace, c))
	}
	var rules []*Rule
	m.sidecars.Find(c.Host, func(all []*VirtualService) bool {
		rules = first(slices.DeleteFunc(forNamespace(all, from.Namespace),
			func(vs *VirtualService) bool { return !m.outsideAt(vs, c.Port) }))
		return len(rules) > 0
	})
	return rules
}

// forService returns the VirtualServices that a namespace has for a call to a Service, in the order
// in which Istio tries them. They are those of the most specific host; of a wildcard only the first
// counts. A call may write a host that is not itself a Service, such as "mockb.shop": the
// VirtualServices for that host are added.
// Source: Istio, computeWildcardHostVirtualServiceIndex, BuildSidecarOutboundVirtualHosts.
func (m *Mesh) forService(namespace string, c Call) []*VirtualService {
	exact, _ := m.sidecars.Get(c.Host)
	seen := forNamespace(exact, namespace)
	if len(seen) == 0 {
		m.sidecars.Find(c.Host, func(all []*VirtualService) bool {
			seen = forNamespace(all, namespace)
			return len(seen) > 0
		})
		seen = seen[:min(1, len(seen))]
	}
	written, _, _ := strings.Cut(strings.ToLower(c.Authority), ":")
	named, _ := m.sidecars.Get(written)
	if len(named) == 0 || written == c.Host || m.Services[written] != nil {
		return seen
	}
	return forNamespace(slices.DeleteFunc(slices.Clone(m.VirtualServices), func(vs *VirtualService) bool {
		return !slices.Contains(seen, vs) && (!slices.Contains(named, vs) || !m.outsideAt(vs, c.Port))
	}), namespace)
}

// outsideAt reports whether a VirtualService serves, at a port, its hosts that are not Services. It
// does at the HTTP ports of its Services; without any Service, at port 80.
// Source: Istio, buildSidecarVirtualHostsForVirtualService.
func (m *Mesh) outsideAt(vs *VirtualService, port uint32) bool {
	none := true
	for _, name := range vs.Hosts {
		for _, host := range m.Hosts {
			if !istioname.Covers(called(name), host) {
				continue
			}
			if s := m.Services[host]; s.HasPort(port) && s.IsHTTP(port) {
				return true
			}
			none = false
		}
	}
	return none && (port == 80 || port == 0)
}

// waypointRules returns the routes of the VirtualServices that a waypoint uses. They are in the
// namespace of the waypoint or of the Service, and any of their hosts covers the Service.
// Source: Istio, listener_waypoint.go, getVirtualServiceForWaypoint.
func (m *Mesh) waypointRules(from Caller, host string, port uint32) []*Rule {
	s := m.Services[host]
	var all []*VirtualService
	for _, vs := range m.VirtualServices {
		near := vs.Ref.Namespace == from.Namespace || s != nil && vs.Ref.Namespace == s.Object.Ref.Namespace
		if near && vs.AtMesh() && slices.ContainsFunc(vs.Hosts,
			func(h string) bool { return istioname.Covers(h, host) }) {
			all = append(all, vs)
		}
	}
	var out []*Rule
	for _, vs := range forNamespace(all, from.Namespace) {
		out = append(out, vs.RulesFor(from, port)...)
	}
	return out
}

// HasSidecarRules reports whether a VirtualService for sidecars covers a host.
func (m *Mesh) HasSidecarRules(host string) bool {
	_, found := m.sidecars.Find(host, nil)
	return found
}
