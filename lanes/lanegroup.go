package lanes

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// LaneGroupBuilder builds an ASMSwimLaneGroup.
//
// +kubebuilder:object:generate=false
type LaneGroupBuilder struct {
	// Name of the group; a DNS-1123 label, since lanes name it in a label.
	Name string
	// Gateway is the gateway that requests enter the lanes by. Its name is a DNS-1123
	// label: Istio lets no route refer to a Gateway with a dot in its name.
	Gateway GatewayRef
	// Services that lanes are made for; at least one, none twice.
	Services []ServiceRef
	// Permissive makes the group permissive: it names the baseline lane and the
	// two headers. Nil means strict.
	Permissive *PermissiveModeConfiguration
	// Routing says how requests are shared among the lanes. Nil leaves it out: the lanes'
	// rules, or another VirtualService, share them.
	Routing *IngressRouting
}

// Validate returns every fault, with paths in the built object's JSON names.
func (b LaneGroupBuilder) Validate() field.ErrorList {
	errs := fieldcheck.Label(field.NewPath("metadata", "name"), b.Name)
	gateway := field.NewPath("spec", "ingress", "gateway")
	errs = append(errs, fieldcheck.Label(gateway.Child("name"), b.Gateway.Name)...)
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
		if ref.Cluster != nil && *ref.Cluster == (ClusterRef{}) {
			errs = append(errs, field.Required(at.Child("cluster"), "must name a cluster or be left out"))
		}
		if s := (service{ref.Namespace, ref.Name}); seen[s] {
			errs = append(errs, field.Duplicate(at, ref.Namespace+"/"+ref.Name))
		} else {
			seen[s] = true
		}
	}
	errs = append(errs, b.Permissive.validate(field.NewPath("spec", "permissiveModeConfiguration"))...)
	return append(errs, b.Routing.validate(field.NewPath("spec", "ingress", "ingressRouting"))...)
}

func (c *PermissiveModeConfiguration) validate(path *field.Path) field.ErrorList {
	if c == nil {
		return nil
	}
	errs := fieldcheck.Label(path.Child("fallbackTarget"), c.FallbackTarget)
	for service, lane := range sorted(c.ServiceLevelFallbackTarget) {
		errs = append(errs, fieldcheck.Label(path.Child("serviceLevelFallbackTarget").Key(service), lane)...)
	}
	return append(errs, validateHeaders(path, c.TraceHeader, c.RouteHeader)...)
}

func (r *IngressRouting) validate(path *field.Path) field.ErrorList {
	if r == nil {
		return nil
	}
	var errs field.ErrorList
	rule := path.Child("weightedRoutingRule")
	switch r.Strategy {
	case RoutingRuleBased:
		if r.WeightedRoutingRule != nil {
			errs = append(errs, field.Forbidden(rule, "may be set for the weighted strategy only"))
		}
	case RoutingWeighted:
		if r.WeightedRoutingRule == nil {
			errs = append(errs, field.Required(rule, "must say which requests are shared"))
		}
	default:
		errs = append(errs, field.NotSupported(path.Child("ingressRoutingStrategy"), r.Strategy,
			[]RoutingStrategy{RoutingRuleBased, RoutingWeighted}))
	}
	if w := r.WeightedRoutingRule; w != nil {
		errs = append(errs, validateHosts(rule.Child("hosts"), w.Hosts)...)
		for i, match := range w.RequestMatches {
			errs = append(errs, match.validate(rule.Child("requestMatches").Index(i))...)
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
	group := &ASMSwimLaneGroup{
		TypeMeta:   typeMeta(KindLaneGroup),
		ObjectMeta: metav1.ObjectMeta{Name: b.Name},
		Spec: ASMSwimLaneGroupSpec{
			Ingress:  &GroupIngress{Gateway: &gateway, IngressRouting: b.Routing.DeepCopy()},
			Services: services,
		},
	}
	if b.Permissive != nil {
		permissive := true
		group.Spec.IsPermissive, group.Spec.PermissiveModeConfiguration = &permissive, b.Permissive.DeepCopy()
	}
	return group, nil
}
