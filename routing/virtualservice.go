package routing

import (
	"slices"

	networking "istio.io/api/networking/v1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// VirtualServiceBuilder builds a VirtualService of HTTP routes.
type VirtualServiceBuilder struct {
	// Name of the object.
	Name string
	// Namespace of the object; empty leaves it out.
	Namespace string
	// Annotations of the object.
	Annotations map[string]string
	// Hosts of the requests: names, names with a leading wildcard ("*.example.com"), or
	// "*"; at least one.
	Hosts []string
	// Gateways of the routes: "name" in the same namespace, "namespace/name", or "mesh"
	// for the sidecars. Empty means the sidecars, which refuse the host "*".
	Gateways []string
	// Routes in the order in which they are tried; at least one. A route for every
	// request must be the last.
	Routes []Route
}

// Validate returns every fault, with paths in the built object's JSON names.
func (b VirtualServiceBuilder) Validate() field.ErrorList {
	errs := validateMeta(b.Name, b.Namespace)
	spec := field.NewPath("spec")
	errs = append(errs, validateHosts(spec.Child("hosts"), b.Hosts)...)
	mesh := len(b.Gateways) == 0 || slices.Contains(b.Gateways, meshGateway)
	if mesh && slices.Contains(b.Hosts, "*") {
		errs = append(errs, field.Invalid(spec.Child("hosts"), "*",
			"must not be * for the sidecars of the mesh: name the hosts, or a gateway"))
	}
	for i, g := range b.Gateways {
		errs = append(errs, validateGatewayName(spec.Child("gateways").Index(i), g)...)
	}
	if len(b.Routes) == 0 {
		errs = append(errs, field.Required(spec.Child("http"), "must list at least one route"))
	}
	names := make(map[string]bool, len(b.Routes))
	for i, r := range b.Routes {
		at := spec.Child("http").Index(i)
		if r.Name != "" && names[r.Name] {
			errs = append(errs, field.Duplicate(at.Child("name"), r.Name))
		}
		names[r.Name] = true
		if r.catchAll() && i < len(b.Routes)-1 {
			errs = append(errs, field.Invalid(at.Child("match"), r.Name,
				"must not match every request before the last route").WithOrigin("unreachable"))
		}
		errs = append(errs, r.validate(at)...)
		for j, match := range r.Matches {
			if len(match.SourceLabels) > 0 && !mesh {
				errs = append(errs, field.Forbidden(at.Child("match").Index(j).Child("sourceLabels"),
					"may be set for the sidecars of the mesh only"))
			}
		}
	}
	return errs
}

// Build returns a new VirtualService, or an error that holds every fault.
func (b VirtualServiceBuilder) Build() (*networkingv1.VirtualService, error) {
	if err := fielderr.Join("VirtualService "+b.Name, b.Validate()); err != nil {
		return nil, err
	}
	return &networkingv1.VirtualService{
		TypeMeta:   typeMeta("VirtualService"),
		ObjectMeta: metav1.ObjectMeta{Name: b.Name, Namespace: b.Namespace, Annotations: cloneMap(b.Annotations)},
		Spec:       *b.spec(),
	}, nil
}

func (b VirtualServiceBuilder) spec() *networking.VirtualService {
	out := &networking.VirtualService{Hosts: cloneSlice(b.Hosts), Gateways: cloneSlice(b.Gateways)}
	for _, r := range b.Routes {
		out.Http = append(out.Http, r.build())
	}
	return out
}
