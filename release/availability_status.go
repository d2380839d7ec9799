package release

import (
	"github.com/swimlane-go/swimlane/manifest"
)

// status is what the controller of a workload says about its pods.
type status struct {
	observed           bool  // the controller has seen the last change
	want               int32 // how many pods there must be
	updating           int32 // how many of them must be of the present template
	updated, available int32
}

// statusOf returns the status of a Deployment, StatefulSet or DaemonSet. want is how many pods
// a Deployment or StatefulSet must have.
// Source: Kubernetes, kubectl rollout status.
func statusOf(o manifest.Object, want int32) status {
	if d := o.Deployment(); d != nil {
		s := d.Status
		return status{s.ObservedGeneration >= d.Generation, want, want, s.UpdatedReplicas, s.AvailableReplicas}
	}
	if d := o.DaemonSet(); d != nil {
		s := d.Status
		return status{s.ObservedGeneration >= d.Generation, s.DesiredNumberScheduled, s.DesiredNumberScheduled,
			s.UpdatedNumberScheduled, s.NumberAvailable}
	}
	set := o.StatefulSet()
	updating := want
	if r := set.Spec.UpdateStrategy.RollingUpdate; r != nil && r.Partition != nil {
		updating = max(0, want-*r.Partition)
	}
	s := set.Status
	return status{s.ObservedGeneration >= set.Generation, want, updating, s.UpdatedReplicas, s.AvailableReplicas}
}

// shortage says what a workload lacks. Kind is empty when it lacks nothing.
func (s status) shortage() (kind ShortageKind, wanted, have int32) {
	switch {
	case !s.observed:
		return NotObserved, 0, 0
	case s.want == 0:
		return NoReplicas, 0, 0
	case s.updated < s.updating:
		return NotUpdated, s.updating, s.updated
	case s.available < s.want:
		return NotAvailable, s.want, s.available
	}
	return "", 0, 0
}

// minimumOf returns the highest minimum of the autoscalers of a workload; 0 without any.
func minimumOf(scalers []manifest.Object) int32 {
	out := int32(0)
	for _, o := range scalers {
		minimum := int32(1) // Kubernetes' default
		switch h := o.Autoscaler(); {
		case h == nil:
			continue
		case h.Spec.MinReplicas != nil:
			minimum = *h.Spec.MinReplicas
		}
		out = max(out, minimum)
	}
	return out
}
