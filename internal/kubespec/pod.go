package kubespec

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// pod checks a pod template.
type pod struct {
	*faults
	spec    *corev1.PodSpec
	names   set[string] // of containers
	volumes set[string]
	hosts   set[hostPort]
}

// template checks the template of pods that always run. Claims are the volumes that a StatefulSet
// adds.
// Source: Kubernetes, pkg/apis/core/validation, ValidatePodTemplateSpec.
func (f *faults) template(p *fieldpath.Path, t *corev1.PodTemplateSpec, claims []string) {
	f.labels(Labels, p.Child("metadata.labels"), t.Labels)
	f.annotations(p.Child("metadata.annotations"), t.Annotations)
	at := p.Child("spec")
	v := &pod{faults: f, spec: &t.Spec}
	v.policies(at)
	for _, claim := range claims {
		v.volumes.add(claim)
	}
	v.allVolumes(at.Child("volumes"))
	if len(t.Spec.Containers) == 0 {
		f.add(Container, at.Child("containers"), "must have a container")
	}
	for i := range t.Spec.Containers {
		v.container(at.Child("containers").Index(i), &t.Spec.Containers[i], true)
	}
	for i := range t.Spec.InitContainers {
		c := &t.Spec.InitContainers[i]
		v.hosts = set[hostPort]{} // init containers end before the others start
		sidecar := c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
		v.container(at.Child("initContainers").Index(i), c, sidecar)
	}
}

// policies checks the fields of the pod as a whole.
func (v *pod) policies(p *fieldpath.Path) {
	f, s := v.faults, v.spec
	if s.RestartPolicy != "" && s.RestartPolicy != corev1.RestartPolicyAlways {
		f.add(Pod, p.Child("restartPolicy"), fmt.Sprintf("must be Always: %q", s.RestartPolicy))
	}
	oneOf(f, Pod, p.Child("dnsPolicy"), s.DNSPolicy, corev1.DNSClusterFirst, corev1.DNSClusterFirstWithHostNet,
		corev1.DNSDefault, corev1.DNSNone)
	if s.ActiveDeadlineSeconds != nil {
		f.add(Pod, p.Child("activeDeadlineSeconds"), "must not be set: the pods always run")
	}
	f.maybeNamed(Pod, p.Child("serviceAccountName"), s.ServiceAccountName, validation.IsDNS1123Subdomain)
	f.maybeNamed(Pod, p.Child("priorityClassName"), s.PriorityClassName, validation.IsDNS1123Subdomain)
	f.labels(Pod, p.Child("nodeSelector"), s.NodeSelector)
	for i, t := range s.Tolerations {
		v.toleration(p.Child("tolerations").Index(i), t)
	}
	for i := range s.TopologySpreadConstraints {
		at, c := p.Child("topologySpreadConstraints").Index(i), &s.TopologySpreadConstraints[i]
		if c.MaxSkew <= 0 {
			f.add(Pod, at.Child("maxSkew"), fmt.Sprintf("must be greater than 0: %d", c.MaxSkew))
		}
		f.named(Pod, at.Child("topologyKey"), c.TopologyKey, validation.IsQualifiedName)
		if f.set(Pod, at.Child("whenUnsatisfiable"), string(c.WhenUnsatisfiable)) {
			oneOf(f, Pod, at.Child("whenUnsatisfiable"), c.WhenUnsatisfiable, corev1.DoNotSchedule,
				corev1.ScheduleAnyway)
		}
		f.labelSelector(Selector, at.Child("labelSelector"), c.LabelSelector)
	}
}

// toleration checks a toleration of taints.
func (v *pod) toleration(p *fieldpath.Path, t corev1.Toleration) {
	v.maybeNamed(Pod, p.Child("key"), t.Key, validation.IsQualifiedName)
	if t.Key == "" && t.Operator != corev1.TolerationOpExists {
		v.add(Pod, p.Child("operator"), "must be Exists: no key is set")
	}
	oneOf(v.faults, Pod, p.Child("effect"), t.Effect, corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule,
		corev1.TaintEffectNoExecute)
	if t.TolerationSeconds != nil && t.Effect != corev1.TaintEffectNoExecute {
		v.add(Pod, p.Child("effect"), fmt.Sprintf("must be NoExecute: tolerationSeconds is set: %q", t.Effect))
	}
}
