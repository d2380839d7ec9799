package lanes

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// LaneGroupBuilder builds a strict ASMSwimLaneGroup.
//
// +kubebuilder:object:generate=false
type LaneGroupBuilder struct {
	// Name of the group; a DNS-1123 label, since lanes name it in a label.
	Name string
	// Gateway by which requests enter the lanes.
	Gateway GatewayRef
	// Services that lanes are made for; at least one, none twice.
	Services []ServiceRef
}

// Validate returns every fault, with paths in the built object's JSON names.
func (b LaneGroupBuilder) Validate() field.ErrorList {
	errs := fieldcheck.Label(field.NewPath("metadata", "name"), b.Name)
	gateway := field.NewPath("spec", "ingress", "gateway")
	errs = append(errs, fieldcheck.Subdomain(gateway.Child("name"), b.Gateway.Name)...)
	errs = append(errs, fieldcheck.Label(gateway.Child("namespace"), b.Gateway.Namespace)...)
	if b.Gateway.Type != "" && b.Gateway.Type != IngressASM {
		errs = append(errs, field.NotSupported(gateway.Child("type"), b.Gateway.Type, []IngressType{IngressASM}))
	}
	services := field.NewPath("spec", "services")
	if len(b.Services) == 0 {
		errs = append(errs, field.Required(services, "must list at least one service"))
	}
	type service struct{ namespace, name string }
	seen := make(map[service]bool, len(b.Services))
	for i, ref := range b.Services {
		at := services.Index(i)
		errs = append(errs, fieldcheck.ServiceName(at.Child("name"), ref.Name)...)
		errs = append(errs, fieldcheck.Label(at.Child("namespace"), ref.Namespace)...)
		if s := (service{ref.Namespace, ref.Name}); seen[s] {
			errs = append(errs, field.Duplicate(at, ref.Namespace+"/"+ref.Name))
		} else {
			seen[s] = true
		}
	}
	return errs
}

// Build returns a new lane group, or an error that holds every fault.
func (b LaneGroupBuilder) Build() (*ASMSwimLaneGroup, error) {
	if err := fielderr.Join(KindLaneGroup+" "+b.Name, b.Validate()); err != nil {
		return nil, err
	}
	gateway := b.Gateway
	services := make([]ServiceRef, len(b.Services))
	for i := range b.Services {
		services[i] = *b.Services[i].DeepCopy()
	}
	return &ASMSwimLaneGroup{
		TypeMeta:   typeMeta(KindLaneGroup),
		ObjectMeta: metav1.ObjectMeta{Name: b.Name},
		Spec: ASMSwimLaneGroupSpec{
			Ingress:  &GroupIngress{Gateway: &gateway},
			Services: services,
		},
	}, nil
}
