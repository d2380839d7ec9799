package lanes

import (
	"iter"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
)

// validatePortName checks that Istio routes the port as HTTP, by the name.
func validatePortName(path *field.Path, name string) field.ErrorList {
	if name == "" {
		return nil
	}
	var errs field.ErrorList
	for _, msg := range validation.IsValidPortName(name) {
		errs = append(errs, field.Invalid(path, name, msg).WithOrigin("format=port-name"))
	}
	protocol, _, _ := strings.Cut(name, "-")
	if !slices.Contains([]string{"http", "http2", "grpc"}, protocol) {
		errs = append(errs, field.Invalid(path, name, "must be http, http2 or grpc, or start with one of them and '-'").WithOrigin("http-port"))
	}
	return errs
}

func validateReplicas(path *field.Path, replicas *int32) field.ErrorList {
	if replicas == nil || *replicas >= 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(path, *replicas, "must not be negative")}
}

// validateTemplate checks what every pod needs, and that the template's labels
// do not contradict those wanted. Kubernetes checks the rest.
func validateTemplate(path *field.Path, template *corev1.PodTemplateSpec, want map[string]string) field.ErrorList {
	errs := validateTemplateLabels(path, template, want)
	containers := path.Child("spec", "containers")
	if len(template.Spec.Containers) == 0 {
		errs = append(errs, field.Required(containers, "must hold at least one container"))
	}
	seen := make(map[string]bool, len(template.Spec.Containers))
	for i, c := range template.Spec.Containers {
		at := containers.Index(i)
		errs = append(errs, fieldcheck.Label(at.Child("name"), c.Name)...)
		if c.Name != "" && seen[c.Name] {
			errs = append(errs, field.Duplicate(at.Child("name"), c.Name))
		}
		seen[c.Name] = true
		if c.Image == "" {
			errs = append(errs, field.Required(at.Child("image"), "must name an image"))
		}
	}
	return errs
}

func validateTemplateLabels(path *field.Path, template *corev1.PodTemplateSpec, want map[string]string) field.ErrorList {
	var errs field.ErrorList
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if got, set := template.Labels[key]; set && got != want[key] {
			errs = append(errs, field.Invalid(path.Child("metadata", "labels").Key(key), got, "must be unset or "+want[key]).WithOrigin("version-label"))
		}
	}
	return errs
}

// sorted yields the entries of a map in the order of the keys.
func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}
