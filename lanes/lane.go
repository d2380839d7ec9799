package lanes

import (
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// LaneBuilder builds an ASMSwimLane.
//
// +kubebuilder:object:generate=false
type LaneBuilder struct {
	// Name of the lane and of its subset; a DNS-1123 label, unique in the
	// cluster.
	Name string
	// Group names the lane group.
	Group string
	// Selector holds the pod labels of the lane's version; at least one.
	Selector map[string]string
	// Services are the services that the lane has, in a permissive group. Empty means
	// all, as in a strict group.
	Services []ServiceRef
	// Rules send requests into the lane, for a group with RoutingRuleBased.
	Rules []IngressRule
	// Weight is the lane's share in percent, for a group with RoutingWeighted. The
	// weights of its lanes sum to 100. Nil means none.
	Weight *IngressWeight
}

// Validate returns every fault, with paths in the built object's JSON names.
func (b LaneBuilder) Validate() field.ErrorList {
	errs := fieldcheck.Label(field.NewPath("metadata", "name"), b.Name)
	errs = append(errs, fieldcheck.Label(field.NewPath("metadata", "labels").Key(LabelLaneGroup), b.Group)...)
	selector := field.NewPath("spec", "labelSelector")
	if len(b.Selector) == 0 {
		errs = append(errs, field.Required(selector, "must list the pod labels of the lane's version"))
	}
	errs = append(errs, fieldcheck.Labels(selector, b.Selector)...)
	for i, ref := range b.Services {
		at := field.NewPath("spec", "services").Index(i)
		errs = append(errs, fieldcheck.ServiceName(at.Child("name"), ref.Name)...)
		errs = append(errs, fieldcheck.Label(at.Child("namespace"), ref.Namespace)...)
	}
	errs = append(errs, b.validateRules(field.NewPath("spec", "ingressRules"))...)
	return append(errs, b.validateWeight(field.NewPath("spec", "ingressWeight"))...)
}

func (b LaneBuilder) validateRules(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	names := map[string]bool{}
	for i, rule := range b.Rules {
		at := path.Index(i)
		switch {
		case rule.Name == "":
			errs = append(errs, field.Required(at.Child("name"), "must name the rule"))
		case names[rule.Name]:
			errs = append(errs, field.Duplicate(at.Child("name"), rule.Name))
		}
		names[rule.Name] = true
		errs = append(errs, validateHosts(at.Child("hosts"), rule.Hosts)...)
		if rule.Match != nil {
			errs = append(errs, rule.Match.validate(at.Child("match"))...)
		}
		if rule.Route == nil {
			errs = append(errs, field.Required(at.Child("route"), "must say where the requests go"))
		} else {
			errs = append(errs, rule.Route.Destination.validate(at.Child("route", "destination"))...)
		}
	}
	return errs
}

func (b LaneBuilder) validateWeight(path *field.Path) field.ErrorList {
	w := b.Weight
	if w == nil {
		return nil
	}
	var errs field.ErrorList
	if len(b.Rules) > 0 {
		errs = append(errs, field.Forbidden(path, "may not be set with ingressRules: a group has one strategy"))
	}
	switch {
	case w.Weight == nil:
		errs = append(errs, field.Required(path.Child("weight"), "must be set"))
	case *w.Weight < 0 || *w.Weight > 100:
		errs = append(errs, field.Invalid(path.Child("weight"), *w.Weight,
			"must be between 0 and 100").WithOrigin("percent"))
	}
	return append(errs, w.Destination.validate(path.Child("destination"))...)
}

func (d *RouteDestination) validate(path *field.Path) field.ErrorList {
	if d == nil {
		return field.ErrorList{field.Required(path, "must name the service")}
	}
	errs := fieldcheck.Host(path.Child("host"), d.Host)
	if d.PortNum != nil {
		errs = append(errs, fieldcheck.Port(path.Child("portNum"), int64(*d.PortNum))...)
	}
	return errs
}

// validateHosts checks the hosts of requests; at least one.
func validateHosts(path *field.Path, hosts []string) field.ErrorList {
	if len(hosts) == 0 {
		return field.ErrorList{field.Required(path, `must list at least one host; "*" is any`)}
	}
	return fieldcheck.Hosts(path, hosts)
}

// Build returns a new lane, or an error that holds every fault.
func (b LaneBuilder) Build() (*ASMSwimLane, error) {
	if err := fielderr.Join(KindLane+" "+b.Name, b.Validate()); err != nil {
		return nil, err
	}
	lane := &ASMSwimLane{
		TypeMeta:   typeMeta(KindLane),
		ObjectMeta: metav1.ObjectMeta{Name: b.Name, Labels: map[string]string{LabelLaneGroup: b.Group}},
		Spec:       ASMSwimLaneSpec{LabelSelector: maps.Clone(b.Selector), IngressWeight: b.Weight.DeepCopy()},
	}
	for i := range b.Services {
		lane.Spec.Services = append(lane.Spec.Services, *b.Services[i].DeepCopy())
	}
	for i := range b.Rules {
		lane.Spec.IngressRules = append(lane.Spec.IngressRules, *b.Rules[i].DeepCopy())
	}
	return lane, nil
}
