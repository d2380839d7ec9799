package mesh

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/manifest"
)

// Scalers returns the HorizontalPodAutoscalers of a set, of whatever version of their
// API, by what they scale, which is taken to be of group apps.
func Scalers(set manifest.Set) map[manifest.Ref][]manifest.Object {
	out := map[manifest.Ref][]manifest.Object{}
	for _, o := range set.Kind("HorizontalPodAutoscaler") {
		kind, name := "", ""
		if s := o.Autoscaler(); s != nil {
			kind, name = s.Spec.ScaleTargetRef.Kind, s.Spec.ScaleTargetRef.Name
		} else if u, ok := o.Value.(*unstructured.Unstructured); ok {
			kind, _, _ = unstructured.NestedString(u.Object, "spec", "scaleTargetRef", "kind")
			name, _, _ = unstructured.NestedString(u.Object, "spec", "scaleTargetRef", "name")
		}
		target := manifest.Ref{Group: "apps", Kind: kind, Namespace: set.NamespaceOf(o), Name: name}
		out[target] = append(out[target], o)
	}
	return out
}
