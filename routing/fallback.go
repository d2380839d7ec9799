package routing

import (
	"fmt"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// FallbackBuilder adds fallbacks to the destinations of a VirtualService: ASM sends
// requests there while their subset has no healthy pods. ASM has the field since ASM and
// sidecars 1.17. Istio's types lack it and Istio's API refuses it, so the result is not
// of Istio's type.
//
// Source: ASM, "Use an ASM fallback mechanism".
type FallbackBuilder struct {
	// VirtualService is the object that gets the fallbacks; it is copied.
	VirtualService *networkingv1.VirtualService
	// Subset is the subset that requests of the other subsets of a host fall back to:
	// that of the baseline lane.
	Subset string
}

// Validate returns every fault, with paths in the built object's JSON names.
func (b FallbackBuilder) Validate() field.ErrorList {
	errs := fieldcheck.Label(field.NewPath("spec", "http").Key("").Child("route").Key("").Child("fallback", "target",
		"subset"), b.Subset)
	switch {
	case b.VirtualService == nil:
		errs = append(errs, field.Required(field.NewPath("spec"), "must be a VirtualService"))
	case len(b.others()) == 0:
		errs = append(errs, field.Invalid(field.NewPath("spec", "http"), b.VirtualService.Name,
			fmt.Sprintf("must send requests to another subset than %q", b.Subset)))
	}
	return errs
}

// others returns the positions, route and destination, of the destinations that
// get a fallback.
func (b FallbackBuilder) others() [][2]int {
	var out [][2]int
	for i, r := range b.VirtualService.Spec.Http {
		for j, d := range r.GetRoute() {
			if subset := d.GetDestination().GetSubset(); subset != "" && subset != b.Subset {
				out = append(out, [2]int{i, j})
			}
		}
	}
	return out
}

// Build returns a new object, or an error that holds every fault.
func (b FallbackBuilder) Build() (*unstructured.Unstructured, error) {
	if err := fielderr.Join("fallback", b.Validate()); err != nil {
		return nil, err
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(b.VirtualService)
	if err != nil {
		return nil, fmt.Errorf("VirtualService %s: %w", b.VirtualService.Name, err)
	}
	delete(content, "status")
	http, _, err := unstructured.NestedSlice(content, "spec", "http")
	if err != nil {
		return nil, fmt.Errorf("VirtualService %s: %w", b.VirtualService.Name, err)
	}
	for _, at := range b.others() {
		d := b.VirtualService.Spec.Http[at[0]].Route[at[1]]
		target := map[string]any{"host": d.Destination.Host, "subset": b.Subset}
		if port := d.Destination.GetPort(); port != nil {
			target["port"] = map[string]any{"number": int64(port.Number)}
		}
		if err := setFallback(http, at, target, d.Weight); err != nil {
			return nil, fmt.Errorf("VirtualService %s: %w", b.VirtualService.Name, err)
		}
	}
	if err := unstructured.SetNestedSlice(content, http, "spec", "http"); err != nil {
		return nil, err
	}
	return &unstructured.Unstructured{Object: content}, nil
}

// setFallback writes the field at a position. It also writes the weight, which Istio's
// marshalling drops when it is 0.
func setFallback(http []any, at [2]int, target map[string]any, weight int32) error {
	route, ok := http[at[0]].(map[string]any)
	if !ok {
		return fmt.Errorf("spec.http[%d]: must be a mapping", at[0])
	}
	destinations, ok := route["route"].([]any)
	if !ok || at[1] >= len(destinations) {
		return fmt.Errorf("spec.http[%d].route: must be a list", at[0])
	}
	destination, ok := destinations[at[1]].(map[string]any)
	if !ok {
		return fmt.Errorf("spec.http[%d].route[%d]: must be a mapping", at[0], at[1])
	}
	destination["fallback"] = map[string]any{"target": target}
	if len(destinations) > 1 {
		destination["weight"] = int64(weight)
	}
	return nil
}
