package kubespec

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// knownKinds are the kinds of API groups, by group and version. Groups that are missing here
// may have any kinds. oracle/kube compares the table with what a server serves.
var knownKinds = map[schema.GroupVersion][]string{
	{Version: "v1"}: {"Binding", "ComponentStatus", "ConfigMap", "Endpoints", "Event", "LimitRange", "Namespace",
		"Node", "PersistentVolume", "PersistentVolumeClaim", "Pod", "PodTemplate", "ReplicationController",
		"ResourceQuota", "Secret", "Service", "ServiceAccount"},
	{Group: "apps", Version: "v1"}: {"ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet",
		"StatefulSet"},
	{Group: "autoscaling", Version: "v1"}: {"HorizontalPodAutoscaler"},
	{Group: "autoscaling", Version: "v2"}: {"HorizontalPodAutoscaler"},
	{Group: "policy", Version: "v1"}:      {"PodDisruptionBudget"},
	{Group: "networking.istio.io", Version: "v1"}: {"DestinationRule", "Gateway", "ServiceEntry", "Sidecar",
		"VirtualService", "WorkloadEntry", "WorkloadGroup"},
	{Group: "networking.istio.io", Version: "v1beta1"}: {"DestinationRule", "Gateway", "ProxyConfig", "ServiceEntry",
		"Sidecar", "VirtualService", "WorkloadEntry", "WorkloadGroup"},
	{Group: "networking.istio.io", Version: "v1alpha3"}: {"DestinationRule", "EnvoyFilter", "Gateway", "ServiceEntry",
		"Sidecar", "VirtualService", "WorkloadEntry", "WorkloadGroup"},
}

// olderKinds are kinds that only clusters before Kubernetes 1.26 have.
// Source: Kubernetes, "Deprecated API Migration Guide".
var olderKinds = map[schema.GroupVersion][]string{
	{Group: "autoscaling", Version: "v2beta1"}: {"HorizontalPodAutoscaler"},
	{Group: "autoscaling", Version: "v2beta2"}: {"HorizontalPodAutoscaler"},
	{Group: "policy", Version: "v1beta1"}:      {"PodDisruptionBudget", "PodSecurityPolicy"},
}

// laneGroup is the group of ASM. The library does not know all of its kinds.
const laneGroup = "istio.alibabacloud.com"

var laneKinds = []string{"ASMSwimLane", "ASMSwimLaneGroup"}

// Known returns why an API group cannot have a kind. It knows Kubernetes' groups for workloads and
// Istio's for routes. It returns nothing for other groups.
func Known(gv schema.GroupVersion, kind string) []Fault {
	if gv.Group == laneGroup {
		for _, known := range laneKinds {
			if strings.EqualFold(kind, known) && kind != known {
				return []Fault{{Rule: Kind, Path: "kind", Message: fmt.Sprintf("must be %s: %q", known, kind)}}
			}
		}
		return nil
	}
	if slices.Contains(knownKinds[gv], strings.TrimSuffix(kind, "List")) {
		return nil
	}
	if slices.Contains(olderKinds[gv], kind) {
		return []Fault{{Rule: Kind, Path: "apiVersion", Older: true,
			Message: fmt.Sprintf("must be a version that clusters have since Kubernetes 1.26: %q", gv)}}
	}
	versions := versionsOf(gv.Group)
	if len(versions) == 0 {
		return nil
	}
	if kinds := knownKinds[gv]; kinds != nil {
		message := "must be one of " + strings.Join(kinds, ", ")
		if i := slices.IndexFunc(kinds, func(k string) bool { return strings.EqualFold(k, kind) }); i >= 0 {
			message = "must be " + kinds[i]
		}
		return []Fault{{Rule: Kind, Path: "kind", Message: fmt.Sprintf("%s: %q", message, kind)}}
	}
	return []Fault{{Rule: Kind, Path: "apiVersion",
		Message: fmt.Sprintf("must be %s: %q", strings.Join(versions, " or "), gv)}}
}

// versionsOf returns the versions of a known group, sorted.
func versionsOf(group string) (out []string) {
	for gv := range knownKinds {
		if gv.Group == group {
			out = append(out, gv.String())
		}
	}
	slices.Sort(out)
	return out
}

// Kinds returns the known kinds by group and version.
func Kinds() map[schema.GroupVersion][]string { return knownKinds }
