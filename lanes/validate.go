package lanes

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// validatePortName checks that Istio routes the port as HTTP, by its name.
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
		errs = append(errs, field.Invalid(path, name,
			"must be http, http2 or grpc, or start with one of them and '-'").WithOrigin("http-port"))
	}
	return errs
}

// validatePorts checks the ports of a Service besides the first one. Their paths begin at
// index from. kind is the type of the Service.
func validatePorts(path *field.Path, from int, kind corev1.ServiceType, first corev1.ServicePort,
	ports []corev1.ServicePort) field.ErrorList {
	type key struct {
		port     int32
		protocol corev1.Protocol
	}
	var errs field.ErrorList
	names := map[string]bool{first.Name: true}
	seen := map[key]bool{{first.Port, corev1.ProtocolTCP}: true}
	for i, p := range ports {
		at := path.Index(from + i)
		switch {
		case p.Name == "":
			errs = append(errs, field.Required(at.Child("name"), "must name the port: the Service has several"))
		case names[p.Name]:
			errs = append(errs, field.Duplicate(at.Child("name"), p.Name))
		default:
			errs = append(errs, fieldcheck.Label(at.Child("name"), p.Name)...)
		}
		names[p.Name] = true
		errs = append(errs, oneOf(at.Child("protocol"), p.Protocol, "", corev1.ProtocolTCP, corev1.ProtocolUDP,
			corev1.ProtocolSCTP)...)
		errs = append(errs, fieldcheck.Port(at.Child("port"), int64(p.Port))...)
		k := key{p.Port, cmp.Or(p.Protocol, corev1.ProtocolTCP)}
		if seen[k] {
			errs = append(errs, field.Duplicate(at.Child("port"), p.Port))
		}
		seen[k] = true
		errs = append(errs, validateTargetPort(at.Child("targetPort"), p.TargetPort)...)
		if p.AppProtocol != nil {
			for _, msg := range validation.IsQualifiedName(*p.AppProtocol) {
				errs = append(errs, field.Invalid(at.Child("appProtocol"), *p.AppProtocol,
					fielderr.Plain(msg)).WithOrigin("format=qualified-name"))
			}
		}
		switch exposed := kind == corev1.ServiceTypeNodePort || kind == corev1.ServiceTypeLoadBalancer; {
		case p.NodePort == 0:
		case !exposed:
			errs = append(errs, field.Forbidden(at.Child("nodePort"),
				"may be set for type NodePort and LoadBalancer only"))
		default:
			errs = append(errs, fieldcheck.Port(at.Child("nodePort"), int64(p.NodePort))...)
		}
	}
	return errs
}

// validateTargetPort checks the port that pods listen on; the zero value is unset.
func validateTargetPort(path *field.Path, port intstr.IntOrString) field.ErrorList {
	switch {
	case port == intstr.IntOrString{}:
		return nil
	case port.Type == intstr.Int:
		return fieldcheck.Port(path, int64(port.IntVal))
	}
	var errs field.ErrorList
	for _, msg := range validation.IsValidPortName(port.StrVal) {
		errs = append(errs, field.Invalid(path, port.StrVal, msg).WithOrigin("format=port-name"))
	}
	return errs
}

// notNegative checks a number that may be unset.
func notNegative(path *field.Path, n *int32) field.ErrorList {
	if n == nil || *n >= 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(path, *n, "must not be negative")}
}

// validateTemplate checks what every pod needs, and that the template's labels do not
// contradict the wanted ones. Kubernetes checks the rest.
func validateTemplate(path *field.Path, template *corev1.PodTemplateSpec, want map[string]string) field.ErrorList {
	errs := validateTemplateLabels(path, template, want)
	containers := path.Child("spec", "containers")
	if len(template.Spec.Containers) == 0 {
		errs = append(errs, field.Required(containers, "must have at least one container"))
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

func validateTemplateLabels(path *field.Path, template *corev1.PodTemplateSpec,
	want map[string]string) field.ErrorList {
	var errs field.ErrorList
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if got, set := template.Labels[key]; set && got != want[key] {
			errs = append(errs, field.Invalid(path.Child("metadata", "labels").Key(key), got, "must be unset or "+
				want[key]).WithOrigin("version-label"))
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
