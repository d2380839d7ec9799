package mesh

import (
	"cmp"
	"slices"

	"github.com/swimlane-go/swimlane/internal/istioname"
)

// Caller is who sends a request on: a pod with its sidecar, a gateway, or a
// waypoint.
type Caller struct {
	Namespace string
	Labels    map[string]string
	// Gateway is "namespace/name" of a Gateway, istioname.Mesh for a sidecar or a
	// waypoint.
	Gateway string
	// Waypoint says that it is one: its routes never match by the labels of who
	// called. Source: Istio, listener_waypoint.go; istio #51565, #61590.
	Waypoint bool
}

// Sidecar returns the caller that the pods of a workload are.
func Sidecar(w *Workload) Caller {
	return Caller{Namespace: w.namespace, Labels: w.Labels, Gateway: istioname.Mesh}
}

// exported returns the namespaces that an object is for; empty means all.
func exported(to []string, namespace string) []string {
	out := slices.Clone(to)
	for i := range out {
		if out[i] == "." {
			out[i] = namespace
		}
	}
	return out
}

// visible reports whether what is exported to some namespaces is for one of them.
func visible(exportTo []string, namespace string) bool {
	return len(exportTo) == 0 || slices.Contains(exportTo, "*") || slices.Contains(exportTo, namespace)
}

// waypointOf returns the waypoint that requests to a Service pass, as a caller. The label
// is on the Service, else on its Namespace. Source: Istio, "Configure waypoint proxies".
func (m *Mesh) waypointOf(s *Service) *Caller {
	const use, of = "istio.io/use-waypoint", "istio.io/use-waypoint-namespace"
	labels := s.Object.Meta().GetLabels()
	if _, found := labels[use]; !found { // an empty one keeps the Namespace's off
		labels = m.spaces[s.Object.Ref.Namespace]
	}
	if labels[use] == "" || labels[use] == "none" {
		return nil
	}
	return &Caller{Namespace: cmp.Or(labels[of], s.Object.Ref.Namespace), Gateway: istioname.Mesh, Waypoint: true}
}
