package lanes

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
)

// ServiceOptions are the settings of a Service that are not derived. The zero value adds
// nothing. Set any other field on the built object.
type ServiceOptions struct {
	// Labels and Annotations are added to those of the Service.
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	// Type is ClusterIP, NodePort or LoadBalancer. Empty means Kubernetes' default,
	// ClusterIP.
	Type corev1.ServiceType `json:"type,omitempty"`
	// SessionAffinity, InternalTrafficPolicy and TrafficDistribution are as in
	// Kubernetes. Empty and nil leave them unset.
	SessionAffinity       corev1.ServiceAffinity               `json:"sessionAffinity,omitempty"`
	InternalTrafficPolicy *corev1.ServiceInternalTrafficPolicy `json:"internalTrafficPolicy,omitempty"`
	TrafficDistribution   *string                              `json:"trafficDistribution,omitempty"`
	// PublishNotReadyAddresses also sends to pods that are not ready.
	PublishNotReadyAddresses bool `json:"publishNotReadyAddresses,omitempty"`
}

// DeploymentOptions are the settings of a Deployment that are neither derived nor in its
// pods' template. The zero value adds nothing. Set any other field on the built object.
type DeploymentOptions struct {
	// Labels and Annotations are added to those of the Deployment, not of its pods.
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	// Strategy says how pods are replaced. Nil means Kubernetes' default.
	Strategy *appsv1.DeploymentStrategy `json:"strategy,omitempty"`
	// MinReadySeconds is how long a pod must be ready to count as available.
	MinReadySeconds int32 `json:"minReadySeconds,omitempty"`
	// RevisionHistoryLimit is how many old ReplicaSets are kept. Nil means
	// Kubernetes' default, 10.
	RevisionHistoryLimit *int32 `json:"revisionHistoryLimit,omitempty"`
	// ProgressDeadlineSeconds is how long a change may take before it counts as
	// failed; more than MinReadySeconds. Nil means Kubernetes' default, 600.
	ProgressDeadlineSeconds *int32 `json:"progressDeadlineSeconds,omitempty"`
}

// optionPaths are the paths of the fields of options: in the declaration, or in the built
// object.
type optionPaths struct{ metadata, spec *field.Path }

func inObject() optionPaths {
	return optionPaths{field.NewPath("metadata"), field.NewPath("spec")}
}

// validate checks the options of a service. own are its derived labels.
func (o *ServiceOptions) validate(at optionPaths, own map[string]string) field.ErrorList {
	if o == nil {
		return nil
	}
	errs := validateMetadata(at.metadata, o.Labels, o.Annotations, own)
	errs = append(errs, oneOf(at.spec.Child("type"), o.Type, "", corev1.ServiceTypeClusterIP,
		corev1.ServiceTypeNodePort, corev1.ServiceTypeLoadBalancer)...)
	errs = append(errs, oneOf(at.spec.Child("sessionAffinity"), o.SessionAffinity, "", corev1.ServiceAffinityNone,
		corev1.ServiceAffinityClientIP)...)
	if p := o.InternalTrafficPolicy; p != nil {
		errs = append(errs, oneOf(at.spec.Child("internalTrafficPolicy"), *p,
			corev1.ServiceInternalTrafficPolicyCluster, corev1.ServiceInternalTrafficPolicyLocal)...)
	}
	if d := o.TrafficDistribution; d != nil {
		errs = append(errs, oneOf(at.spec.Child("trafficDistribution"), *d,
			corev1.ServiceTrafficDistributionPreferClose, corev1.ServiceTrafficDistributionPreferSameZone,
			corev1.ServiceTrafficDistributionPreferSameNode)...)
	}
	return errs
}

// validate checks the options of a Deployment. own are its derived labels.
func (o *DeploymentOptions) validate(at optionPaths, own map[string]string) field.ErrorList {
	if o == nil {
		return nil
	}
	errs := validateMetadata(at.metadata, o.Labels, o.Annotations, own)
	if s := o.Strategy; s != nil {
		path := at.spec.Child("strategy")
		errs = append(errs, oneOf(path.Child("type"), s.Type, "", appsv1.RecreateDeploymentStrategyType,
			appsv1.RollingUpdateDeploymentStrategyType)...)
		if r := s.RollingUpdate; r != nil {
			rolling := path.Child("rollingUpdate")
			if s.Type == appsv1.RecreateDeploymentStrategyType {
				errs = append(errs, field.Forbidden(rolling, "may not be set with type Recreate"))
			}
			errs = append(errs, validateAmount(rolling.Child("maxUnavailable"), r.MaxUnavailable, 100)...)
			errs = append(errs, validateAmount(rolling.Child("maxSurge"), r.MaxSurge, 0)...)
			if isZero(r.MaxUnavailable) && isZero(r.MaxSurge) {
				errs = append(errs, field.Invalid(rolling.Child("maxUnavailable"), r.MaxUnavailable.String(),
					"must not be 0 where maxSurge is 0"))
			}
		}
	}
	errs = append(errs, notNegative(at.spec.Child("minReadySeconds"), &o.MinReadySeconds)...)
	errs = append(errs, notNegative(at.spec.Child("revisionHistoryLimit"), o.RevisionHistoryLimit)...)
	deadline := int32(600)
	if o.ProgressDeadlineSeconds != nil {
		deadline = *o.ProgressDeadlineSeconds
	}
	if deadline <= o.MinReadySeconds {
		errs = append(errs, field.Invalid(at.spec.Child("progressDeadlineSeconds"), deadline,
			"must be more than minReadySeconds; unset means 600"))
	}
	return errs
}

// validateMetadata checks labels and annotations; the labels must not contradict the
// derived ones.
func validateMetadata(path *field.Path, labels, annotations, own map[string]string) field.ErrorList {
	errs := fieldcheck.Labels(path.Child("labels"), labels)
	errs = append(errs, fieldcheck.Annotations(path.Child("annotations"), annotations)...)
	for key, want := range sorted(own) {
		if got, set := labels[key]; set && got != want {
			errs = append(errs, field.Invalid(path.Child("labels").Key(key), got, "must be unset or "+
				want).WithOrigin("version-label"))
		}
	}
	return errs
}

// oneOf checks that a value is one of a few.
func oneOf[T ~string](path *field.Path, value T, of ...T) field.ErrorList {
	for _, v := range of {
		if value == v {
			return nil
		}
	}
	return field.ErrorList{field.NotSupported(path, value, of)}
}
