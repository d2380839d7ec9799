package lanes

import (
	"fmt"
	"maps"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// DerivedAutoscaler makes the autoscaler of a new version's Deployment from that
// of another version's.
//
// +kubebuilder:object:generate=false
type DerivedAutoscaler struct {
	// From is the autoscaler of the other version.
	From *autoscalingv2.HorizontalPodAutoscaler
	// OldVersion and Version are the versions of both Deployments.
	OldVersion string
	Version    string
	// Target is the name of the new Deployment.
	Target string
}

// Validate returns every fault, with paths in the JSON names of From.
func (b DerivedAutoscaler) Validate() field.ErrorList {
	errs := validateVersions(b.OldVersion, b.Version)
	errs = append(errs, fieldcheck.Subdomain(field.NewPath("spec", "scaleTargetRef", "name"), b.Target)...)
	if b.From == nil {
		errs = append(errs, field.Required(field.NewPath("from"), "must be an autoscaler"))
	}
	return errs
}

// Build returns a copy of From that scales the new Deployment. The name and the version
// labels name the new version. It drops the status and what a server adds to metadata,
// and keeps everything else.
func (b DerivedAutoscaler) Build() (*autoscalingv2.HorizontalPodAutoscaler, error) {
	if err := fielderr.Join("HorizontalPodAutoscaler of version "+b.Version, b.Validate()); err != nil {
		return nil, err
	}
	out := b.From.DeepCopy()
	out.TypeMeta = metav1.TypeMeta{APIVersion: autoscalingv2.SchemeGroupVersion.String(),
		Kind: "HorizontalPodAutoscaler"}
	out.ObjectMeta = derivedMeta(out.ObjectMeta, b.OldVersion, b.Version)
	out.Spec.ScaleTargetRef.Name = b.Target
	out.Status = autoscalingv2.HorizontalPodAutoscalerStatus{}
	return out, nil
}

// DerivedBudget makes the disruption budget of a new version's pods from that of
// another version's.
//
// +kubebuilder:object:generate=false
type DerivedBudget struct {
	// From is the budget of the other version. Its selector names the version.
	From *policyv1.PodDisruptionBudget
	// OldVersion and Version are both versions.
	OldVersion string
	Version    string
}

// Validate returns every fault, with paths in the JSON names of From.
func (b DerivedBudget) Validate() field.ErrorList {
	errs := validateVersions(b.OldVersion, b.Version)
	switch {
	case b.From == nil:
		errs = append(errs, field.Required(field.NewPath("from"), "must be a disruption budget"))
	case !NamesVersion(b.From.Spec.Selector, b.OldVersion):
		errs = append(errs, field.Invalid(field.NewPath("spec", "selector"),
			metav1.FormatLabelSelector(b.From.Spec.Selector),
			fmt.Sprintf("must select the pods of version %q by a label", b.OldVersion)))
	}
	return errs
}

// Build returns a copy of From that selects the pods of the new version, changed
// as an autoscaler is: see [DerivedAutoscaler.Build].
func (b DerivedBudget) Build() (*policyv1.PodDisruptionBudget, error) {
	if err := fielderr.Join("PodDisruptionBudget of version "+b.Version, b.Validate()); err != nil {
		return nil, err
	}
	out := b.From.DeepCopy()
	out.TypeMeta = metav1.TypeMeta{APIVersion: policyv1.SchemeGroupVersion.String(), Kind: "PodDisruptionBudget"}
	out.ObjectMeta = derivedMeta(out.ObjectMeta, b.OldVersion, b.Version)
	out.Spec.Selector.MatchLabels = relabelled(out.Spec.Selector.MatchLabels, b.OldVersion, b.Version)
	out.Status = policyv1.PodDisruptionBudgetStatus{}
	return out, nil
}

// NamesVersion reports whether a selector asks for a version by LabelVersion or
// LabelTrafficTag, so that it does not select pods of other versions.
func NamesVersion(selector *metav1.LabelSelector, version string) bool {
	return version != "" && selector != nil &&
		(selector.MatchLabels[LabelVersion] == version || selector.MatchLabels[LabelTrafficTag] == version)
}

func validateVersions(old, version string) field.ErrorList {
	errs := fieldcheck.Label(field.NewPath("oldVersion"), old)
	errs = append(errs, fieldcheck.Label(field.NewPath("version"), version)...)
	if old == version && old != "" {
		errs = append(errs, field.Invalid(field.NewPath("version"), version,
			"must be another version than the old one"))
	}
	return errs
}

// derivedMeta returns the metadata of an object of a new version: the name, the
// labels and the annotations that people set.
func derivedMeta(m metav1.ObjectMeta, old, version string) metav1.ObjectMeta {
	annotations := maps.Clone(m.Annotations)
	for _, key := range serverAnnotations {
		delete(annotations, key)
	}
	if len(annotations) == 0 {
		annotations = nil
	}
	return metav1.ObjectMeta{
		Name:        renamed(m.Name, old, version),
		Namespace:   m.Namespace,
		Labels:      relabelled(maps.Clone(m.Labels), old, version),
		Annotations: annotations,
	}
}
