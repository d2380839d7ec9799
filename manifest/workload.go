package manifest

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// PodLabels returns the labels of the pods that the object runs, nil when it
// runs none. Besides Deployments it knows Pods and every kind that has a pod
// template at spec.template. Read-only.
func (o Object) PodLabels() map[string]string {
	if d := o.Deployment(); d != nil {
		return d.Spec.Template.Labels
	}
	u, ok := o.Value.(*unstructured.Unstructured)
	if !ok {
		return nil
	}
	if o.Ref.Group == "" && o.Ref.Kind == "Pod" {
		return u.GetLabels()
	}
	if _, found, _ := unstructured.NestedSlice(u.Object, "spec", "template", "spec", "containers"); !found {
		return nil
	}
	labels, _, _ := unstructured.NestedStringMap(u.Object, "spec", "template", "metadata", "labels")
	return labels
}
