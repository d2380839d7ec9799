package mesh

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/swimlane-go/swimlane/manifest"
)

// Scalers returns the HorizontalPodAutoscalers of a set, by the object that they scale. It reads
// every version of their API. The object may be of any kind with a scale, such as a Deployment, a
// StatefulSet or a Rollout of Argo.
func Scalers(set manifest.Set) map[manifest.Ref][]manifest.Object {
	out := map[manifest.Ref][]manifest.Object{}
	for _, o := range set.Kind("HorizontalPodAutoscaler") {
		var target manifest.Ref
		if s := o.Autoscaler(); s != nil {
			to := s.Spec.ScaleTargetRef
			target = scaled(to.APIVersion, to.Kind, to.Name)
		} else if u, ok := o.Value.(*unstructured.Unstructured); ok {
			target = Scaled(u)
		}
		target.Namespace = set.NamespaceOf(o)
		out[target] = append(out[target], o)
	}
	return out
}

// Scaled returns the object that spec.scaleTargetRef of an autoscaler names, without a namespace.
func Scaled(u *unstructured.Unstructured) manifest.Ref {
	of := func(key string) string {
		text, _, _ := unstructured.NestedString(u.Object, "spec", "scaleTargetRef", key)
		return text
	}
	return scaled(of("apiVersion"), of("kind"), of("name"))
}

// scaled returns the object that a scaleTargetRef names. Without an apiVersion its group is apps.
func scaled(apiVersion, kind, name string) manifest.Ref {
	group := "apps"
	if gv, err := schema.ParseGroupVersion(apiVersion); err == nil && gv.Group != "" {
		group = gv.Group
	}
	return manifest.Ref{Group: group, Kind: kind, Name: name}
}
