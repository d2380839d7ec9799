package capacity

import (
	"fmt"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// Capacity is what every place of a plan has to carry.
type Capacity struct {
	// Places are the places in the order of the plan: before, the stages, and the roll back.
	Places []Place `json:"places"`
	// Notes say what was not judged, and why. Never nil.
	Notes []string `json:"notes"`
}

// Place is what the app has to carry at one place of the plan.
type Place struct {
	// Name is "before", the name of a stage, or "rollback", which is never that of a stage.
	Name string `json:"name"`
	// Weights are those of the place.
	Weights rollout.Weights `json:"weights"`
	// Loads are what each service has to carry in each lane, in the order of the lanes and of
	// the services; then those of services that are in no lane of the release. What gets no
	// request is left out. Never nil.
	Loads []Load `json:"loads"`
}

// Before and RollBack are the names of the places that are no stages.
const (
	Before   = "before"
	RollBack = "rollback"
)

// Of returns what the places of a release have to carry. The release must be prepared: the
// pods of the candidate are those of the set, and of the plan's floors (release.Floor)
// at stages that it has not entered. The weights of the objects may be any: each
// place has those of the plan, and other lanes nothing.
//
// The error says why nothing can be judged: the release has no state, its weights are in a file
// of values, what holds them cannot be read, or the demand is not valid: it holds a field error
// for each fault.
func Of(live release.Live, demand release.Demand) (Capacity, error) {
	j, err := newJudge(live, demand)
	if err != nil {
		return Capacity{}, fmt.Errorf("capacity: %w", err)
	}
	plan := live.Config.Plan
	out := Capacity{}
	for i := range len(plan.Stages) + 2 {
		name, state := Before, rollout.State{Phase: rollout.Prepared}
		switch {
		case i > len(plan.Stages):
			name, state.Phase = RollBack, rollout.RolledBack
		case i > 0:
			name, state.Phase, state.Stage = plan.Stages[i-1].Name, rollout.Running, i
		}
		out.Places = append(out.Places, j.place(name, state))
	}
	shrink(out.Places)
	out.Notes = j.notes()
	return out, nil
}

// Next returns what the app has to carry in one state that the release may go to from where
// it stands: Of for one place. What an autoscaler has taken away by then is what it may take
// where the release stands.
func Next(live release.Live, demand release.Demand, state rollout.State) (Place, error) {
	j, err := newJudge(live, demand)
	if err != nil {
		return Place{}, fmt.Errorf("capacity: %w", err)
	}
	here := j.place("", live.State)
	name := RollBack
	if state.Phase != rollout.RolledBack && state.Stage > 0 && state.Stage <= len(live.Config.Plan.Stages) {
		name = live.Config.Plan.Stages[state.Stage-1].Name
	}
	next := j.place(name, state)
	for i := range next.Loads {
		l := &next.Loads[i]
		l.Shrinks = l.Verdict == Scaled && here.need(l) < l.Need && (name == RollBack || state.Stage < live.State.Stage)
	}
	return next, nil
}

// place returns what the app has to carry in a state.
func (j *judge) place(name string, state rollout.State) Place {
	weights := j.config.Plan.Weights(state)
	return Place{Name: name, Weights: weights, Loads: j.judge(j.calls(weights), j.floors(state))}
}

// floors returns those that lanes have in a state and do not have yet: what was raised
// already is what the objects say. A roll back may come from prepared, before any is
// raised: then only one that moves no weight can count on them.
func (j *judge) floors(state rollout.State) []release.Floor {
	plan, stage := j.config.Plan, state.Stage
	if state.Phase == rollout.RolledBack {
		if stage = 0; plan.Rollback.Equivalent(plan.Before) {
			stage = 1
		}
	}
	if stage <= j.stage {
		return nil
	}
	return j.config.FloorsAt(stage)
}
