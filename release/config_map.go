package release

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/manifest"
)

// ConfigOf returns the config that a ConfigMap of a cluster describes. The ConfigMap is a
// *corev1.ConfigMap, with or without TypeMeta, or unstructured. The error is a [*PlanError] for
// faults of the ConfigMap, and another error for an object without apiVersion, kind or name.
func ConfigOf(configMap runtime.Object) (Config, error) {
	if typed, is := configMap.(*corev1.ConfigMap); is && typed != nil {
		fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
		if err != nil {
			return Config{}, err
		}
		u := &unstructured.Unstructured{Object: fields}
		u.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("ConfigMap"))
		configMap = u
	}
	o, err := manifest.NewObject(configMap, "")
	if err != nil {
		return Config{}, err
	}
	return DecodeConfig(o)
}

// ConfigMap returns the config as [ConfigOf] reads it, each key a YAML text. It has no
// namespace; the caller may set one. The error holds a field error per fault, with paths that
// begin with the key of the data.
func (c Config) ConfigMap() (*corev1.ConfigMap, error) {
	if err := fielderr.Join("config", c.validate()); err != nil {
		return nil, err
	}
	out := &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Name: c.Name, Labels: map[string]string{LabelPlan: "1"}},
		Data:       map[string]string{},
	}
	parts := map[string]any{"plan": c.Plan, "candidate": c.Candidate, "routes": c.Routes}
	if c.LaneGroup != "" {
		parts["laneGroup"] = c.LaneGroup
		delete(parts, "routes")
	}
	if c.Values != nil {
		parts["values"] = *c.Values
		delete(parts, "routes")
	}
	if len(c.Services) > 0 {
		parts["services"] = c.Services
	}
	if c.Demand != nil {
		parts["demand"] = *c.Demand
	}
	if len(c.Floors) > 0 {
		parts["replicas"] = c.Floors
	}
	for key, value := range parts {
		text, err := yaml.Marshal(value)
		if err != nil {
			return nil, err
		}
		out.Data[key] = string(text)
	}
	return out, nil
}
