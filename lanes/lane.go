package lanes

import (
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// LaneBuilder builds an ASMSwimLane of a strict group.
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
}

// Validate returns every fault, with paths in the built object's JSON names.
func (b LaneBuilder) Validate() field.ErrorList {
	errs := fieldcheck.Label(field.NewPath("metadata", "name"), b.Name)
	errs = append(errs, fieldcheck.Label(field.NewPath("metadata", "labels").Key(LabelLaneGroup), b.Group)...)
	selector := field.NewPath("spec", "labelSelector")
	if len(b.Selector) == 0 {
		errs = append(errs, field.Required(selector, "must hold the pod labels of the lane's version"))
	}
	return append(errs, fieldcheck.Labels(selector, b.Selector)...)
}

// Build returns a new lane, or an error that holds every fault.
func (b LaneBuilder) Build() (*ASMSwimLane, error) {
	if err := fielderr.Join(KindLane+" "+b.Name, b.Validate()); err != nil {
		return nil, err
	}
	return &ASMSwimLane{
		TypeMeta:   typeMeta(KindLane),
		ObjectMeta: metav1.ObjectMeta{Name: b.Name, Labels: map[string]string{LabelLaneGroup: b.Group}},
		Spec:       ASMSwimLaneSpec{LabelSelector: maps.Clone(b.Selector)},
	}, nil
}
