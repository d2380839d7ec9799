package release

import (
	"fmt"

	"github.com/swimlane-go/swimlane/manifest"
)

// SetsFloor is the field that says how many pods there are at least. It is a field of the
// workload of the pods, or of its autoscaler.
type SetsFloor struct {
	// Object is the object, and Path the field: "spec.replicas", "spec.minReplicas",
	// "spec.minReplicaCount".
	Object manifest.Object
	Path   string
	// Now is the number that counts. Written is the number as it is written; empty for none.
	Now     int64
	Written string
	// Max is the most that the object allows.
	Max int64
}

// SetBy returns the field that sets the least number of pods. The error says that no object
// sets it, or several do.
func (p LanePods) SetBy() (SetsFloor, error) {
	switch {
	case len(p.Workloads) != 1:
		return SetsFloor{}, fmt.Errorf("must be run by one workload: there are %d", len(p.Workloads))
	case len(p.Scalers) > 1:
		return SetsFloor{}, fmt.Errorf("must be scaled by one autoscaler: there are %d", len(p.Scalers))
	case p.Open:
		return SetsFloor{}, fmt.Errorf("must be run by what has replicas: %s has none", p.Workloads[0].Ref)
	}
	out := SetsFloor{Object: p.Workloads[0], Path: "spec.replicas", Now: p.Min, Max: maxReplicas}
	if len(p.Scalers) == 1 {
		out.Object, out.Path, out.Max = p.Scalers[0], "spec.minReplicas", p.Max
		if out.Object.Ref.Kind == kindScaledObject {
			out.Path = "spec.minReplicaCount"
		}
	}
	out.Written, _ = out.Object.Written(out.Path)
	return out, nil
}
