package kubespec

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// DeploymentChange returns why the API server refuses to change one Deployment into another.
// Source: Kubernetes, pkg/registry/apps/deployment, ValidateUpdate.
func DeploymentChange(from, to *appsv1.Deployment) []Fault {
	var f faults
	f.sameSelector(from.Spec.Selector, to.Spec.Selector)
	return f.all()
}

// DaemonSetChange returns why the API server refuses to change one DaemonSet into another.
// Source: Kubernetes, pkg/registry/apps/daemonset, ValidateUpdate.
func DaemonSetChange(from, to *appsv1.DaemonSet) []Fault {
	var f faults
	f.sameSelector(from.Spec.Selector, to.Spec.Selector)
	return f.all()
}

// StatefulSetChange returns why the API server refuses to change one StatefulSet into another.
// Source: Kubernetes, pkg/apis/apps/validation, ValidateStatefulSetUpdate.
func StatefulSetChange(from, to *appsv1.StatefulSet) []Fault {
	var f faults
	p := fieldpath.New("spec")
	f.sameSelector(from.Spec.Selector, to.Spec.Selector)
	if was := from.Spec.ServiceName; was != to.Spec.ServiceName {
		f.add(Immutable, p.Child("serviceName"), fmt.Sprintf("must stay %q: %q", was, to.Spec.ServiceName))
	}
	if was, is := management(from), management(to); was != is {
		f.add(Immutable, p.Child("podManagementPolicy"), fmt.Sprintf("must stay %s: %q", was, is))
	}
	if !equality.Semantic.DeepEqual(claims(from), claims(to)) {
		f.add(Immutable, p.Child("volumeClaimTemplates"), "must stay as they are")
	}
	return f.all()
}

func management(s *appsv1.StatefulSet) appsv1.PodManagementPolicyType {
	if s.Spec.PodManagementPolicy == "" {
		return appsv1.OrderedReadyPodManagement
	}
	return s.Spec.PodManagementPolicy
}

// claims returns the volume claims, with the server's defaults.
func claims(s *appsv1.StatefulSet) []corev1.PersistentVolumeClaim {
	out := make([]corev1.PersistentVolumeClaim, len(s.Spec.VolumeClaimTemplates))
	for i := range out {
		s.Spec.VolumeClaimTemplates[i].DeepCopyInto(&out[i])
		out[i].TypeMeta, out[i].Status = metav1.TypeMeta{}, corev1.PersistentVolumeClaimStatus{}
		if out[i].Spec.VolumeMode == nil {
			out[i].Spec.VolumeMode = new(corev1.PersistentVolumeFilesystem)
		}
	}
	return out
}

// sameSelector checks that the selector of a workload does not change.
func (f *faults) sameSelector(from, to *metav1.LabelSelector) {
	if !equality.Semantic.DeepEqual(from, to) {
		f.add(Immutable, fieldpath.New("spec.selector"),
			fmt.Sprintf("must stay %s: %s", metav1.FormatLabelSelector(from), metav1.FormatLabelSelector(to)))
	}
}

// ServiceChange returns why the API server refuses to change one Service into another. A Service
// without an address in the manifest keeps the address that it has.
// Source: Kubernetes, pkg/apis/core/validation, validateUpgradeDowngradeClusterIPs.
func ServiceChange(from, to *corev1.Service) []Fault {
	var f faults
	was, is := from.Spec.ClusterIP, to.Spec.ClusterIP
	at := fieldpath.New("spec.clusterIP")
	switch {
	case from.Spec.Type == corev1.ServiceTypeExternalName || to.Spec.Type == corev1.ServiceTypeExternalName:
	case was == "" && is == corev1.ClusterIPNone:
		f.add(Immutable, at, "must not be None: the Service has an address")
	case was != "" && is != "" && was != is:
		f.add(Immutable, at, fmt.Sprintf("must stay %s: %q", was, is))
	}
	return f.all()
}

// ConfigMapChange returns why the API server refuses to change one ConfigMap into another.
// Source: Kubernetes, pkg/apis/core/validation, ValidateConfigMapUpdate.
func ConfigMapChange(from, to *corev1.ConfigMap) []Fault {
	var f faults
	if from.Immutable == nil || !*from.Immutable {
		return nil
	}
	if to.Immutable == nil || !*to.Immutable {
		f.add(Immutable, fieldpath.New("immutable"), "must stay true")
	}
	if !equality.Semantic.DeepEqual(from.Data, to.Data) {
		f.add(Immutable, fieldpath.New("data"), "must stay as it is: the ConfigMap is immutable")
	}
	if !equality.Semantic.DeepEqual(from.BinaryData, to.BinaryData) {
		f.add(Immutable, fieldpath.New("binaryData"), "must stay as it is: the ConfigMap is immutable")
	}
	return f.all()
}
