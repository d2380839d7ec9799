package routing

import "k8s.io/apimachinery/pkg/util/validation/field"

// BuilderFaults returns what the builders of the objects that b builds find wrong
// with them. Build does not ask, for what Validate is to have found.
func (b IstioLanesBuilder) BuilderFaults() field.ErrorList {
	m := newMesh(b)
	if len(m.errs) > 0 {
		return nil
	}
	var errs field.ErrorList
	for _, s := range m.services {
		errs = append(errs, m.destinationRule(s).Validate()...)
		errs = append(errs, m.virtualService(s).Validate()...)
	}
	for _, vs := range m.ingress() {
		errs = append(errs, vs.Validate()...)
	}
	return errs
}
