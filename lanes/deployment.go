package lanes

import (
	"maps"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// DeploymentBuilder builds the Deployment that runs one service in one version. It
// derives name, labels and selector from Service and Version; the Template holds
// everything about the pod.
//
// +kubebuilder:object:generate=false
type DeploymentBuilder struct {
	// Service names the Kubernetes Service; it is the pods' LabelApp.
	Service string
	// Version is the pods' LabelVersion and LabelTrafficTag.
	Version string
	// Namespace may be empty: the object then has none.
	Namespace string
	// Replicas is how many pods run. Nil leaves the field unset: one pod, or the number
	// an autoscaler sets.
	Replicas *int32
	// Options are further settings of the Deployment.
	Options DeploymentOptions
	// Template is the pod: its labels and annotations are kept, and the three labels for
	// service and version are added. Another value for one of these labels is a fault, as
	// is a template without containers.
	Template *corev1.PodTemplateSpec
}

// DeploymentName returns the name of the Deployment of a service in a version:
// "mocka-v1".
func DeploymentName(service, version string) string { return service + "-" + version }

func deploymentType() metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: appsv1.SchemeGroupVersion.String(), Kind: "Deployment"}
}

// podLabels returns the labels that only the pods of a service and version have: the
// Deployment's selector.
func podLabels(service, version string) map[string]string {
	return map[string]string{LabelApp: service, LabelVersion: version, LabelTrafficTag: version}
}

// ownLabels returns the labels of the objects that run, scale and keep a version's pods.
func ownLabels(service, version string) map[string]string {
	return map[string]string{LabelApp: service, LabelVersion: version}
}

// merged returns new labels: those of both, where own overrides.
func merged(labels, own map[string]string) map[string]string {
	out := make(map[string]string, len(labels)+len(own))
	maps.Copy(out, labels)
	maps.Copy(out, own)
	return out
}

// validateOwner checks the parts of the metadata of a version's object.
func validateOwner(service, version, namespace string) field.ErrorList {
	labels := field.NewPath("metadata", "labels")
	errs := fieldcheck.ServiceName(labels.Key(LabelApp), service)
	errs = append(errs, fieldcheck.Label(labels.Key(LabelVersion), version)...)
	return append(errs, fieldcheck.Namespace(field.NewPath("metadata", "namespace"), namespace)...)
}

// Validate returns every fault, with paths in the built object's JSON names.
// It does not repeat Kubernetes' own validation of pods.
func (b DeploymentBuilder) Validate() field.ErrorList {
	errs := validateOwner(b.Service, b.Version, b.Namespace)
	errs = append(errs, b.Options.validate(inObject(), ownLabels(b.Service, b.Version))...)
	errs = append(errs, notNegative(field.NewPath("spec", "replicas"), b.Replicas)...)
	template := field.NewPath("spec", "template")
	if b.Template == nil {
		return append(errs, field.Required(template, "must be the template of the pod"))
	}
	return append(errs, validateTemplate(template, b.Template, podLabels(b.Service, b.Version))...)
}

// Build returns a new Deployment, or an error that holds every fault.
func (b DeploymentBuilder) Build() (*appsv1.Deployment, error) {
	name := DeploymentName(b.Service, b.Version)
	if err := fielderr.Join("Deployment "+name, b.Validate()); err != nil {
		return nil, err
	}
	d := &appsv1.Deployment{
		TypeMeta: deploymentType(),
		ObjectMeta: metav1.ObjectMeta{
			Name:        name,
			Namespace:   b.Namespace,
			Labels:      merged(b.Options.Labels, ownLabels(b.Service, b.Version)),
			Annotations: maps.Clone(b.Options.Annotations),
		},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: podLabels(b.Service, b.Version)},
			Template: *b.Template.DeepCopy(),
		},
	}
	options := b.Options.DeepCopy()
	if options.Strategy != nil {
		d.Spec.Strategy = *options.Strategy
	}
	d.Spec.MinReadySeconds = options.MinReadySeconds
	d.Spec.RevisionHistoryLimit, d.Spec.ProgressDeadlineSeconds = options.RevisionHistoryLimit,
		options.ProgressDeadlineSeconds
	if b.Replicas != nil {
		replicas := *b.Replicas
		d.Spec.Replicas = &replicas
	}
	if d.Spec.Template.Labels == nil {
		d.Spec.Template.Labels = map[string]string{}
	}
	maps.Copy(d.Spec.Template.Labels, podLabels(b.Service, b.Version))
	return d, nil
}
