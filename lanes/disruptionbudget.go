package lanes

import (
	"fmt"
	"strconv"
	"strings"

	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// DisruptionBudget says how many pods of a service in a version stay when nodes are
// drained. It is the spec of a PodDisruptionBudget without its selector, which is
// derived. Exactly one of MinAvailable and MaxUnavailable is set.
type DisruptionBudget struct {
	// MinAvailable is how many pods stay at least, a number or "50%".
	MinAvailable *intstr.IntOrString `json:"minAvailable,omitempty"`
	// MaxUnavailable is how many pods may be missing, a number or "50%".
	MaxUnavailable *intstr.IntOrString `json:"maxUnavailable,omitempty"`
	// UnhealthyPodEvictionPolicy is IfHealthyBudget or AlwaysAllow. Nil means
	// Kubernetes' default, IfHealthyBudget.
	UnhealthyPodEvictionPolicy *policyv1.UnhealthyPodEvictionPolicyType `json:"unhealthyPodEvictionPolicy,omitempty"`
}

func (b *DisruptionBudget) validate(path *field.Path) field.ErrorList {
	if b == nil {
		return nil
	}
	var errs field.ErrorList
	switch {
	case b.MinAvailable == nil && b.MaxUnavailable == nil:
		errs = append(errs, field.Required(path.Child("minAvailable"), "must be set, unless maxUnavailable is"))
	case b.MinAvailable != nil && b.MaxUnavailable != nil:
		errs = append(errs, field.Forbidden(path.Child("maxUnavailable"), "may not be set with minAvailable"))
	}
	errs = append(errs, validateAmount(path.Child("minAvailable"), b.MinAvailable, 100)...)
	errs = append(errs, validateAmount(path.Child("maxUnavailable"), b.MaxUnavailable, 100)...)
	if p := b.UnhealthyPodEvictionPolicy; p != nil {
		errs = append(errs, oneOf(path.Child("unhealthyPodEvictionPolicy"), *p, policyv1.IfHealthyBudget,
			policyv1.AlwaysAllow)...)
	}
	return errs
}

// DisruptionBudgetBuilder builds the PodDisruptionBudget of one service in one version.
// It derives name, labels and selector from Service and Version.
//
// +kubebuilder:object:generate=false
type DisruptionBudgetBuilder struct {
	// Service and Version are those of the Deployment with these pods.
	Service string
	Version string
	// Namespace may be empty: the object then has none.
	Namespace string
	// DisruptionBudget says how many pods to keep.
	DisruptionBudget DisruptionBudget
}

// Validate returns every fault, with paths in the built object's JSON names.
func (b DisruptionBudgetBuilder) Validate() field.ErrorList {
	errs := validateOwner(b.Service, b.Version, b.Namespace)
	return append(errs, b.DisruptionBudget.validate(field.NewPath("spec"))...)
}

// Build returns a new disruption budget, or an error that holds every fault.
func (b DisruptionBudgetBuilder) Build() (*policyv1.PodDisruptionBudget, error) {
	name := DeploymentName(b.Service, b.Version)
	if err := fielderr.Join("PodDisruptionBudget "+name, b.Validate()); err != nil {
		return nil, err
	}
	own := b.DisruptionBudget.DeepCopy()
	return &policyv1.PodDisruptionBudget{
		TypeMeta:   metav1.TypeMeta{APIVersion: policyv1.SchemeGroupVersion.String(), Kind: "PodDisruptionBudget"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: b.Namespace, Labels: ownLabels(b.Service, b.Version)},
		Spec: policyv1.PodDisruptionBudgetSpec{
			MinAvailable:               own.MinAvailable,
			MaxUnavailable:             own.MaxUnavailable,
			Selector:                   &metav1.LabelSelector{MatchLabels: podLabels(b.Service, b.Version)},
			UnhealthyPodEvictionPolicy: own.UnhealthyPodEvictionPolicy,
		},
	}, nil
}

// validateAmount checks a number of pods or a share of them; a percent above 0 bounds the
// share.
func validateAmount(path *field.Path, amount *intstr.IntOrString, percent int) field.ErrorList {
	if amount == nil {
		return nil
	}
	n := int(amount.IntVal)
	if amount.Type == intstr.String {
		digits, isShare := strings.CutSuffix(amount.StrVal, "%")
		share, err := strconv.ParseUint(digits, 10, 16)
		switch {
		case !isShare || err != nil:
			return field.ErrorList{field.Invalid(path, amount.StrVal, `must be a number or a share such as "50%"`)}
		case percent > 0 && int(share) > percent:
			return field.ErrorList{field.Invalid(path, amount.StrVal, fmt.Sprintf("must be at most %d%%", percent))}
		}
		return nil
	}
	if n < 0 {
		return field.ErrorList{field.Invalid(path, n, "must not be negative")}
	}
	return nil
}

// isZero reports whether an amount is set, and is 0 or "0%".
func isZero(amount *intstr.IntOrString) bool {
	return amount != nil && strings.Trim(strings.TrimSuffix(amount.String(), "%"), "0") == ""
}
