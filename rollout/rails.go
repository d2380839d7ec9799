package rollout

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Rails are bounds that a team sets for its plans: a plan outside them is not valid.
type Rails struct {
	// LargestStep is the most that the candidate's percent may rise at once, from stage
	// to stage or by an event that names a later one. 0 means any.
	LargestStep int `json:"largestStep,omitempty"`
	// FinalPercent is the percent that the candidate must have at the last stage. 0 means
	// any.
	FinalPercent int `json:"finalPercent,omitempty"`
	// Cap bounds the candidate until a check has passed.
	Cap *Cap `json:"cap,omitempty"`
}

// Cap is a percent that the candidate exceeds only through a gate.
type Cap struct {
	// Percent is the most that the candidate may have before that gate, 0 to 99.
	Percent int `json:"percent"`
	// Metric is the metric that a check of that gate, or of an earlier one, must use.
	Metric string `json:"metric"`
}

func (p *Plan) validateRails() field.ErrorList {
	rails, at := p.Rails, where{name: "rails"}
	if rails == nil {
		return nil
	}
	errs := within(&at, "largestStep", rails.LargestStep, 100)
	errs = append(errs, within(&at, "finalPercent", rails.FinalPercent, 100)...)
	if last := len(p.Stages); last > 0 && rails.FinalPercent > 0 && p.percent(last) != rails.FinalPercent {
		errs = append(errs, p.railed(last,
			fmt.Sprintf("must give the candidate the rails' finalPercent, %d%%", rails.FinalPercent)))
	}
	for i := range p.Stages {
		if rise := p.percent(i+1) - p.percent(i); rails.LargestStep > 0 && rise > rails.LargestStep {
			errs = append(errs, p.railed(i+1,
				fmt.Sprintf("must raise the candidate by at most the rails' largestStep, %d, not by %d",
					rails.LargestStep, rise)))
		}
	}
	if rails.Cap == nil {
		return errs
	}
	capAt := where{up: &at, name: "cap"}
	errs = append(errs, within(&capAt, "percent", rails.Cap.Percent, 99)...)
	if p.metric(rails.Cap.Metric) == nil {
		errs = append(errs, field.NotFound(capAt.child("metric"), rails.Cap.Metric))
	}
	for i := range p.Stages {
		if gate := p.Stages[i].Gate; gate != nil &&
			slices.ContainsFunc(gate.Checks, func(c Check) bool { return c.Metric == rails.Cap.Metric }) {
			break
		}
		if p.percent(i+1) > rails.Cap.Percent {
			errs = append(errs, p.railed(i+1,
				fmt.Sprintf("must have a gate with a check of %q, or come after one: without it the rails' cap is %d%%",
					rails.Cap.Metric, rails.Cap.Percent)))
			break
		}
	}
	return errs
}

// railed returns a fault about the candidate's percent at a stage.
func (p *Plan) railed(stage int, must string) *field.Error {
	path := (&where{up: &where{name: "stages"}, index: stage - 1}).child("weights")
	return field.Invalid(path, p.Stages[stage-1].Weights.String(), must).WithOrigin("rails")
}

// percent returns the candidate's percent at a stage, 1..n; at 0 before the first.
func (p *Plan) percent(stage int) int {
	w := p.Before
	if stage > 0 {
		w = p.Stages[stage-1].Weights
	}
	percent, _ := w.Percent(p.Candidate)
	return percent
}
