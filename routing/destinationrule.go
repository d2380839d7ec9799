package routing

import (
	networking "istio.io/api/networking/v1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/lanes"
)

// DestinationRuleBuilder builds the DestinationRule of one Service. ASM makes these
// itself from lanes; on Istio without ASM they define the lanes.
type DestinationRuleBuilder struct {
	// Name of the object.
	Name string
	// Namespace of the object; empty leaves it out.
	Namespace string
	// Host is the Service, best as a full name: see lanes.Host.
	Host string
	// Subsets, one per lane, with unique names. They may be empty when TrafficPolicy is
	// set.
	Subsets []Subset
	// TrafficPolicy of the host. Nil means none. The message is copied.
	TrafficPolicy *networking.TrafficPolicy
}

// Subset is a part of a Service's pods.
type Subset struct {
	// Name is the lane's name; a DNS-1123 label.
	Name string
	// Labels of the pods; at least one.
	Labels map[string]string
	// TrafficPolicy of the subset. Nil means that of the host. The message is copied.
	TrafficPolicy *networking.TrafficPolicy
}

// LaneSubsets returns one subset per lane, in the order of the lanes.
func LaneSubsets(all ...*lanes.ASMSwimLane) []Subset {
	out := make([]Subset, len(all))
	for i, lane := range all {
		out[i] = Subset{Name: lane.Name, Labels: cloneMap(lane.Spec.LabelSelector)}
	}
	return out
}

// Validate returns every fault, with paths in the built object's JSON names.
func (b DestinationRuleBuilder) Validate() field.ErrorList {
	errs := validateMeta(b.Name, b.Namespace)
	spec := field.NewPath("spec")
	errs = append(errs, fieldcheck.Host(spec.Child("host"), b.Host)...)
	if len(b.Subsets) == 0 && b.TrafficPolicy == nil {
		errs = append(errs, field.Required(spec.Child("subsets"), "must list a subset, unless trafficPolicy is set"))
	}
	names := make(map[string]bool, len(b.Subsets))
	for i, s := range b.Subsets {
		at := spec.Child("subsets").Index(i)
		errs = append(errs, fieldcheck.Label(at.Child("name"), s.Name)...)
		if names[s.Name] {
			errs = append(errs, field.Duplicate(at.Child("name"), s.Name))
		}
		names[s.Name] = true
		if len(s.Labels) == 0 {
			errs = append(errs, field.Required(at.Child("labels"), "must list the labels of the subset's pods"))
		}
		errs = append(errs, fieldcheck.Labels(at.Child("labels"), s.Labels)...)
	}
	return errs
}

// Build returns a new DestinationRule, or an error that holds every fault.
func (b DestinationRuleBuilder) Build() (*networkingv1.DestinationRule, error) {
	if err := fielderr.Join("DestinationRule "+b.Name, b.Validate()); err != nil {
		return nil, err
	}
	return &networkingv1.DestinationRule{
		TypeMeta:   typeMeta("DestinationRule"),
		ObjectMeta: metav1.ObjectMeta{Name: b.Name, Namespace: b.Namespace},
		Spec:       *b.spec(),
	}, nil
}

func (b DestinationRuleBuilder) spec() *networking.DestinationRule {
	out := &networking.DestinationRule{Host: b.Host, TrafficPolicy: b.TrafficPolicy.DeepCopy()}
	for _, s := range b.Subsets {
		out.Subsets = append(out.Subsets, &networking.Subset{
			Name:          s.Name,
			Labels:        cloneMap(s.Labels),
			TrafficPolicy: s.TrafficPolicy.DeepCopy(),
		})
	}
	return out
}
