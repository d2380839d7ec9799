package cluster

import (
	"bytes"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/release"
)

// Owner says who else owns the weights of a release, "" when nobody does: Argo CD or Flux, by
// their marks on a holder, or whoever wrote the state, by the managed fields of the carrier.
// manager is the field manager of the caller. The plan may say that Git leaves weights alone:
// status.AnnotationOwner.
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
