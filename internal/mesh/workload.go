package mesh

import (
	"math"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/manifest"
)

// Workload is an object that runs pods: a Deployment, a Pod, or any other object with a pod
// template, such as a StatefulSet, a DaemonSet or a Rollout of Argo.
type Workload struct {
	Object manifest.Object
	// Labels are the labels of its pods.
	Labels map[string]string
	// Replicas is the number of its pods, 1 if the object does not say.
	Replicas int64
	// Env holds the values in the environment of its pods, in order.
	Env []string
	// Services is the number of Services that select its pods.
	Services int

	number    int // in Mesh.Workloads
	namespace string
	template  manifest.Ref // the object with the pod template, for a Rollout that refers to it
}

// newWorkload returns the workload of an object in a namespace, and whether the object runs pods. A
// Job counts as none: its pods end and serve nobody.
func newWorkload(o *manifest.Object, namespace string) (w Workload, runs bool) {
	if t := o.PodTemplate(); t != nil {
		w = Workload{Object: *o, namespace: namespace, Labels: t.Labels, Replicas: 1}
		if n := replicas(*o); n != nil {
			w.Replicas = max(0, int64(*n))
		}
		for i := range t.Spec.Containers {
			w.addEnv(t.Spec.Containers[i].Env)
		}
		return w, true
	}
	u, ok := o.Value.(*unstructured.Unstructured)
	if !ok || o.Ref.Group == "batch" {
		return w, false
	}
	w = Workload{Object: *o, namespace: namespace, Labels: o.PodLabels(), Replicas: 1}
	if o.Ref.Group == "argoproj.io" && o.Ref.Kind == "Rollout" {
		w.template = templateOf(u, namespace)
	}
	if w.Labels == nil && w.template == (manifest.Ref{}) {
		return w, false
	}
	if n, found, err := unstructured.NestedInt64(u.Object, "spec", "replicas"); found && err == nil {
		w.Replicas = min(max(0, n), math.MaxInt32) // at most what a Deployment can say: sums cannot wrap
	}
	path := []string{"spec", "template", "spec", "containers"}
	if o.Ref.Kind == "Pod" {
		path = []string{"spec", "containers"}
	}
	containers, _, _ := unstructured.NestedSlice(u.Object, path...)
	for _, c := range containers {
		container, _ := c.(map[string]any)
		variables, _ := container["env"].([]any)
		var env []corev1.EnvVar
		for _, v := range variables {
			variable, _ := v.(map[string]any)
			name, _ := variable["name"].(string)
			value, _ := variable["value"].(string)
			env = append(env, corev1.EnvVar{Name: name, Value: value})
		}
		w.addEnv(env)
	}
	return w, true
}

// replicas returns the number of pods that the object says, nil if it says none.
func replicas(o manifest.Object) *int32 {
	switch {
	case o.Deployment() != nil:
		return o.Deployment().Spec.Replicas
	case o.StatefulSet() != nil:
		return o.StatefulSet().Spec.Replicas
	}
	return nil
}

// templateOf returns the object that a Rollout takes its pod template from, the zero Ref if it has
// a template itself. Source: Argo Rollouts, "Migrating a Deployment to Rollout", spec.workloadRef.
func templateOf(u *unstructured.Unstructured, namespace string) manifest.Ref {
	kind, _, _ := unstructured.NestedString(u.Object, "spec", "workloadRef", "kind")
	name, _, _ := unstructured.NestedString(u.Object, "spec", "workloadRef", "name")
	if kind != "Deployment" || name == "" {
		return manifest.Ref{}
	}
	return manifest.Ref{Group: "apps", Kind: kind, Namespace: namespace, Name: name}
}

// addEnv adds the literal values in a container's environment.
func (w *Workload) addEnv(env []corev1.EnvVar) {
	w.Env = slices.Grow(w.Env, len(env))
	for i := range env {
		if value := env[i].Value; value != "" {
			w.Env = append(w.Env, value)
		}
	}
}

// addWorkloads indexes the workloads. A Rollout that refers to a Deployment runs pods like the
// Deployment's.
func (m *Mesh) addWorkloads(all []*Workload) {
	m.Workloads = all[:0]
	labels := 0
	for _, w := range all {
		if w.template != (manifest.Ref{}) {
			from, _ := m.Set.Get(w.template)
			template, runs := newWorkload(&from, from.Ref.Namespace)
			if !runs {
				continue // the set lacks it
			}
			w.Labels, w.Env = template.Labels, template.Env
		}
		w.number = len(m.Workloads)
		m.Workloads = append(m.Workloads, w)
		labels += len(w.Labels)
	}
	everywhere := len(m.Gateways) > 0
	if everywhere {
		labels *= 2
	}
	m.pods.Grow(labels)
	for _, w := range m.Workloads {
		m.pods.Add(w.namespace, w.Labels, w)
		if everywhere {
			m.pods.Add("", w.Labels, w)
		}
	}
}

// Everywhere returns the workloads of all namespaces with these labels: a Gateway selects pods of
// all namespaces. Source: Istio, Gateway.selector.
func (m *Mesh) Everywhere(selector map[string]string) []*Workload {
	if len(m.Gateways) > 0 {
		return m.pods.Selected("", selector)
	}
	return selected(m.Workloads, selector)
}

// selected returns the workloads with all labels of a selector, in their order.
func selected(all []*Workload, selector map[string]string) []*Workload {
	var out []*Workload
	for _, w := range all {
		if labelindex.Selects(selector, w.Labels) {
			out = append(out, w)
		}
	}
	return out
}
