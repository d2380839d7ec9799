package validate

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/internal/kubespec"
	"github.com/swimlane-go/swimlane/manifest"
)

// kubeCodes are the codes of the API server's refusals.
var kubeCodes = map[kubespec.Rule]Code{
	kubespec.Kind:       UnknownKind,
	kubespec.OwnPods:    SelectorMismatch,
	kubespec.Name:       ObjectName,
	kubespec.Labels:     ObjectLabels,
	kubespec.Annotation: Annotations,
	kubespec.Selector:   LabelSelector,
	kubespec.Ports:      ServicePorts,
	kubespec.Service:    ServiceSpec,
	kubespec.Workload:   WorkloadSpec,
	kubespec.Strategy:   UpdateStrategy,
	kubespec.Container:  Container,
	kubespec.Env:        Environment,
	kubespec.PodPorts:   ContainerPorts,
	kubespec.Probe:      ContainerProbe,
	kubespec.Resources:  Resources,
	kubespec.Volume:     Volumes,
	kubespec.Pod:        PodSpec,
	kubespec.Data:       ConfigMapData,
	kubespec.Autoscaler: Autoscaler,
	kubespec.Budget:     DisruptionBudget,
	kubespec.Immutable:  ImmutableField,
}

// checkKube checks single objects of Kubernetes, and the metadata of all objects.
func (c *checker) checkKube() {
	for i := range c.Objects {
		o := &c.Objects[i]
		c.refusedByServer(o, kubespec.Known(o.Value.GetObjectKind().GroupVersionKind().GroupVersion(), o.Ref.Kind))
		c.refusedByServer(o, kubespec.Metadata(o.Ref.Group, o.Ref.Kind, o.Meta()))
		c.refusedByServer(o, kubeFaults(o))
	}
}

// kubeFaults returns why the API server refuses an object, metadata aside.
func kubeFaults(o *manifest.Object) []kubespec.Fault {
	if d := o.Deployment(); d != nil {
		return kubespec.Deployment(d)
	}
	if s := o.StatefulSet(); s != nil {
		return kubespec.StatefulSet(s)
	}
	if d := o.DaemonSet(); d != nil {
		return kubespec.DaemonSet(d)
	}
	if s := o.Service(); s != nil {
		return kubespec.ServiceSpec(s)
	}
	if a := o.Autoscaler(); a != nil {
		return kubespec.HorizontalPodAutoscaler(a)
	}
	if b := o.Budget(); b != nil {
		return kubespec.PodDisruptionBudget(b)
	}
	if o.Ref.Group == "" && o.Ref.Kind == "ConfigMap" {
		if m := (&corev1.ConfigMap{}); read(o, "v1", m) {
			return kubespec.ConfigMap(m)
		}
	}
	return nil
}

// read reads an object of a version of its API into its Go type, and reports whether it
// has that version. The reader of the files reports values of a wrong type.
func read[T any](o *manifest.Object, version string, into *T) bool {
	if o.Value.GetObjectKind().GroupVersionKind().Version != version {
		return false
	}
	if typed, is := any(o.Value).(*T); is {
		*into = *typed
		return true
	}
	u, is := o.Value.(*unstructured.Unstructured)
	return is && runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, into) == nil
}

// refusedByServer reports why the API server refuses an object.
func (c *checker) refusedByServer(o *manifest.Object, faults []kubespec.Fault) {
	for _, f := range faults {
		code := kubeCodes[f.Rule]
		severity := c.rules[code].Severity
		if f.Older {
			severity = Warning
		}
		c.reportAs(severity, code, o, f.Path, f.Message)
	}
}
