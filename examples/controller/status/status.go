package status

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/rollout"
)

// Written is the content of AnnotationWritten.
type Written struct {
	// Digest is the digest of the plan.
	Digest string
	// Revision is the highest revision that the controller wrote. Restores counts how often it
	// restored that.
	Revision int64
	Restores int
}

// WrittenOf returns the content of the annotation. It is empty if it cannot be read, or is for
// another plan.
func WrittenOf(plan *corev1.ConfigMap, digest string) Written {
	w := Written{Digest: digest}
	text, _ := strings.CutPrefix(plan.Annotations[AnnotationWritten], digest+"/")
	if n, err := fmt.Sscanf(text, "%d/%d", &w.Revision, &w.Restores); n != 2 || err != nil {
		return Written{Digest: digest}
	}
	return w
}

// String returns the value of the annotation.
func (w Written) String() string { return fmt.Sprintf("%s/%d/%d", w.Digest, w.Revision, w.Restores) }

// EvidenceOf returns the evidence of the last proposal, or other if that is later.
func EvidenceOf(plan *corev1.ConfigMap, other rollout.Evidence) rollout.Evidence {
	var e rollout.Evidence
	err := json.Unmarshal([]byte(plan.Annotations[AnnotationEvidence]), &e)
	if err != nil || e.PlanDigest != other.PlanDigest && other.PlanDigest != "" || e.Revision < other.Revision {
		return other
	}
	return e
}

// AskedBy returns the event that a person asks for at a revision. is says whether there is one.
func AskedBy(plan *corev1.ConfigMap, revision int64) (e rollout.Event, is bool, err error) {
	text := plan.Annotations[AnnotationAsk]
	if strings.TrimSpace(text) == "" {
		return e, false, nil
	}
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return e, false, fmt.Errorf("annotation %s: %w", AnnotationAsk, err)
	}
	return e, e.Revision == revision, nil
}

// Annotate patches the plan's annotations if any differs; an empty value removes one. It returns a
// conflict if the ConfigMap has changed since it was read.
func Annotate(ctx context.Context, c client.Client, manager string, plan *corev1.ConfigMap,
	all map[string]string) error {
	before, changed := plan.DeepCopy(), false
	for key, value := range all {
		if plan.Annotations[key] == value {
			continue
		}
		if changed = true; plan.Annotations == nil {
			plan.Annotations = map[string]string{}
		}
		if plan.Annotations[key] = value; value == "" {
			delete(plan.Annotations, key)
		}
	}
	if !changed {
		return nil
	}
	return c.Patch(ctx, plan, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}),
		client.FieldOwner(manager))
}
