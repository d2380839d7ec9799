package mesh

import (
	"cmp"
	"slices"

	"github.com/swimlane-go/swimlane/internal/istioname"
)

// Caller is the proxy that sends a request on: the sidecar of a pod, a gateway, or a waypoint.
type Caller struct {
	Namespace string
	Labels    map[string]string
	// Gateway is the "namespace/name" of a Gateway, or istioname.Mesh for a sidecar or a waypoint.
	Gateway string
	// Waypoint says that the caller is a waypoint. Its routes never match by source labels.
	// Source: Istio, listener_waypoint.go; istio #51565, #61590.
	Waypoint bool
}

// Sidecar returns the pods of a workload as a caller.
func Sidecar(w *Workload) Caller {
	return Caller{Namespace: w.namespace, Labels: w.Labels, Gateway: istioname.Mesh}
}

// exported returns the namespaces of an exportTo list, with "." resolved; empty means all.
func exported(to []string, namespace string) []string {
	out := slices.Clone(to)
	for i := range out {
		if out[i] == "." {
			out[i] = namespace
		}
	}
	return out
}

// visible reports whether an object with these exportTo namespaces is visible in a namespace.
func visible(exportTo []string, namespace string) bool {
	return len(exportTo) == 0 || slices.Contains(exportTo, "*") || slices.Contains(exportTo, namespace)
}

// waypointOf returns, as a caller, the waypoint that requests to a Service pass; nil for none. The
// label of the Service counts, else the label of its Namespace.
// Source: Istio, "Configure waypoint proxies".
func (m *Mesh) waypointOf(s *Service) *Caller {
	const use, of = "istio.io/use-waypoint", "istio.io/use-waypoint-namespace"
	labels := s.Object.Meta().GetLabels()
	if _, found := labels[use]; !found { // an empty label on the Service overrides the Namespace's
		labels = m.spaces[s.Object.Ref.Namespace]
	}
	if labels[use] == "" || labels[use] == "none" {
		return nil
	}
	return &Caller{Namespace: cmp.Or(labels[of], s.Object.Ref.Namespace), Gateway: istioname.Mesh, Waypoint: true}
}
