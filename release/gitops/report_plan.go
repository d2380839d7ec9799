package gitops

import (
	"github.com/swimlane-go/swimlane/release/capacity"
	"github.com/swimlane-go/swimlane/rollout"
)

// PlanReport is the plan of a release with the place marked, and what a fault would mean at
// each stage. Its JSON is what programs print for other programs; the lists are never null.
type PlanReport struct {
	// Plan is the plan's name; empty when there is none.
	Plan string `json:"plan"`
	// Error says why there is nothing to show; else empty.
	Error string `json:"error"`
	// Place is where the release stands.
	Place Place `json:"place"`
	// Places are those of the plan: before the release, the stages, the roll back.
	Places []PlanPlace `json:"places"`
	// Expected is what Detections are figures for; nil where the demand does not say how many
	// requests fail anyway.
	Expected *Expected `json:"expected"`
	// Detections say for each stage how long a fault stays unseen, and what it costs until
	// then; none where that is not known, or no guard counts requests that fail.
	Detections []rollout.Detection `json:"detections"`
	// Definition is the plan as it was written; nil when there is none.
	Definition *rollout.Plan `json:"definition"`
}

// PlanPlace is a place of the plan.
type PlanPlace struct {
	// Name is "before", the name of a stage, or "rollback".
	Name string `json:"name"`
	// Stage is the number of the stage; 0 for the others.
	Stage int `json:"stage"`
	// Weights are those of the place.
	Weights rollout.Weights `json:"weights"`
	// Criteria are those for entering the stage; empty for the others.
	Criteria string `json:"criteria"`
	// Here says that the release stands there.
	Here bool `json:"here"`
}

// Expected is what is expected of the requests to an app.
type Expected struct {
	// Rate is how many come in a second; 0 where that is not stated.
	Rate float64 `json:"rate"`
	// Errors is the share of them that fails when all is well.
	Errors float64 `json:"errors"`
	// Times is how many times as often those of a faulty candidate fail.
	Times float64 `json:"times"`
	// Window is how long a window of measurements is; 0 where no rate is stated: then it is
	// 200 requests.
	Window rollout.Duration `json:"window"`
}

// PlanReport returns what the plan says. Of a tree that could not be read it has the error
// alone; nil is none.
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
		r.Expected = &Expected{x.Rate, x.Errors, x.Times, x.Window}
		if x.Rate == 0 {
			r.Expected.Window = 0
		}
		r.Detections = append(r.Detections, plan.Detections(x)...)
	}
	return r
}
