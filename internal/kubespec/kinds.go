package kubespec

import (
	"fmt"
	"slices"
	"strings"
)

// knownKinds are the kinds of API groups, by group/version. Groups that are missing here may have
// any kinds. oracle/kube compares the table with what a server serves.
var knownKinds = map[string][]string{
	"v1": {"Binding", "ComponentStatus", "ConfigMap", "Endpoints", "Event", "LimitRange", "Namespace", "Node",
		"PersistentVolume", "PersistentVolumeClaim", "Pod", "PodTemplate", "ReplicationController", "ResourceQuota",
		"Secret", "Service", "ServiceAccount"},
	"apps/v1":        {"ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"},
	"autoscaling/v1": {"HorizontalPodAutoscaler"},
	"autoscaling/v2": {"HorizontalPodAutoscaler"},
	"policy/v1":      {"PodDisruptionBudget"},
	"networking.istio.io/v1": {"DestinationRule", "Gateway", "ServiceEntry", "Sidecar", "VirtualService",
		"WorkloadEntry", "WorkloadGroup"},
	"networking.istio.io/v1beta1": {"DestinationRule", "Gateway", "ProxyConfig", "ServiceEntry", "Sidecar",
		"VirtualService", "WorkloadEntry", "WorkloadGroup"},
	"networking.istio.io/v1alpha3": {"DestinationRule", "EnvoyFilter", "Gateway", "ServiceEntry", "Sidecar",
		"VirtualService", "WorkloadEntry", "WorkloadGroup"},
}

// olderKinds are kinds that only clusters before Kubernetes 1.26 have.
// Source: Kubernetes, "Deprecated API Migration Guide".
var olderKinds = map[string][]string{
	"autoscaling/v2beta1": {"HorizontalPodAutoscaler"},
	"autoscaling/v2beta2": {"HorizontalPodAutoscaler"},
	"policy/v1beta1":      {"PodDisruptionBudget", "PodSecurityPolicy"},
}

// laneGroup is the group of ASM. The library does not know all of its kinds.
const laneGroup = "istio.alibabacloud.com"

var laneKinds = []string{"ASMSwimLane", "ASMSwimLaneGroup"}

// Known returns why an API group cannot have a kind. It knows Kubernetes' groups for workloads and
// Istio's for routes. It returns nothing for other groups.
func Known(apiVersion, kind string) []Fault {
	group, _, _ := strings.Cut(apiVersion, "/")
	if !strings.Contains(apiVersion, "/") {
		group = ""
	}
	if group == laneGroup {
		for _, known := range laneKinds {
			if strings.EqualFold(kind, known) && kind != known {
				return []Fault{{Rule: Kind, Path: "kind", Message: fmt.Sprintf("must be %s: %q", known, kind)}}
			}
		}
		return nil
	}
	if slices.Contains(knownKinds[apiVersion], strings.TrimSuffix(kind, "List")) {
		return nil
	}
	if slices.Contains(olderKinds[apiVersion], kind) {
		return []Fault{{Rule: Kind, Path: "apiVersion", Older: true,
			Message: fmt.Sprintf("must be a version that clusters have since Kubernetes 1.26: %q", apiVersion)}}
	}
	versions := versionsOf(group)
	if len(versions) == 0 {
		return nil
	}
	if kinds := knownKinds[apiVersion]; kinds != nil {
		message := "must be one of " + strings.Join(kinds, ", ")
		if i := slices.IndexFunc(kinds, func(k string) bool { return strings.EqualFold(k, kind) }); i >= 0 {
			message = "must be " + kinds[i]
		}
		return []Fault{{Rule: Kind, Path: "kind", Message: fmt.Sprintf("%s: %q", message, kind)}}
	}
	return []Fault{{Rule: Kind, Path: "apiVersion",
		Message: fmt.Sprintf("must be %s: %q", strings.Join(versions, " or "), apiVersion)}}
}

// versionsOf returns the versions of a known group, sorted.
func versionsOf(group string) (out []string) {
	for apiVersion := range knownKinds {
		if g, _, has := strings.Cut(apiVersion, "/"); has && g == group || !has && group == "" {
			out = append(out, apiVersion)
		}
	}
	slices.Sort(out)
	return out
}

// Kinds returns the known kinds by group/version.
func Kinds() map[string][]string { return knownKinds }
