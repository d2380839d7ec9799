package rollout

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Warnings returns what the plan may have but probably should not, with paths in its JSON
// names: guards that do not see the candidate at the later stages, because they only
// compare; gates that only wait while no guard watches. It is empty for a plan that is
// not valid.
func (p Plan) Warnings() field.ErrorList {
	if len(p.Validate()) > 0 {
		return nil
	}
	var out field.ErrorList
	blind := slices.IndexFunc(p.Stages, func(s Stage) bool {
		percent, _ := s.Weights.Percent(p.Candidate)
		return percent >= uncompared
	})
	guards := where{name: "guards"}
	for i := range p.Guards {
		if c := &p.Guards[i]; blind >= 0 && c.compares() {
			out = append(out, field.Invalid((&where{up: &guards, index: i}).path(), c.Metric,
				fmt.Sprintf("should have a ceiling: from stage %s on it sees nothing, because the other lanes get too "+
					"few requests to compare with", p.Stages[blind].Name)).WithOrigin("blind"))
		}
	}
	for target := range p.gates() {
		gate := p.gate(target)
		if gate != nil && len(p.Guards) == 0 && p.percent(target-1) > 0 && len(gate.Checks) == 0 &&
			len(gate.Approvals) == 0 {
			out = append(out, field.Invalid(p.gatePath(target), "",
				"should have a check or an approval: without guards it opens whatever happens").WithOrigin("unguarded"))
		}
	}
	return out
}

// gatePath returns the path of the gate in front of a target.
func (p *Plan) gatePath(target int) *field.Path {
	if target > len(p.Stages) {
		return field.NewPath("finish")
	}
	return field.NewPath("stages").Index(target - 1).Child("gate")
}

// Clumps returns the paths of the checks of counts that have a Clump of 1: where a route
// retries, one bad cause makes several bad requests, and they prove less.
func (p Plan) Clumps() []*field.Path {
	var out []*field.Path
	add := func(path *field.Path, checks []Check) {
		for i := range checks {
			if c := &checks[i]; (c.Worse != nil || c.Good != nil) && c.clump() == 1 {
				out = append(out, path.Index(i))
			}
		}
	}
	add(field.NewPath("guards"), p.Guards)
	for target := range p.gates() {
		if gate := p.gate(target); gate != nil {
			add(p.gatePath(target).Child("checks"), gate.Checks)
		}
	}
	return out
}

// CeilingsWithin returns the paths of the ceilings that the given normal share of bad
// requests already exceeds: a guard with such a ceiling rolls every candidate back, and a
// gate never opens. Metrics of latency are left out: slow requests have another share.
func (p Plan) CeilingsWithin(errors float64) []*field.Path {
	var out []*field.Path
	add := func(path *field.Path, checks []Check) {
		for i := range checks {
			c := &checks[i]
			if m := p.metric(c.Metric); m == nil || m.Over != nil {
				continue
			}
			if w := c.Worse; w != nil && w.Ceiling != nil && *w.Ceiling <= errors {
				out = append(out, path.Index(i).Child("worse", "ceiling"))
			}
			if g := c.Good; g != nil && g.Ceiling != nil && *g.Ceiling <= errors {
				out = append(out, path.Index(i).Child("good", "ceiling"))
			}
		}
	}
	add(field.NewPath("guards"), p.Guards)
	for target := range p.gates() {
		if gate := p.gate(target); gate != nil {
			add(p.gatePath(target).Child("checks"), gate.Checks)
		}
	}
	return out
}
