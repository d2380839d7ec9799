package capacity

import (
	"fmt"
	"math/big"
	"time"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
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
	// the services.
	Loads []Load `json:"loads"`
}

// before and rollback are the names of the places that are no stages.
const (
	before   = "before"
	rollback = "rollback"
)

// Of returns what the places of a release have to carry. The release must be prepared: the
// pods of the candidate are those of the set. The weights may be those of any place.
//
// The error says why nothing can be judged: the release has no state, its objects are not as
// the state says, or a request of the demand gets no answer.
func Of(live release.Live, demand release.Demand) (Capacity, error) {
	plan := live.Config.Plan
	if live.State == (rollout.State{}) || live.Config.Values != nil {
		return Capacity{}, fmt.Errorf("capacity: %w", rollout.ErrNoState)
	}
	j, err := newJudge(live, demand)
	if err != nil {
		return Capacity{}, err
	}
	out := Capacity{Notes: []string{}}
	for i := range len(plan.Stages) + 2 {
		name, phase, stage := before, rollout.Prepared, 0
		switch {
		case i > len(plan.Stages):
			name, phase = rollback, rollout.RolledBack
		case i > 0:
			name, phase, stage = plan.Stages[i-1].Name, rollout.Running, i
		}
		state := live.At(phase, stage, time.Unix(0, 0)) // at any time: nothing is written
		set, err := at(live, state)
		if err != nil {
			return Capacity{}, fmt.Errorf("capacity of %s: %w", name, err)
		}
		loads, err := j.calls(set)
		if err != nil {
			return Capacity{}, fmt.Errorf("capacity of %s: %w", name, err)
		}
		if name == before {
			j.measure(loads)
		}
		out.Places = append(out.Places, Place{Name: name, Weights: plan.Weights(state), Loads: j.judge(loads)})
	}
	shrink(out.Places)
	out.Notes = append(out.Notes, j.notes()...)
	return out, nil
}

// at returns the set with the weights of a state.
func at(live release.Live, state rollout.State) (manifest.Set, error) {
	objects, err := live.With(state)
	if err != nil {
		return manifest.Set{}, err
	}
	changed := map[manifest.Ref]manifest.Object{}
	for _, o := range objects {
		object, err := manifest.NewObject(o, "")
		if err != nil {
			return manifest.Set{}, err
		}
		changed[object.Ref] = object
	}
	all := live.Set.All()
	out := make([]manifest.Object, len(all))
	for i, o := range all {
		out[i] = o
		if c, is := changed[o.Ref]; is {
			out[i] = c
		}
	}
	return manifest.NewSet(out...), nil
}

// target is a service in a lane.
type target struct{ host, lane string }

// calls returns how many calls a second the services get in a set, in each lane; in calls a
// request where the demand states no rate.
func (j *judge) calls(set manifest.Set) (map[target]*big.Rat, error) {
	out := map[target]*big.Rat{}
	mesh := preview.New(set)
	for _, r := range j.requests {
		result, err := mesh.Trace(r.request)
		if err != nil {
			return nil, err
		}
		for _, e := range result.Edges {
			host, known := j.hosts[e.To.Service]
			if !known || e.To.Failure != "" || e.To.End != "" {
				continue
			}
			at := target{host, e.To.Lane}
			if out[at] == nil {
				out[at] = new(big.Rat)
			}
			out[at].Add(out[at], new(big.Rat).Mul(e.Rate, r.rate))
		}
	}
	return out, nil
}
