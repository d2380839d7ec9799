package cluster

import (
	"bytes"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/release"
)

// Owner says who else owns the weights of a release; "" means nobody. It recognizes Argo CD and
// Flux by their marks on a holder, and others by the managed fields: they wrote the state. manager
// is the field manager of the caller. An annotation of the plan can say that Git ignores weights:
// status.AnnotationOwner. Owner then returns "".
func Owner(plan *corev1.ConfigMap, l release.Live, manager string) string {
	if plan.Annotations[status.AnnotationOwner] == "controller" {
		return ""
	}
	for _, h := range l.Holders {
		if h.Err != nil {
			continue
		}
		o := h.Object.Meta()
		if o.GetAnnotations()["argocd.argoproj.io/tracking-id"] != "" {
			return fmt.Sprintf("Argo CD writes %s", h.Ref)
		}
		if o.GetLabels()["kustomize.toolkit.fluxcd.io/name"] != "" {
			return fmt.Sprintf("Flux writes %s", h.Ref)
		}
		other := ""
		for _, m := range o.GetManagedFields() {
			if m.FieldsV1 == nil || !bytes.Contains(m.FieldsV1.Raw, []byte(`"f:`+l.Annotations().State+`"`)) {
				continue
			}
			if other = m.Manager; other == manager {
				break
			}
		}
		if other != "" && other != manager {
			return fmt.Sprintf("%s wrote the state on %s", other, h.Ref)
		}
	}
	return ""
}
