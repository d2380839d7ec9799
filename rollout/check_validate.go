package rollout

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// maxValue bounds every number in a plan or an observation: a larger one is no
// measurement, and sums stay finite.
const maxValue = 1e15

// validateChecks returns the faults of a list of checks: those of the gate in front of a
// target, or the guards when target is 0.
func (p *Plan) validateChecks(at *where, checks []Check, target int) field.ErrorList {
	var errs field.ErrorList
	for i := range checks {
		c, item := &checks[i], where{up: at, index: i}
		m := p.metric(c.Metric)
		switch {
		case c.Metric == "":
			errs = append(errs, field.Required(item.child("metric"), "must name a metric of the plan"))
		case m == nil:
			errs = append(errs, field.NotFound(item.child("metric"), c.Metric))
		case m.Kind == Counts:
			errs = append(errs, p.validateCounts(&item, c, target)...)
		case m.Kind == Value:
			errs = append(errs, p.validateValue(&item, c, target)...)
		}
		for j := range i {
			if checks[j].equal(c) {
				errs = append(errs, field.Duplicate(item.path(), c.Metric))
				break
			}
		}
		errs = append(errs, answer(&item, "onFail", c.OnFail)...)
		errs = append(errs, answer(&item, "onNoData", c.OnNoData)...)
		if c.Errors != nil {
			errs = append(errs, within(&item, "errors", *c.Errors, 1000)...)
		}
		if c.NoDataAfter < 0 {
			errs = append(errs, field.Invalid(item.child("noDataAfter"), c.NoDataAfter.String(),
				"must not be negative"))
		}
	}
	return errs
}

// validateCounts returns the faults of a check of counts.
func (p *Plan) validateCounts(at *where, c *Check, target int) field.ErrorList {
	errs := within(at, "clump", c.Clump, 100)
	for _, other := range [...]struct {
		name string
		set  bool
	}{
		{"ceiling", c.Ceiling != nil}, {"floor", c.Floor != nil}, {"ratio", c.Ratio != nil},
		{"difference", c.Difference != nil},
		{"passes", c.Passes != 0}, {"failures", c.Failures != 0},
	} {
		if other.set {
			errs = append(errs, field.Forbidden(at.child(other.name),
				"may be set for a metric of Value only: counts are judged by worse and good"))
		}
	}
	if target == 0 {
		if c.Good != nil {
			errs = append(errs, field.Forbidden(at.child("good"), "may be set at a gate only: a guard opens nothing"))
		}
		if c.Worse == nil || c.Worse.Ratio == nil && c.Worse.Ceiling == nil {
			return append(errs, field.Required(at.child("worse"), "must have a ratio, a ceiling or both"))
		}
		worse := where{up: at, name: "worse"}
		if c.Worse.Ratio != nil {
			errs = append(errs, ratio(&worse, *c.Worse.Ratio)...)
		}
		if c.Worse.Ceiling != nil {
			errs = append(errs, rate(&worse, *c.Worse.Ceiling)...)
		}
		return errs
	}
	if c.Worse != nil {
		errs = append(errs, field.Forbidden(at.child("worse"),
			"may be set at a guard only: its risk is that of the whole release"))
	}
	if c.Good == nil || (c.Good.Ratio == nil) == (c.Good.Ceiling == nil) {
		return append(errs, field.Required(at.child("good"), "must have either a ratio or a ceiling"))
	}
	good := where{up: at, name: "good"}
	if c.Good.Ratio != nil {
		errs = append(errs, ratio(&good, *c.Good.Ratio)...)
	} else {
		errs = append(errs, rate(&good, *c.Good.Ceiling)...)
	}
	if c.Good.Beta != 0 && !(c.Good.Beta > 0 && c.Good.Beta <= 0.5) {
		errs = append(errs, field.Invalid(good.child("beta"), c.Good.Beta, "must be above 0 and at most 0.5"))
	}
	errs = append(errs, p.validateSpan(&good, c)...)
	return append(errs, p.validateReach(at, c, target)...)
}

// validateSpan returns a fault unless the gate's bound lies above the bounds of the
// guards of the same metric: a candidate between the two would be both good and worse, or
// neither.
func (p *Plan) validateSpan(good *where, c *Check) field.ErrorList {
	var errs field.ErrorList
	for i := range p.Guards {
		g := &p.Guards[i]
		if g.Metric != c.Metric || g.Worse == nil {
			continue
		}
		if a, b := g.Worse.Ratio, c.Good.Ratio; a != nil && b != nil && *b <= *a {
			errs = append(errs, field.Invalid(good.child("ratio"), *b,
				fmt.Sprintf("must be above %v, the ratio at which guards[%d] stops the release", *a,
					i)).WithOrigin("crossed"))
		}
		if a, b := g.Worse.Ceiling, c.Good.Ceiling; a != nil && b != nil && *b <= *a {
			errs = append(errs, field.Invalid(good.child("ceiling"), *b,
				fmt.Sprintf("must be above %v, the ceiling at which guards[%d] stops the release", *a,
					i)).WithOrigin("crossed"))
		}
	}
	return errs
}

// validateReach returns a fault when the weights at the place before the gate keep the
// check from ever passing.
func (p *Plan) validateReach(at *where, c *Check, target int) field.ErrorList {
	percent := p.percent(target - 1)
	must := ""
	switch {
	case c.Good != nil && percent == 0:
		must = "must not be at this gate, or the gate never opens: the candidate has no requests at the place before it"
	case c.Good != nil && c.compares() && percent >= uncompared:
		must = fmt.Sprintf("must have a ceiling, or the gate never opens: at %d%% of the traffic the candidate is "+
			"not compared with other lanes", percent)
	case c.Good == nil && c.compares() && percent == 100:
		must = "must not compare at this gate, or the gate never opens: no other lane has weight at the place before it"
	default:
		return nil
	}
	return field.ErrorList{field.Invalid(at.child("metric"), c.Metric, must).WithOrigin("never")}
}

// validateValue returns the faults of a check of a value.
func (p *Plan) validateValue(at *where, c *Check, target int) field.ErrorList {
	var errs field.ErrorList
	for _, other := range [...]struct {
		name string
		set  bool
	}{{"worse", c.Worse != nil}, {"good", c.Good != nil}, {"clump", c.Clump != 0}} {
		if other.set {
			errs = append(errs, field.Forbidden(at.child(other.name),
				"may be set for a metric of Counts only: one number says nothing about risk"))
		}
	}
	set := 0
	for _, bound := range [...]struct {
		name string
		x    *float64
	}{{"ceiling", c.Ceiling}, {"floor", c.Floor}, {"difference", c.Difference}} {
		if bound.x != nil {
			set++
			if !(*bound.x >= -maxValue && *bound.x <= maxValue) {
				errs = append(errs, field.Invalid(at.child(bound.name), *bound.x, "must be a number"))
			}
		}
	}
	if c.Ratio != nil {
		set++
		errs = append(errs, ratio(at, *c.Ratio)...)
	}
	if set == 0 {
		errs = append(errs, field.Required(at.child("ceiling"),
			"must have a ceiling, a floor, a ratio or a difference"))
	}
	if c.Ceiling != nil && c.Floor != nil && *c.Floor > *c.Ceiling {
		errs = append(errs, field.Invalid(at.child("floor"), *c.Floor,
			fmt.Sprintf("must not be above the ceiling, %v: the check never passes", *c.Ceiling)).WithOrigin("never"))
	}
	errs = append(errs, within(at, "passes", c.Passes, 1000)...)
	errs = append(errs, within(at, "failures", c.Failures, 1000)...)
	if target == 0 {
		if c.Passes != 0 {
			errs = append(errs, field.Forbidden(at.child("passes"), "may be set at a gate only: a guard opens nothing"))
		}
		return errs
	}
	return append(errs, p.validateReach(at, c, target)...)
}

// ratio returns a fault unless x can be a ratio.
func ratio(at *where, x float64) field.ErrorList {
	if x >= 0.01 && x <= 1000 {
		return nil
	}
	return field.ErrorList{field.Invalid(at.child("ratio"), x, "must be between 0.01 and 1000")}
}

// rate returns a fault unless x can be a ceiling on a rate.
func rate(at *where, x float64) field.ErrorList {
	if x > 0 && x < 1 {
		return nil
	}
	return field.ErrorList{field.Invalid(at.child("ceiling"), x, "must be above 0 and below 1")}
}
