package gitops

import (
	"github.com/swimlane-go/swimlane/release/capacity"
	"github.com/swimlane-go/swimlane/rollout"
)

// PlanReport is the plan of a release with the place marked, and the cost of a fault at each
// stage. Programs print its JSON for other programs. The lists are never null.
type PlanReport struct {
	// Plan is the plan's name; empty when there is none.
	Plan string `json:"plan"`
	// Error says why there is nothing to show; else empty.
	Error string `json:"error"`
	// Place is where the release is.
	Place Place `json:"place"`
	// Places are the places of the plan: before the release, the stages, the roll back.
	Places []PlanPlace `json:"places"`
	// Expected is what Detections assume; nil if the demand does not say how many requests fail
	// anyway. Its Window is 0 if no rate is stated: then a window is 200 requests.
	Expected *rollout.Expected `json:"expected"`
	// Detections say for each stage how long a fault stays unseen, and what it costs until
	// then. There are none if that is not known, or if no guard counts requests that fail.
	Detections []rollout.Detection `json:"detections"`
	// Definition is the plan as it was written; nil when there is none.
	Definition *rollout.Plan `json:"definition"`
}

// PlanPlace is a place of the plan.
type PlanPlace struct {
	// Name is "before", the name of a stage, or "rollback".
	Name string `json:"name"`
	// Stage is the number of the stage, from 1; 0 for the other places.
	Stage int `json:"stage"`
	// Weights are the weights of the place.
	Weights rollout.Weights `json:"weights"`
	// Criteria are the criteria for entering the stage; empty for the other places.
	Criteria string `json:"criteria"`
	// Here says that the release is at this place.
	Here bool `json:"here"`
}

// PlanReport returns the plan as a report. For a tree that could not be read, it has err alone.
// A nil err is no error.
func (t Tree) PlanReport(err error) PlanReport {
	r := PlanReport{Plan: t.Config.Name, Place: t.place(), Places: []PlanPlace{}, Detections: []rollout.Detection{}}
	if err != nil {
		r.Error = err.Error()
	}
	plan := t.Config.Plan
	if len(plan.Stages) == 0 {
		return r
	}
	r.Definition = &plan
	at := t.State
	r.Places = append(r.Places,
		PlanPlace{Name: capacity.Before, Weights: plan.Before, Here: at.Phase == rollout.Prepared})
	for i, s := range plan.Stages {
		here := at.Stage == i+1 && at.Phase != rollout.RolledBack
		r.Places = append(r.Places, PlanPlace{s.Name, i + 1, s.Weights, s.Criteria, here})
	}
	r.Places = append(r.Places,
		PlanPlace{Name: capacity.RollBack, Weights: plan.Rollback, Here: at.Phase == rollout.RolledBack})
	if d := t.demand(); d.Errors > 0 {
		x := d.Expected().OrDefaults()
		r.Detections = append(r.Detections, plan.Detections(x)...)
		if x.Rate == 0 {
			x.Window = 0
		}
		r.Expected = &x
	}
	return r
}
