package lanes

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// DerivedDaemonSet makes the DaemonSet of a new version from that of another. Each node
// then has a pod of both, and the two must not share ports or directories of the node.
//
// +kubebuilder:object:generate=false
type DerivedDaemonSet struct {
	// From is the DaemonSet of the other version, as a Deployment is in
	// [DerivedDeployment]. Its pods use no port of their node, and write nowhere on it.
	From *appsv1.DaemonSet
	// Version and Images are as in [DerivedDeployment].
	Version string
	Images  map[string]string
}

// Validate returns every fault, with paths in the JSON names of From. A fault that makes
// a copy unsafe has type field.ErrorTypeForbidden.
func (b DerivedDaemonSet) Validate() field.ErrorList {
	if b.From == nil {
		errs := fieldcheck.Label(field.NewPath("version"), b.Version)
		return append(errs, field.Required(field.NewPath("from"), "must be a DaemonSet"))
	}
	errs := derivedPods{b.From.Spec.Selector, &b.From.Spec.Template, b.Version, b.Images}.validate()
	return append(errs, onOneNode(field.NewPath("spec", "template", "spec"), b.From.Spec.Template.Spec)...)
}

// onOneNode returns what keeps two such pods from running on one node.
func onOneNode(at *field.Path, pod corev1.PodSpec) field.ErrorList {
	var errs field.ErrorList
	if pod.HostNetwork {
		errs = append(errs, field.Forbidden(at.Child("hostNetwork"),
			"must not be true: the pods of both versions would take the same ports of a node"))
	}
	lists := map[string][]corev1.Container{"containers": pod.Containers, "initContainers": pod.InitContainers}
	for list, containers := range sorted(lists) {
		for i, c := range containers {
			for j, port := range c.Ports {
				if port.HostPort != 0 && !pod.HostNetwork {
					hostPort := at.Child(list).Index(i).Child("ports").Index(j).Child("hostPort")
					errs = append(errs, field.Forbidden(hostPort,
						fmt.Sprintf("must not be set: the pods of both versions would take port %d of a node",
							port.HostPort)))
				}
			}
		}
	}
	all := slices.Concat(pod.Containers, pod.InitContainers)
	for i, v := range pod.Volumes {
		writer := func(c corev1.Container) bool { return writes(c, v.Name) }
		if v.HostPath != nil && slices.ContainsFunc(all, writer) {
			errs = append(errs, field.Forbidden(at.Child("volumes").Index(i).Child("hostPath"),
				"must be mounted readOnly: the pods of both versions would write in one directory of a node"))
		}
	}
	return errs
}

// writes reports whether a container may write to a volume.
func writes(c corev1.Container, volume string) bool {
	return slices.ContainsFunc(c.VolumeMounts,
		func(m corev1.VolumeMount) bool { return m.Name == volume && !m.ReadOnly })
}

// Build returns a copy of From that is changed as a Deployment is: see
// [DerivedDeployment.Build].
func (b DerivedDaemonSet) Build() (*appsv1.DaemonSet, error) {
	if err := fielderr.Join("DaemonSet of version "+b.Version, b.Validate()); err != nil {
		return nil, err
	}
	d := b.From.DeepCopy()
	d.Status = appsv1.DaemonSetStatus{}
	d.TypeMeta = metav1.TypeMeta{APIVersion: appsv1.SchemeGroupVersion.String(), Kind: "DaemonSet"}
	d.ObjectMeta = derivedPods{d.Spec.Selector, &d.Spec.Template, b.Version, b.Images}.change(d.ObjectMeta)
	return d, nil
}
