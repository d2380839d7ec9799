package gitops

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// workload adds the copy of a Deployment, StatefulSet or DaemonSet, with its autoscalers and
// budgets. If a copy would not be safe, the candidate must have a workload like it.
func (d *derivation) workload(o manifest.Object) {
	scalers := d.along.scalers[o.Ref]
	copied, unsafe, err := d.copied(o, len(scalers) > 0)
	delete(d.images, o.PodLabels()[lanes.LabelApp])
	if err == nil && unsafe == nil {
		unsafe = slices.Concat(d.claims(o), d.ungoverned(o, copied.PodLabels()))
	}
	name := copied.Ref.Name
	switch by := d.like(o); {
	case err != nil:
		d.errs = append(d.errs, fmt.Errorf("%s: %w", where(o), err))
		return
	case unsafe == nil:
		d.add(o, copied.Value.(release.Object), nil)
	case by.Ref.Name == "":
		d.errs = append(d.errs, unsafe...)
		return
	default:
		name = by.Ref.Name
	}
	for _, s := range scalers {
		if s.Autoscaler() == nil {
			d.errs = append(d.errs, fmt.Errorf("%s: must be of autoscaling/v2 to be derived for version %s", where(s),
				d.Version))
			continue
		}
		scaler, err := lanes.DerivedAutoscaler{From: s.Autoscaler(), OldVersion: d.From, Version: d.Version,
			Target: name}.Build()
		d.add(s, scaler, err)
	}
	for _, b := range d.along.budgetsOf(o, d.From) {
		budget, err := lanes.DerivedBudget{From: b.Budget(), OldVersion: d.From, Version: d.Version}.Build()
		d.add(b, budget, err)
	}
}

// copied returns the copy of a workload for the candidate. unsafe says why a copy would not be
// safe, an error each. err says what else is wrong with the workload.
func (d *derivation) copied(o manifest.Object, scaled bool) (copied manifest.Object, unsafe []error, err error) {
	images := d.images[o.PodLabels()[lanes.LabelApp]]
	var faults field.ErrorList
	var value release.Object
	switch {
	case o.StatefulSet() != nil:
		b := lanes.DerivedStatefulSet{From: o.StatefulSet(), Version: d.Version, Images: images, Scaled: scaled}
		faults = b.Validate()
		value, err = b.Build()
	case o.DaemonSet() != nil:
		b := lanes.DerivedDaemonSet{From: o.DaemonSet(), Version: d.Version, Images: images}
		faults = b.Validate()
		value, err = b.Build()
	default:
		value, err = lanes.DerivedDeployment{From: o.Deployment(), Version: d.Version, Images: images,
			Scaled: scaled}.Build()
	}
	if err == nil {
		copied, err = manifest.NewObject(value, "")
		return copied, nil, err
	}
	for _, f := range faults {
		if f.Type != field.ErrorTypeForbidden {
			return copied, nil, err
		}
		unsafe = append(unsafe, d.unsafe(o, f.Field, f.Detail))
	}
	if unsafe != nil {
		err = nil
	}
	return copied, unsafe, err
}

// ungoverned returns an error for a StatefulSet if its governing Service would not select the
// pods of a copy: their names would have no addresses.
// Source: Kubernetes, "StatefulSets", Stable Network ID.
func (d *derivation) ungoverned(o manifest.Object, copied map[string]string) []error {
	if o.StatefulSet() == nil {
		return nil
	}
	ref := manifest.Ref{Kind: "Service", Namespace: o.Ref.Namespace, Name: o.StatefulSet().Spec.ServiceName}
	s, _ := d.set.Get(ref)
	if s.Service() == nil || !labelindex.Selects(s.Service().Spec.Selector, o.PodLabels()) ||
		labelindex.Selects(s.Service().Spec.Selector, copied) {
		return nil
	}
	return []error{d.unsafe(o, "spec.serviceName",
		fmt.Sprintf("must name a Service of all versions: %s does not select version %s", ref, d.Version))}
}

// unsafe returns the error about a workload that is not copied.
func (d *derivation) unsafe(o manifest.Object, field, why string) error {
	return fmt.Errorf("%s: %s %s; %s", position.Of(o.File, o.LineOf(field), o.Ref), field, why, d.byHand(o))
}

// byHand says what to do about a workload that is not copied.
func (d derivation) byHand(o manifest.Object) string {
	return fmt.Sprintf("or write the candidate's %s by hand and ask again", o.Ref.Kind)
}

// like returns the candidate's workload with the kind, namespace and app of another; the zero
// Object when there is none.
func (d *derivation) like(o manifest.Object) manifest.Object {
	i := slices.IndexFunc(d.there, func(w manifest.Object) bool {
		return w.Ref.Kind == o.Ref.Kind && w.Ref.Namespace == o.Ref.Namespace &&
			w.PodLabels()[lanes.LabelApp] == o.PodLabels()[lanes.LabelApp]
	})
	if i < 0 {
		return manifest.Object{}
	}
	return d.there[i]
}
