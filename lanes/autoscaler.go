package lanes

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// Autoscaler says how many pods a service runs in a version, depending on load. It
// is the spec of a HorizontalPodAutoscaler without its target, which is derived.
type Autoscaler struct {
	// MinReplicas is the smallest number of pods. 0 needs a metric of type Object or
	// External. Nil means 1.
	MinReplicas *int32 `json:"minReplicas,omitempty"`
	// MaxReplicas is the largest number of pods, at least MinReplicas.
	MaxReplicas int32 `json:"maxReplicas"`
	// Metrics are what the load is read from, as in Kubernetes. Empty means its
	// default, 80% of the CPU that the pods request.
	Metrics []autoscalingv2.MetricSpec `json:"metrics,omitempty"`
	// Behavior says how fast the number changes, as in Kubernetes. Nil means its
	// default.
	Behavior *autoscalingv2.HorizontalPodAutoscalerBehavior `json:"behavior,omitempty"`
}

// validate checks the numbers. Kubernetes checks metrics and behavior.
func (a *Autoscaler) validate(path *field.Path) field.ErrorList {
	if a == nil {
		return nil
	}
	var errs field.ErrorList
	least := int32(1)
	if a.MinReplicas != nil {
		least = *a.MinReplicas
	}
	errs = append(errs, notNegative(path.Child("minReplicas"), a.MinReplicas)...)
	if least == 0 && !slices.ContainsFunc(a.Metrics, outside) {
		errs = append(errs, field.Required(path.Child("metrics"),
			"must have a metric of type Object or External, since minReplicas is 0"))
	}
	if a.MaxReplicas < max(least, 1) {
		errs = append(errs, field.Invalid(path.Child("maxReplicas"), a.MaxReplicas,
			"must be at least minReplicas; unset means 1"))
	}
	return errs
}

// outside reports whether a metric has a value without any pods.
func outside(m autoscalingv2.MetricSpec) bool {
	return m.Type == autoscalingv2.ObjectMetricSourceType || m.Type == autoscalingv2.ExternalMetricSourceType
}

// AutoscalerBuilder builds the HorizontalPodAutoscaler of one service in one version. It
// derives name, labels and target from Service and Version.
//
// +kubebuilder:object:generate=false
type AutoscalerBuilder struct {
	// Service and Version are those of the Deployment that it scales.
	Service string
	Version string
	// Namespace may be empty: the object then has none.
	Namespace string
	// Autoscaler holds its settings.
	Autoscaler Autoscaler
}

// Validate returns every fault, with paths in the built object's JSON names.
func (b AutoscalerBuilder) Validate() field.ErrorList {
	errs := validateOwner(b.Service, b.Version, b.Namespace)
	return append(errs, b.Autoscaler.validate(field.NewPath("spec"))...)
}

// Build returns a new autoscaler, or an error that holds every fault.
func (b AutoscalerBuilder) Build() (*autoscalingv2.HorizontalPodAutoscaler, error) {
	name := DeploymentName(b.Service, b.Version)
	if err := fielderr.Join("HorizontalPodAutoscaler "+name, b.Validate()); err != nil {
		return nil, err
	}
	own := b.Autoscaler.DeepCopy()
	return &autoscalingv2.HorizontalPodAutoscaler{
		TypeMeta: metav1.TypeMeta{APIVersion: autoscalingv2.SchemeGroupVersion.String(),
			Kind: "HorizontalPodAutoscaler"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: b.Namespace, Labels: ownLabels(b.Service, b.Version)},
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: appsv1.SchemeGroupVersion.String(),
				Kind: "Deployment", Name: name},
			MinReplicas: own.MinReplicas,
			MaxReplicas: own.MaxReplicas,
			Metrics:     own.Metrics,
			Behavior:    own.Behavior,
		},
	}, nil
}
