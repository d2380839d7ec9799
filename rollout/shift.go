package rollout

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// Shift returns the weights in which the candidate has percent and the stable lanes share
// the rest in proportion to what they have in stable. The stable lanes come first, in
// their order; the candidate is last.
//
// Webster's method hands out the rest one percent at a time, ties to the earlier lane. A
// method that hands out one seat after another is house-monotone: as the candidate grows,
// no stable lane ever rises.
//
// stable must be valid weights that do not list the candidate, and percent must be
// between 0 and 100; otherwise the error holds a field error per fault.
func Shift(stable Weights, candidate string, percent int) (Weights, error) {
	errs := stable.Validate(field.NewPath("stable"))
	errs = append(errs, laneName(field.NewPath("candidate"), candidate)...)
	if _, listed := stable.Percent(candidate); listed {
		errs = append(errs, field.Invalid(field.NewPath("candidate"), candidate, "must not be one of the stable lanes"))
	}
	if percent < 0 || percent > 100 {
		errs = append(errs, field.Invalid(field.NewPath("percent"), percent,
			"must be between 0 and 100").WithOrigin("percent"))
	}
	if err := fielderr.Join("shift", errs); err != nil {
		return nil, err
	}
	return shift(stable, candidate, percent), nil
}

func shift(stable Weights, candidate string, percent int) Weights {
	out := make(Weights, len(stable), len(stable)+1)
	for i, weight := range stable {
		out[i] = W(weight.Lane, 0)
	}
	for range 100 - percent {
		next := 0
		for i := range out {
			// Webster: the next percent goes to the largest share/(2·given+1).
			if stable[i].Percent*(2*out[next].Percent+1) > stable[next].Percent*(2*out[i].Percent+1) {
				next = i
			}
		}
		out[next].Percent++
	}
	return append(out, W(candidate, percent))
}

// PlanFromPercents returns the plan that gives the candidate one stage per percent, each
// made by [Shift] and named "to-N-percent". Before and Rollback are the stable weights
// with the candidate at 0.
//
// The percents must rise from stage to stage and must not exceed 100; the returned plan
// is valid. Criteria are empty.
func PlanFromPercents(stable Weights, candidate string, percents ...int) (Plan, error) {
	before, err := Shift(stable, candidate, 0)
	if err != nil {
		return Plan{}, err
	}
	var errs field.ErrorList
	path := field.NewPath("percents")
	if len(percents) == 0 {
		errs = append(errs, field.Required(path, "must list at least one percentage"))
	}
	p := Plan{Candidate: candidate, Before: before, Rollback: before.Clone()}
	floor := 0
	for i, percent := range percents {
		if percent <= floor || percent > 100 {
			errs = append(errs, field.Invalid(path.Index(i), percent,
				fmt.Sprintf("must be above %d and at most 100", floor)))
			continue
		}
		floor = percent
		p.Stages = append(p.Stages, Stage{Name: fmt.Sprintf("to-%d-percent", percent),
			Weights: shift(stable, candidate, percent)})
	}
	if err := fielderr.Join("plan", errs); err != nil {
		return Plan{}, err
	}
	return p, nil
}
