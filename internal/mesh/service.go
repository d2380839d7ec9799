package mesh

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// Service is a Kubernetes Service with the workloads that serve it.
type Service struct {
	Object manifest.Object
	// Host is the full host. Name is the name for messages: with the namespace if several Services
	// of the set have the name.
	Host, Name string
	Spec       *corev1.ServiceSpec
	// Pods are the workloads that the Service's selector selects, in the order of Mesh.Workloads.
	Pods []*Workload
	// Group is the lane group that lists the Service, the first one by name; nil for none.
	Group *Group
	// Waypoint is the waypoint that requests to the Service pass; nil for none. AtIngress says that
	// requests from a gateway pass it too.
	Waypoint  *Caller
	AtIngress bool

	index   labelindex.Bearers[*Workload] // of the pods, if there are many and no lane group
	subsets []subset                      // of its DestinationRules
	byLane  map[string][]*Workload        // only for a Service of a lane group
	lanes   [][]string                    // the lanes, or subsets, of its pods, in their order
	hasLane []string                      // the subsets, else the versions, sorted if they are many
}

// subset is a named selector: a subset of a DestinationRule, or a lane.
type subset struct {
	name     string
	selector map[string]string
}

// addServices finds the pods of every Service.
func (m *Mesh) addServices() {
	var named map[string]int
	m.Hosts = make([]string, 0, len(m.Services))
	for host, s := range m.Services {
		if len(m.Services) > 1 {
			put(&named, s.Object.Ref.Name, named[s.Object.Ref.Name]+1)
		}
		m.Hosts = append(m.Hosts, host)
	}
	slices.Sort(m.Hosts)
	for _, host := range m.Hosts {
		s := m.Services[host]
		namespace := s.Object.Ref.Namespace
		if named[s.Object.Ref.Name] > 1 {
			s.Name += "." + namespace
		}
		s.Pods = m.pods.Selected(namespace, s.Spec.Selector)
		for _, w := range s.Pods {
			w.Services++
		}
		s.Waypoint = m.waypointOf(s)
		s.AtIngress = s.Waypoint != nil && s.Object.Meta().GetLabels()["istio.io/ingress-use-waypoint"] == "true"
	}
}

// addLanes finds the lanes of the pods of every Service. Outside of lane groups a lane is a subset,
// else the version of the pod.
func (m *Mesh) addLanes() {
	for _, host := range m.Hosts {
		s := m.Services[host]
		s.lanes = make([][]string, len(s.Pods))
		if s.Group != nil {
			s.byLane = make(map[string][]*Workload, len(s.Group.Lanes))
			for i, w := range s.Pods {
				s.lanes[i] = s.Group.LanesOf(w.Labels)
				for _, name := range s.lanes[i] {
					s.byLane[name] = append(s.byLane[name], w)
				}
			}
			continue
		}
		if len(s.Pods) >= few {
			for _, w := range s.Pods {
				s.index.Add("", w.Labels, w)
			}
		}
		s.addSubsets()
	}
}

// addSubsets finds the subsets of the pods, else their versions.
func (s *Service) addSubsets() {
	known := newSelectors(s.subsets)
	var versions []string
	for i, w := range s.Pods {
		s.lanes[i] = known.selecting(w.Labels)
		if version := lanes.VersionOf(w.Labels); len(s.lanes[i]) == 0 && version != "" {
			versions = append(versions, version)
			s.lanes[i] = versions[len(versions)-1 : len(versions) : len(versions)]
		}
	}
	s.hasLane = known.names
	if len(known.names) == 0 {
		s.hasLane = versions // of all pods, since no subset selects any
	}
	if len(s.hasLane) >= few {
		s.hasLane = slices.Sorted(slices.Values(s.hasLane))
	}
}

// Selected returns the pods of the Service that bear all labels of a selector. An empty selector
// selects all.
func (s *Service) Selected(selector map[string]string) []*Workload {
	switch {
	case len(selector) == 0:
		return s.Pods
	case s.Group == nil && len(s.Pods) >= few:
		return s.index.Selected("", selector)
	}
	return selected(s.Pods, selector) // few, or of a lane group, for which DestinationRules are rare
}

// Selects reports whether some pods of the Service bear all labels of a selector.
func (s *Service) Selects(selector map[string]string) bool {
	if s.Group == nil && len(s.Pods) >= few {
		return len(s.Selected(selector)) > 0
	}
	return slices.ContainsFunc(s.Pods, func(w *Workload) bool { return labelindex.Covers(w.Labels, selector) })
}

// InLane returns the pods of the Service that are in a lane of its lane group.
func (s *Service) InLane(lane string) []*Workload { return s.byLane[lane] }

// LanesOf returns the lanes of some pods of the Service: the lanes of its lane group that select
// them. Without a group they are the subsets that select them, else the version. Read-only.
func (s *Service) LanesOf(w *Workload) []string {
	i, found := slices.BinarySearchFunc(s.Pods, w, func(a, b *Workload) int { return a.number - b.number })
	if !found {
		return nil
	}
	return s.lanes[i]
}

// HasLane reports whether a Service without a lane group has a subset of that name. If it has no
// subsets, it reports whether some of its pods have that version.
func (s *Service) HasLane(name string) bool {
	if len(s.hasLane) < few {
		return slices.Contains(s.hasLane, name)
	}
	_, found := slices.BinarySearch(s.hasLane, name)
	return found
}

// Headless reports whether a sidecar sends requests to the address that the caller got from DNS, in
// spite of any subset. Source: Istio, "Understanding Traffic Routing".
func (s *Service) Headless() bool { return s.Spec.ClusterIP == "None" }

// VisibleTo reports whether the pods of a namespace see the Service: it may be exported to some
// namespaces only. Source: Istio, "Resource Annotations", networking.istio.io/exportTo.
func (s *Service) VisibleTo(namespace string) bool {
	value, found := s.Object.Meta().GetAnnotations()["networking.istio.io/exportTo"]
	if !found {
		return true
	}
	var to []string
	for name := range strings.SplitSeq(value, ",") {
		if name = strings.TrimSpace(name); name != "" {
			to = append(to, name)
		}
	}
	return visible(exported(to, s.Object.Ref.Namespace), namespace)
}

// HasPort reports whether the Service has a port. A headless Service without ports has every port.
func (s *Service) HasPort(port uint32) bool {
	for i := range s.Spec.Ports {
		if uint32(s.Spec.Ports[i].Port) == port {
			return true
		}
	}
	return len(s.Spec.Ports) == 0
}

// DefaultPort returns the port of calls that name none: 80 if it is a port for HTTP, else the first
// port for HTTP, else the first port. It is 80 for a Service without ports.
func (s *Service) DefaultPort() uint32 {
	if len(s.Spec.Ports) == 0 || s.HasPort(80) && s.IsHTTP(80) {
		return 80
	}
	for _, p := range s.Spec.Ports {
		if s.IsHTTP(uint32(p.Port)) {
			return uint32(p.Port)
		}
	}
	return uint32(s.Spec.Ports[0].Port)
}

// PortOf returns the port that a destination without one means, for a request to a port: the only
// port of the Service, else the port of the request.
func (s *Service) PortOf(port uint32) uint32 {
	if len(s.Spec.Ports) == 1 {
		return uint32(s.Spec.Ports[0].Port)
	}
	return port
}

// IsHTTP reports whether Istio routes the port by HTTP requests. Istio reads the protocol from the
// appProtocol or the name of the port; if these do not tell, it looks at the bytes.
func (s *Service) IsHTTP(port uint32) bool {
	for _, p := range s.Spec.Ports {
		if uint32(p.Port) != port {
			continue
		}
		protocol, _, _ := strings.Cut(p.Name, "-")
		if p.AppProtocol != nil {
			protocol = *p.AppProtocol
		}
		switch strings.ToLower(protocol) {
		case "tcp", "udp", "tls", "https", "mongo", "mysql", "redis":
			return false
		}
		return p.Protocol == "" || p.Protocol == "TCP"
	}
	return true
}

// TellsProtocol reports whether the name of a port tells Istio its protocol: PROTOCOL, or
// PROTOCOL-ANYTHING. Source: Istio, "Protocol Selection"; pkg/config/kube, ConvertProtocol.
func TellsProtocol(name string) bool {
	protocol, _, _ := strings.Cut(strings.ToLower(name), "-")
	switch protocol {
	case "http", "http2", "https", "grpc", "tcp", "tls", "udp", "mongo", "mysql", "redis":
		return true
	}
	return false
}

// selectors finds the subsets that select a pod, without asking each of many.
type selectors struct {
	all   []subset
	names []string             // of the subsets
	index labelindex.Selectors // if they are many
}

// newSelectors keeps the slice. Of subsets with the same name the first counts.
func newSelectors(all []subset) selectors {
	seen := map[string]bool{}
	all = slices.DeleteFunc(all, func(s subset) bool {
		twice := seen[s.name]
		seen[s.name] = true
		return twice
	})
	s := selectors{all: all, names: make([]string, len(all))}
	for i, sub := range all {
		s.names[i] = sub.name
		if len(all) >= few {
			s.index.Add(sub.selector)
		}
	}
	return s
}

// selecting returns the names of the subsets that select a pod by at least one label, in their
// order. The result is read-only.
func (s *selectors) selecting(labels map[string]string) []string {
	var room [8]int
	in := room[:0]
	if len(s.all) >= few {
		in = s.index.Selecting(labels, in)
	} else {
		for i := range s.all {
			if labelindex.Selects(s.all[i].selector, labels) {
				in = append(in, i)
			}
		}
	}
	if len(in) == 1 { // the common case, which allocates nothing
		return s.names[in[0] : in[0]+1 : in[0]+1]
	}
	var out []string
	for _, i := range in {
		out = append(out, s.names[i])
	}
	return out
}
