package rollout

import (
	"fmt"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// Checked is a valid plan for a caller that uses it many times: a controller that decides
// every few seconds, or a reader of many observations. Its methods give the same answers
// as those of [Plan], and faster: the methods of Plan validate the plan and compute its
// digest on every call, those of Checked never do. See BenchmarkDecide.
//
// It is immutable and safe for use by several goroutines. [Plan.Checked] makes it; the
// zero value is the zero Plan, which is not valid.
type Checked struct {
	plan   Plan
	digest digest
	pairs  []pair
}

// Checked returns the plan in a form for repeated use. Later changes of p do not change
// it. It fails, with a field error per fault, when the plan is not valid.
func (p Plan) Checked() (Checked, error) {
	if err := fielderr.Join("plan", p.Validate()); err != nil {
		return Checked{}, err
	}
	p = p.clone()
	return Checked{plan: p, digest: p.digest(), pairs: p.pairs(nil)}, nil
}

// Plan returns the plan, as a copy.
func (c Checked) Plan() Plan { return c.plan.clone() }

// Check is [Plan.Check].
func (c Checked) Check(s State) error { return c.plan.check(s, &c) }

// Apply is [Plan.Apply].
func (c Checked) Apply(s State, e Event) (State, error) { return c.plan.applyEvent(s, e, &c) }

// Decide is [Plan.Decide].
func (c Checked) Decide(f Facts) (Decision, error) { return c.plan.decide(f, &c) }

// Observe is [Plan.Observe].
func (c Checked) Observe(s State, e Evidence, o Observation) (Evidence, error) {
	return c.plan.observe(s, e, o, &c)
}

// pairsOf returns the pairs of the plan: the ones c holds, or new ones in buffer when c
// is nil.
func (p *Plan) pairsOf(c *Checked, buffer []pair) []pair {
	if c != nil {
		return c.pairs
	}
	return p.pairs(buffer)
}

// check is Check of a plan. A c that is not nil knows the plan as valid.
func (p *Plan) check(s State, c *Checked) error {
	var known digest
	if c != nil && len(p.Stages) > 0 { // the zero Checked has none
		known = c.digest
	} else if err := fielderr.Join("plan", p.Validate()); err != nil {
		return err
	}
	if s == (State{}) {
		return ErrNoState
	}
	if err := fielderr.Join("state", s.validate()); err != nil {
		return err
	}
	if c == nil {
		known = p.digest()
	}
	if s.PlanDigest != string(known[:]) {
		return fmt.Errorf("state at revision %d: %w: it has plan digest %s, the plan has %s", s.Revision, ErrForeign,
			s.PlanDigest, known)
	}
	return s.within(len(p.Stages))
}
