package lanes

import (
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// DerivedDeployment makes the Deployment of a new version from that of another.
//
// +kubebuilder:object:generate=false
type DerivedDeployment struct {
	// From is the Deployment of the other version. Its pods' labels name that version:
	// see [VersionOf].
	From *appsv1.Deployment
	// Version is the new version; a DNS-1123 label.
	Version string
	// Images are the new images, by container. Containers that are not listed
	// keep theirs.
	Images map[string]string
	// Scaled says that an autoscaler sets the replicas: the field is left unset.
	Scaled bool
}

// Validate returns every fault, with paths in the JSON names of From.
func (b DerivedDeployment) Validate() field.ErrorList {
	if b.From == nil {
		errs := fieldcheck.Label(field.NewPath("version"), b.Version)
		return append(errs, field.Required(field.NewPath("from"), "must be a Deployment"))
	}
	return derivedPods{b.From.Spec.Selector, &b.From.Spec.Template, b.Version, b.Images}.validate()
}

// Build returns a copy of From for the new version: the name, the labels, the selector
// and the pod labels name it, as do variables of containers that have "version" in their
// name and the old version as value. The images are the new ones. It drops the status and
// what a server adds to metadata, and keeps everything else.
func (b DerivedDeployment) Build() (*appsv1.Deployment, error) {
	if err := fielderr.Join("Deployment of version "+b.Version, b.Validate()); err != nil {
		return nil, err
	}
	d := b.From.DeepCopy()
	d.Status = appsv1.DeploymentStatus{}
	d.TypeMeta = deploymentType()
	if b.Scaled {
		d.Spec.Replicas = nil
	}
	d.ObjectMeta = derivedPods{d.Spec.Selector, &d.Spec.Template, b.Version, b.Images}.change(d.ObjectMeta)
	return d, nil
}

// serverAnnotations are the annotations that servers and kubectl write.
var serverAnnotations = [...]string{"deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation",
	corev1.LastAppliedConfigAnnotation}

// renamed returns a name with another version at its end.
func renamed(name, old, version string) string {
	return strings.TrimSuffix(name, "-"+old) + "-" + version
}

// relabelled replaces the label values that are the old version.
func relabelled(labels map[string]string, old, version string) map[string]string {
	for _, key := range versionLabels {
		if labels[key] == old {
			labels[key] = version
		}
	}
	return labels
}

// DerivedLane makes the lane of a new version from that of another.
//
// +kubebuilder:object:generate=false
type DerivedLane struct {
	// From is the lane of the other version.
	From *ASMSwimLane
	// Name of the new lane.
	Name string
	// OldVersion and Version are the versions of both lanes, as the pods' labels name
	// them.
	OldVersion string
	Version    string
}

// Validate returns every fault, with paths in the JSON names of From.
func (b DerivedLane) Validate() field.ErrorList {
	errs := fieldcheck.Label(field.NewPath("metadata", "name"), b.Name)
	errs = append(errs, fieldcheck.Label(field.NewPath("version"), b.Version)...)
	if b.From == nil {
		return append(errs, field.Required(field.NewPath("from"), "must be a lane"))
	}
	selector := field.NewPath("spec", "labelSelector")
	for _, key := range versionLabels {
		if b.From.Spec.LabelSelector[key] == b.OldVersion && b.OldVersion != "" {
			return errs
		}
	}
	return append(errs, field.Invalid(selector, b.From.Spec.LabelSelector,
		fmt.Sprintf("must select version %q by the label %s or %s", b.OldVersion, LabelVersion, LabelTrafficTag)))
}

// Build returns a copy of From with the new name, which selects the new version. It gets
// no requests yet: a weight is 0, ingress rules are left out. It drops the status and
// what a server adds to metadata.
func (b DerivedLane) Build() (*ASMSwimLane, error) {
	if err := fielderr.Join(KindLane+" "+b.Name, b.Validate()); err != nil {
		return nil, err
	}
	lane := b.From.DeepCopy()
	lane.TypeMeta = typeMeta(KindLane)
	lane.ObjectMeta = metav1.ObjectMeta{Name: b.Name, Labels: lane.Labels, Annotations: lane.Annotations}
	delete(lane.Annotations, corev1.LastAppliedConfigAnnotation)
	lane.Spec.LabelSelector = relabelled(lane.Spec.LabelSelector, b.OldVersion, b.Version)
	lane.Spec.IngressRules = nil
	if lane.Spec.IngressWeight != nil {
		lane.Spec.IngressWeight.Weight = new(int32(0))
	}
	lane.Status = nil
	return lane, nil
}
