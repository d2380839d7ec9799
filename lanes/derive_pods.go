package lanes

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
)

// derivedPods is what a Deployment, StatefulSet and DaemonSet of a new version have in
// common: the selector and the template of the pods, of the other version or of a copy.
type derivedPods struct {
	selector *metav1.LabelSelector
	template *corev1.PodTemplateSpec
	version  string // the new one
	images   map[string]string
}

// validate returns the faults of the other version's pods.
func (p derivedPods) validate() field.ErrorList {
	errs := fieldcheck.Label(field.NewPath("version"), p.version)
	labels := field.NewPath("spec", "template", "metadata", "labels")
	switch old := VersionOf(p.template.Labels); old {
	case "":
		errs = append(errs, field.Required(labels.Key(LabelVersion),
			fmt.Sprintf("must name the version that the new one is derived from, this label or %s", LabelTrafficTag)))
	case p.version:
		errs = append(errs, field.Invalid(labels, old, "must name another version than the new one"))
	}
	if p.selector == nil || len(p.selector.MatchLabels) == 0 {
		errs = append(errs, field.Required(field.NewPath("spec", "selector", "matchLabels"), "must select the pods"))
	}
	containers := field.NewPath("spec", "template", "spec", "containers")
	all := append(slices.Clone(p.template.Spec.Containers), p.template.Spec.InitContainers...)
	for name, image := range sorted(p.images) {
		if !slices.ContainsFunc(all, func(c corev1.Container) bool { return c.Name == name }) {
			errs = append(errs, field.NotFound(containers.Key(name), name))
		}
		if image == "" {
			errs = append(errs, field.Required(containers.Key(name).Child("image"), "must name an image"))
		}
	}
	return errs
}

// change makes the pods of a copy name the new version, and returns the metadata of the
// object.
func (p derivedPods) change(meta metav1.ObjectMeta) metav1.ObjectMeta {
	old := VersionOf(p.template.Labels)
	p.selector.MatchLabels = relabelled(p.selector.MatchLabels, old, p.version)
	p.template.Labels = relabelled(p.template.Labels, old, p.version)
	pod := &p.template.Spec
	for _, list := range [][]corev1.Container{pod.InitContainers, pod.Containers} {
		for i := range list {
			if image, set := p.images[list[i].Name]; set {
				list[i].Image = image
			}
			for j, env := range list[i].Env {
				if env.Value == old && strings.Contains(strings.ToLower(env.Name), "version") {
					list[i].Env[j].Value = p.version
				}
			}
		}
	}
	return derivedMeta(meta, old, p.version)
}
