package rollout

import (
	"maps"
	"slices"
)

// clone returns a copy of the plan that shares nothing with it.
func (p Plan) clone() Plan {
	p.Before, p.Rollback = p.Before.Clone(), p.Rollback.Clone()
	p.Stages = slices.Clone(p.Stages)
	for i := range p.Stages {
		s := &p.Stages[i]
		s.Weights, s.Gate, s.Annotations = s.Weights.Clone(), s.Gate.clone(), maps.Clone(s.Annotations)
	}
	p.Metrics = slices.Clone(p.Metrics)
	for i := range p.Metrics {
		m := &p.Metrics[i]
		m.Over, m.Services = copied(m.Over), slices.Clone(m.Services)
	}
	p.Guards, p.FinishGate = cloneChecks(p.Guards), p.FinishGate.clone()
	p.Approvers = maps.Clone(p.Approvers)
	for role, people := range p.Approvers {
		p.Approvers[role] = slices.Clone(people)
	}
	p.Freezes = slices.Clone(p.Freezes)
	for i := range p.Freezes {
		p.Freezes[i].Days = slices.Clone(p.Freezes[i].Days)
	}
	p.Rails = copied(p.Rails)
	if p.Rails != nil {
		p.Rails.Cap = copied(p.Rails.Cap)
	}
	p.Annotations = maps.Clone(p.Annotations)
	return p
}

// clone returns a copy of the gate that shares nothing with it.
func (g *Gate) clone() *Gate {
	g = copied(g)
	if g != nil {
		g.Approvals, g.Checks = slices.Clone(g.Approvals), cloneChecks(g.Checks)
	}
	return g
}

func cloneChecks(checks []Check) []Check {
	checks = slices.Clone(checks)
	for i := range checks {
		c := &checks[i]
		c.Worse, c.Good = copied(c.Worse), copied(c.Good)
		if c.Worse != nil {
			c.Worse.Ratio, c.Worse.Ceiling = copied(c.Worse.Ratio), copied(c.Worse.Ceiling)
		}
		if c.Good != nil {
			c.Good.Ratio, c.Good.Ceiling = copied(c.Good.Ratio), copied(c.Good.Ceiling)
		}
		c.Ceiling, c.Floor = copied(c.Ceiling), copied(c.Floor)
		c.Ratio, c.Difference, c.Errors = copied(c.Ratio), copied(c.Difference), copied(c.Errors)
	}
	return checks
}

// copied returns a pointer to a copy of what x points to, or nil.
func copied[T any](x *T) *T {
	if x == nil {
		return nil
	}
	return new(*x)
}
