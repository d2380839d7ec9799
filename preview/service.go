package preview

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// service is a Kubernetes Service.
type service struct {
	ref     manifest.Ref
	host    string
	name    string // as it is shown
	spec    *corev1.ServiceSpec
	pods    pods
	group   *group
	lanes   map[*workload][]string // the lanes, or subsets, of its pods
	hasLane map[string]bool        // those that it has by a subset or by its pods
}

// addServices finds out what pods every Service has, and in what lanes they are.
func (x *index) addServices(subsets map[string][]subset) {
	named := map[string]int{}
	for _, s := range x.services {
		named[s.ref.Name]++
	}
	for _, name := range slices.Sorted(maps.Keys(x.groups)) { // of two groups the first counts
		for host := range x.groups[name].services {
			if s := x.services[host]; s != nil && s.group == nil {
				s.group = x.groups[name]
			}
		}
	}
	for host, s := range x.services {
		if named[s.ref.Name] > 1 {
			s.name = s.ref.Name + "." + s.ref.Namespace
		}
		if len(s.spec.Selector) > 0 {
			s.pods = newPods(x.pods[s.ref.Namespace].selected(s.spec.Selector))
		}
		var known selectors
		if s.group != nil {
			known = s.group.lanes
		} else {
			known = newSelectors(subsets[host])
		}
		s.lanes = make(map[*workload][]string, len(s.pods.all))
		s.hasLane = map[string]bool{}
		for _, w := range s.pods.all {
			names := known.matching(w.labels)
			if version := w.labels[lanes.LabelVersion]; len(names) == 0 && version != "" && s.group == nil {
				names = []string{version}
			}
			s.lanes[w] = names
			for _, name := range names {
				s.hasLane[name] = true
			}
		}
		if s.group == nil {
			for name := range known.byName {
				s.hasLane[name] = true
			}
		}
	}
}

// lane returns the lane of a workload that was reached through a subset.
func (s *service) lane(w *workload, subset string) string {
	names := s.lanes[w]
	if len(names) == 0 || slices.Contains(names, subset) {
		return subset
	}
	return names[0]
}

// headless reports whether a sidecar sends to the address that the caller's DNS
// gave, whatever the subset. Source: Istio, "Understanding Traffic Routing".
func (s *service) headless() bool { return s.spec.ClusterIP == "None" }

func (s *service) hasPort(port uint32) bool {
	for i := range s.spec.Ports {
		if uint32(s.spec.Ports[i].Port) == port {
			return true
		}
	}
	return len(s.spec.Ports) == 0 // of a headless Service any
}

func (s *service) defaultPort() uint32 {
	switch {
	case len(s.spec.Ports) == 0 || s.hasPort(80):
		return 80
	}
	return uint32(s.spec.Ports[0].Port)
}

// isHTTP reports whether Istio routes a port by requests: it reads the protocol
// from the port's appProtocol or name, and looks at the bytes when they tell none.
func (s *service) isHTTP(port uint32) bool {
	for _, p := range s.spec.Ports {
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
