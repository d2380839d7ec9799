package manifest

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// PodTemplate returns the template of the pods that a Deployment, StatefulSet or
// DaemonSet runs, nil for any other object. Read-only.
func (o Object) PodTemplate() *corev1.PodTemplateSpec {
	switch {
	case o.Deployment() != nil:
		return &o.Deployment().Spec.Template
	case o.StatefulSet() != nil:
		return &o.StatefulSet().Spec.Template
	case o.DaemonSet() != nil:
		return &o.DaemonSet().Spec.Template
	}
	return nil
}

// PodSelector returns how a Deployment, StatefulSet or DaemonSet selects its pods, nil
// for any other object. Read-only.
func (o Object) PodSelector() *metav1.LabelSelector {
	switch {
	case o.Deployment() != nil:
		return o.Deployment().Spec.Selector
	case o.StatefulSet() != nil:
		return o.StatefulSet().Spec.Selector
	case o.DaemonSet() != nil:
		return o.DaemonSet().Spec.Selector
	}
	return nil
}

// PodLabels returns the labels of the pods that the object runs, nil when it
// runs none. Besides the kinds of [Object.PodTemplate] it knows Pods and every kind that
// has a pod template at spec.template. Read-only.
func (o Object) PodLabels() map[string]string {
	if t := o.PodTemplate(); t != nil {
		return t.Labels
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
