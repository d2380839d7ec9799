package routing

import (
	"maps"
	"slices"
	"strings"
	"time"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
)

// meshGateway is Istio's name for all sidecars.
const meshGateway = "mesh"

func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: networkingv1.SchemeGroupVersion.String(), Kind: kind}
}

func validateMeta(name, namespace string) field.ErrorList {
	path := field.NewPath("metadata")
	return append(fieldcheck.Subdomain(path.Child("name"), name),
		fieldcheck.Namespace(path.Child("namespace"), namespace)...)
}

func validateHosts(path *field.Path, hosts []string) field.ErrorList {
	if len(hosts) == 0 {
		return field.ErrorList{field.Required(path, `must list at least one host; "*" is any`)}
	}
	return fieldcheck.Hosts(path, hosts)
}

// validateGatewayName checks "name" or "namespace/name". Neither may have a dot: Istio
// reads "name.namespace" as another form of the second.
func validateGatewayName(path *field.Path, name string) field.ErrorList {
	if namespace, rest, found := strings.Cut(name, "/"); found {
		return append(fieldcheck.Label(path, namespace), fieldcheck.Label(path, rest)...)
	}
	return fieldcheck.Label(path, name)
}

// validateDuration checks the durations that Istio accepts: whole milliseconds.
func validateDuration(path *field.Path, d time.Duration) field.ErrorList {
	if d >= 0 && d%time.Millisecond == 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(path, d.String(),
		"must be in whole milliseconds, at least 1ms, or 0 for none")}
}

func validateHeaderNames[V any](path *field.Path, headers map[string]V) field.ErrorList {
	var errs field.ErrorList
	for _, name := range sortedKeys(headers) {
		errs = append(errs, fieldcheck.HeaderName(path.Key(name), name)...)
	}
	return errs
}

func sortedKeys[V any](m map[string]V) []string {
	if len(m) == 0 {
		return nil // the common case, without an iterator
	}
	return slices.Sorted(maps.Keys(m))
}

// cloneMap and cloneSlice return nil for an empty value, so that no message has an empty
// list where another has none.

func cloneMap[V any](m map[string]V) map[string]V {
	if len(m) == 0 {
		return nil
	}
	return maps.Clone(m)
}

func cloneSlice[E any](s []E) []E {
	if len(s) == 0 {
		return nil
	}
	return slices.Clone(s)
}
