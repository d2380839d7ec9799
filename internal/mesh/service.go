package mesh

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// Service is a Kubernetes Service with what runs behind it.
type Service struct {
	Object manifest.Object
	// Host is the full host, and Name how it is shown: with its namespace when the
	// set has several of its name.
	Host, Name string
	Spec       *corev1.ServiceSpec
	// Pods are what runs the pods that it selects, in order.
	Pods []*Workload
	// Group is the lane group that lists it, the first by name; nil for none.
	Group *Group
	// Waypoint is what requests to it pass; nil for none. AtIngress says that those
	// from a gateway do too.
	Waypoint  *Caller
	AtIngress bool

	index   labelindex.Bearers[*Workload] // of the pods, without a lane group
	byLane  map[string][]*Workload        // of a lane group
	lanes   map[*Workload][]string        // the lanes, or subsets, of its pods
	hasLane map[string]bool               // those that it has by a subset or by its pods
}

// subset is a named selector: a subset of a DestinationRule, or a lane.
type subset struct {
	name     string
	selector map[string]string
}

// addServices finds out what pods every Service has.
func (m *Mesh) addServices() {
	named := map[string]int{}
	for host, s := range m.Services {
		named[s.Object.Ref.Name]++
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
		s.Waypoint = m.waypointOf(s)
		s.AtIngress = s.Waypoint != nil && s.Object.Meta().GetLabels()["istio.io/ingress-use-waypoint"] == "true"
	}
}

// addLanes finds out in what lanes the pods of every Service are. Outside of lane
// groups a lane is a subset, else the version of the pod.
func (m *Mesh) addLanes(subsets map[string][]subset) {
	for _, of := range subsets {
		for _, s := range of {
			m.isSubset[s.name] = true
		}
	}
	for _, host := range m.Hosts {
		s := m.Services[host]
		s.lanes = make(map[*Workload][]string, len(s.Pods))
		s.hasLane = map[string]bool{}
		if s.Group != nil {
			s.byLane = make(map[string][]*Workload, len(s.Group.Lanes))
			for _, w := range s.Pods {
				s.lanes[w] = s.Group.LanesOf(w.Labels)
				for _, name := range s.lanes[w] {
					s.byLane[name] = append(s.byLane[name], w)
				}
			}
			continue
		}
		for _, w := range s.Pods {
			s.index.Add("", w.Labels, w)
		}
		known := newSelectors(subsets[host])
		for _, w := range s.Pods {
			names := known.selecting(w.Labels)
			if version := lanes.VersionOf(w.Labels); len(names) == 0 && version != "" {
				names = []string{version}
			}
			s.lanes[w] = names
			for _, name := range names {
				s.hasLane[name] = s.hasLane[name] || len(known.names) == 0
			}
		}
		for _, name := range known.names {
			s.hasLane[name] = true
		}
	}
}

// Selected returns those of the Service's pods that bear all labels of a selector,
// all of them for an empty one.
func (s *Service) Selected(selector map[string]string) []*Workload {
	switch {
	case len(selector) == 0:
		return s.Pods
	case s.Group == nil:
		return s.index.Selected("", selector)
	}
	var out []*Workload
	for _, w := range s.Pods { // a subset beside the lanes: nobody needs it often
		if labelindex.Covers(w.Labels, selector) {
			out = append(out, w)
		}
	}
	return out
}

// InLane returns the pods of the Service that are in a lane of its group.
func (s *Service) InLane(lane string) []*Workload { return s.byLane[lane] }

// LanesOf returns the lanes that pods of the Service are in: those of its lane
// group that select them; without a group the subsets that do, else the version.
func (s *Service) LanesOf(w *Workload) []string { return s.lanes[w] }

// HasLane reports, of a Service without a lane group, whether a subset of it bears
// the name; where it has no subsets, whether a pod's version does.
func (s *Service) HasLane(name string) bool { return s.hasLane[name] }

// Headless reports whether a sidecar sends to the address that the caller's DNS
// gave, whatever the subset. Source: Istio, "Understanding Traffic Routing".
func (s *Service) Headless() bool { return s.Spec.ClusterIP == "None" }

// VisibleTo reports whether the pods of a namespace know the Service, which may be
// exported to some namespaces alone.
// Source: Istio, "Resource Annotations", networking.istio.io/exportTo.
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

// HasPort reports whether the Service has a port; a headless one without ports has
// any.
func (s *Service) HasPort(port uint32) bool {
	for i := range s.Spec.Ports {
		if uint32(s.Spec.Ports[i].Port) == port {
			return true
		}
	}
	return len(s.Spec.Ports) == 0
}

// DefaultPort returns the port of calls that name none: 80 when it is one for requests,
// else the first for requests, else the first of all.
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

// PortOf returns the port that a destination without one means, for requests that
// came in by a port: the Service's only one, else the same.
func (s *Service) PortOf(port uint32) uint32 {
	if len(s.Spec.Ports) == 1 {
		return uint32(s.Spec.Ports[0].Port)
	}
	return port
}

// IsHTTP reports whether Istio routes a port by requests: it reads the protocol
// from the port's appProtocol or name, and looks at the bytes when they tell none.
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

// TellsProtocol reports whether Istio reads from the name of a port what it speaks:
// PROTOCOL, or PROTOCOL-ANYTHING.
// Source: Istio, "Protocol Selection"; pkg/config/kube, ConvertProtocol.
func TellsProtocol(name string) bool {
	protocol, _, _ := strings.Cut(strings.ToLower(name), "-")
	switch protocol {
	case "http", "http2", "https", "grpc", "tcp", "tls", "udp", "mongo", "mysql", "redis":
		return true
	}
	return false
}

// selectors finds the subsets that select a pod without asking each of them; of
// each name the first counts.
type selectors struct {
	names []string
	index labelindex.Selectors
}

func newSelectors(all []subset) selectors {
	var s selectors
	seen := make(map[string]bool, len(all))
	for _, sub := range all {
		if !seen[sub.name] {
			seen[sub.name] = true
			s.names = append(s.names, sub.name)
			s.index.Add(sub.selector)
		}
	}
	return s
}

// selecting returns the names of the subsets that select a pod by at least one
// label, in their order.
func (s selectors) selecting(labels map[string]string) []string {
	var out []string
	for _, n := range s.index.Selecting(labels, nil) {
		out = append(out, s.names[n])
	}
	return out
}
