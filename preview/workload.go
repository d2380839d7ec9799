package preview

import (
	"math"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/manifest"
)

// workload is an object that runs pods.
type workload struct {
	ref      manifest.Ref
	labels   map[string]string
	replicas int64
	env      []string // the values in the environment of its pods, in order
}

// newWorkload returns the workload that an object is, nil when it runs no pods.
func newWorkload(o manifest.Object) *workload {
	labels := o.PodLabels()
	if labels == nil {
		return nil
	}
	w := &workload{ref: o.Ref, labels: labels, replicas: 1}
	if d := o.Deployment(); d != nil {
		if d.Spec.Replicas != nil {
			w.replicas = int64(*d.Spec.Replicas)
		}
		for _, c := range d.Spec.Template.Spec.Containers {
			w.env = append(w.env, environment(c.Env)...)
		}
		return w
	}
	u, ok := o.Value.(*unstructured.Unstructured)
	if !ok {
		return w
	}
	if n, found, err := unstructured.NestedInt64(u.Object, "spec", "replicas"); found && err == nil {
		w.replicas = min(n, math.MaxInt32) // as a Deployment; sums cannot wrap
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
		w.env = append(w.env, environment(env)...)
	}
	return w
}

// environment returns the values that are written in a container's environment.
func environment(env []corev1.EnvVar) []string {
	var out []string
	for _, v := range env {
		if v.Value != "" {
			out = append(out, v.Value)
		}
	}
	return out
}

type label struct{ key, value string }

// pods finds workloads by the labels of their pods.
type pods struct {
	all     []*workload
	byLabel map[label][]*workload
}

func newPods(all []*workload) pods {
	p := pods{all: all, byLabel: make(map[label][]*workload, len(all)+1)}
	for _, w := range all {
		for key, value := range w.labels {
			l := label{key, value}
			p.byLabel[l] = append(p.byLabel[l], w)
		}
	}
	return p
}

// selected returns the workloads whose pods bear all labels of a selector, all of
// them for an empty one.
func (p pods) selected(selector map[string]string) []*workload {
	if len(selector) == 0 {
		return p.all
	}
	// Only those with the rarest label are looked at, so that one that all pods bear
	// costs nothing. Every list is in the same order, so it does not matter which.
	fewest := p.all
	for key, value := range selector {
		if found := p.byLabel[label{key, value}]; len(found) < len(fewest) {
			fewest = found
		}
	}
	var out []*workload
	for _, w := range fewest {
		if covers(w.labels, selector) {
			out = append(out, w)
		}
	}
	return out
}

// covers reports whether labels hold every label of the selector.
func covers(labels, selector map[string]string) bool {
	for key, value := range selector {
		if got, found := labels[key]; !found || got != value {
			return false
		}
	}
	return true
}
