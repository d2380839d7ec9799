package kubespec

import (
	"fmt"
	"slices"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// HorizontalPodAutoscaler returns why the API server refuses an autoscaler.
// Source: Kubernetes, pkg/apis/autoscaling/validation, validateHorizontalPodAutoscalerSpec.
func HorizontalPodAutoscaler(a *autoscalingv2.HorizontalPodAutoscaler) []Fault {
	var f faults
	p, s := fieldpath.New("spec"), &a.Spec
	f.count(Autoscaler, p.Child("minReplicas"), s.MinReplicas)
	most := p.Child("maxReplicas")
	switch {
	case s.MaxReplicas <= 0:
		f.add(Autoscaler, most, fmt.Sprintf("must be at least 1: %d", s.MaxReplicas))
	case s.MinReplicas != nil && s.MaxReplicas < *s.MinReplicas:
		f.add(Autoscaler, most, fmt.Sprintf("must be at least minReplicas, %d: %d", *s.MinReplicas, s.MaxReplicas))
	}
	f.scaled(p.Child("scaleTargetRef"), s.ScaleTargetRef)
	metrics := p.Child("metrics")
	outside := func(m autoscalingv2.MetricSpec) bool {
		return m.Type == autoscalingv2.ObjectMetricSourceType || m.Type == autoscalingv2.ExternalMetricSourceType
	}
	if s.MinReplicas != nil && *s.MinReplicas == 0 && !slices.ContainsFunc(s.Metrics, outside) {
		f.add(Autoscaler, metrics, "must have one of type Object or External: minReplicas is 0")
	}
	for i := range s.Metrics {
		f.metric(metrics.Index(i), &s.Metrics[i])
	}
	if b := s.Behavior; b != nil {
		f.scaling(p.Child("behavior.scaleUp"), b.ScaleUp)
		f.scaling(p.Child("behavior.scaleDown"), b.ScaleDown)
	}
	return f.all()
}

// scaled checks a reference to an object.
func (f *faults) scaled(p *fieldpath.Path, ref autoscalingv2.CrossVersionObjectReference) {
	f.named(Autoscaler, p.Child("kind"), ref.Kind, content.IsPathSegmentName)
	f.named(Autoscaler, p.Child("name"), ref.Name, content.IsPathSegmentName)
}

// metric checks a metric: it must have one source, that of its type.
func (f *faults) metric(p *fieldpath.Path, m *autoscalingv2.MetricSpec) {
	if !f.set(Autoscaler, p.Child("type"), string(m.Type)) {
		return
	}
	known := false
	for _, source := range [...]struct {
		of  autoscalingv2.MetricSourceType
		key string
		set bool
	}{
		{autoscalingv2.ObjectMetricSourceType, "object", m.Object != nil},
		{autoscalingv2.PodsMetricSourceType, "pods", m.Pods != nil},
		{autoscalingv2.ResourceMetricSourceType, "resource", m.Resource != nil},
		{autoscalingv2.ExternalMetricSourceType, "external", m.External != nil},
		{autoscalingv2.ContainerResourceMetricSourceType, "containerResource", m.ContainerResource != nil},
	} {
		switch at := p.Child(source.key); {
		case source.of == m.Type && !source.set:
			f.add(Autoscaler, at, fmt.Sprintf("must be set: the type is %s", m.Type))
		case source.of == m.Type:
			f.source(at, m)
		case source.set:
			f.add(Autoscaler, at, fmt.Sprintf("must not be set: the type is %s", m.Type))
		}
		known = known || source.of == m.Type
	}
	if !known {
		f.add(Autoscaler, p.Child("type"),
			fmt.Sprintf("must be ContainerResource, External, Object, Pods or Resource: %q", m.Type))
	}
}

// source checks the source of a metric that its type names.
func (f *faults) source(p *fieldpath.Path, m *autoscalingv2.MetricSpec) {
	switch m.Type {
	case autoscalingv2.ObjectMetricSourceType:
		t := m.Object.Target
		f.scaled(p.Child("describedObject"), m.Object.DescribedObject)
		f.named(Autoscaler, p.Child("metric.name"), m.Object.Metric.Name, content.IsPathSegmentName)
		f.target(p.Child("target"), t, "averageValue", t.Value != nil || t.AverageValue != nil)
	case autoscalingv2.PodsMetricSourceType:
		f.named(Autoscaler, p.Child("metric.name"), m.Pods.Metric.Name, content.IsPathSegmentName)
		f.target(p.Child("target"), m.Pods.Target, "averageValue", m.Pods.Target.AverageValue != nil)
	case autoscalingv2.ResourceMetricSourceType:
		f.set(Autoscaler, p.Child("name"), string(m.Resource.Name))
		f.ofResource(p.Child("target"), m.Resource.Target)
	case autoscalingv2.ExternalMetricSourceType:
		t := m.External.Target
		f.named(Autoscaler, p.Child("metric.name"), m.External.Metric.Name, content.IsPathSegmentName)
		f.target(p.Child("target"), t, "averageValue", t.Value != nil || t.AverageValue != nil)
		if t.Value != nil && t.AverageValue != nil {
			f.add(Autoscaler, p.Child("target.value"), "must not be set with averageValue")
		}
	case autoscalingv2.ContainerResourceMetricSourceType:
		f.set(Autoscaler, p.Child("name"), string(m.ContainerResource.Name))
		f.named(Autoscaler, p.Child("container"), m.ContainerResource.Container, validation.IsDNS1123Label)
		f.ofResource(p.Child("target"), m.ContainerResource.Target)
	}
}

// ofResource checks the target for a resource: a utilization or an amount, not both.
func (f *faults) ofResource(p *fieldpath.Path, t autoscalingv2.MetricTarget) {
	f.target(p, t, "averageUtilization", t.AverageUtilization != nil || t.AverageValue != nil)
	if t.AverageUtilization != nil && t.AverageValue != nil {
		f.add(Autoscaler, p.Child("averageValue"), "must not be set with averageUtilization")
	}
}

// target checks a target. If set is false, the field key is missing.
func (f *faults) target(p *fieldpath.Path, t autoscalingv2.MetricTarget, key string, set bool) {
	if f.set(Autoscaler, p.Child("type"), string(t.Type)) {
		oneOf(f, Autoscaler, p.Child("type"), t.Type, autoscalingv2.UtilizationMetricType,
			autoscalingv2.ValueMetricType, autoscalingv2.AverageValueMetricType)
	}
	if !set {
		f.add(Autoscaler, p.Child(key), "must be set")
	}
	if t.AverageUtilization != nil && *t.AverageUtilization < 1 {
		f.add(Autoscaler, p.Child("averageUtilization"),
			fmt.Sprintf("must be greater than 0: %d", *t.AverageUtilization))
	}
	if t.Value != nil && t.Value.Sign() <= 0 {
		f.add(Autoscaler, p.Child("value"), "must be positive: "+t.Value.String())
	}
	if t.AverageValue != nil && t.AverageValue.Sign() <= 0 {
		f.add(Autoscaler, p.Child("averageValue"), "must be positive: "+t.AverageValue.String())
	}
}

// scaling checks the rules for how fast to scale. Unset policies get defaults.
func (f *faults) scaling(p *fieldpath.Path, r *autoscalingv2.HPAScalingRules) {
	if r == nil {
		return
	}
	if n := r.StabilizationWindowSeconds; n != nil && (*n < 0 || *n > 3600) {
		f.add(Autoscaler, p.Child("stabilizationWindowSeconds"), fmt.Sprintf("must be between 0 and 3600: %d", *n))
	}
	oneOfPtr(f, Autoscaler, p.Child("selectPolicy"), r.SelectPolicy, autoscalingv2.MaxChangePolicySelect,
		autoscalingv2.MinChangePolicySelect, autoscalingv2.DisabledPolicySelect)
	if r.Policies != nil && len(r.Policies) == 0 {
		f.add(Autoscaler, p.Child("policies"), "must have a policy, or not be set")
	}
	for i, policy := range r.Policies {
		at := p.Child("policies").Index(i)
		if f.set(Autoscaler, at.Child("type"), string(policy.Type)) {
			oneOf(f, Autoscaler, at.Child("type"), policy.Type, autoscalingv2.PodsScalingPolicy,
				autoscalingv2.PercentScalingPolicy)
		}
		if policy.Value <= 0 {
			f.add(Autoscaler, at.Child("value"), fmt.Sprintf("must be greater than 0: %d", policy.Value))
		}
		if n := policy.PeriodSeconds; n <= 0 || n > 1800 {
			f.add(Autoscaler, at.Child("periodSeconds"), fmt.Sprintf("must be between 1 and 1800: %d", n))
		}
	}
}

// PodDisruptionBudget returns why the API server refuses a budget.
// Source: Kubernetes, pkg/apis/policy/validation, ValidatePodDisruptionBudgetSpec.
func PodDisruptionBudget(b *policyv1.PodDisruptionBudget) []Fault {
	var f faults
	p, s := fieldpath.New("spec"), &b.Spec
	if s.MinAvailable != nil && s.MaxUnavailable != nil {
		f.add(Budget, p, "must have one of minAvailable and maxUnavailable, not both")
	}
	f.amount(Budget, p.Child("minAvailable"), s.MinAvailable, 100)
	f.amount(Budget, p.Child("maxUnavailable"), s.MaxUnavailable, 100)
	oneOfPtr(&f, Budget, p.Child("unhealthyPodEvictionPolicy"), s.UnhealthyPodEvictionPolicy, policyv1.IfHealthyBudget,
		policyv1.AlwaysAllow)
	f.labelSelector(Selector, p.Child("selector"), s.Selector)
	return f.all()
}
