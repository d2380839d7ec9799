package lanes

import (
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// DerivedStatefulSet makes the StatefulSet of a new version from that of another. Both
// have the same governing Service: the name of a pod begins with that of its StatefulSet,
// so the addresses below the Service differ.
//
// +kubebuilder:object:generate=false
type DerivedStatefulSet struct {
	// From is the StatefulSet of the other version, as a Deployment is in
	// [DerivedDeployment]. It claims no volumes: those of a copy would be empty.
	From *appsv1.StatefulSet
	// Version, Images and Scaled are as in [DerivedDeployment].
	Version string
	Images  map[string]string
	Scaled  bool
}

// Validate returns every fault, with paths in the JSON names of From. A fault that makes
// a copy unsafe has type field.ErrorTypeForbidden.
func (b DerivedStatefulSet) Validate() field.ErrorList {
	if b.From == nil {
		errs := fieldcheck.Label(field.NewPath("version"), b.Version)
		return append(errs, field.Required(field.NewPath("from"), "must be a StatefulSet"))
	}
	errs := derivedPods{b.From.Spec.Selector, &b.From.Spec.Template, b.Version, b.Images}.validate()
	if len(b.From.Spec.VolumeClaimTemplates) > 0 {
		errs = append(errs, field.Forbidden(field.NewPath("spec", "volumeClaimTemplates"),
			"must not claim volumes: those of a copy would be empty"))
	}
	return errs
}

// Build returns a copy of From that is changed as a Deployment is: see
// [DerivedDeployment.Build].
func (b DerivedStatefulSet) Build() (*appsv1.StatefulSet, error) {
	if err := fielderr.Join("StatefulSet of version "+b.Version, b.Validate()); err != nil {
		return nil, err
	}
	s := b.From.DeepCopy()
	s.Status = appsv1.StatefulSetStatus{}
	s.TypeMeta = metav1.TypeMeta{APIVersion: appsv1.SchemeGroupVersion.String(), Kind: "StatefulSet"}
	if b.Scaled {
		s.Spec.Replicas = nil
	}
	s.ObjectMeta = derivedPods{s.Spec.Selector, &s.Spec.Template, b.Version, b.Images}.change(s.ObjectMeta)
	return s, nil
}
