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
	j, err := newJudge(live, demand)
	if err != nil {
		return Capacity{}, fmt.Errorf("capacity: %w", err)
	}
	plan := live.Config.Plan
	out := Capacity{}
	for i := range len(plan.Stages) + 2 {
		name, phase, stage := before, rollout.Prepared, 0
		switch {
		case i > len(plan.Stages):
			name, phase = rollback, rollout.RolledBack
		case i > 0:
			name, phase, stage = plan.Stages[i-1].Name, rollout.Running, i
		}
		p, err := j.place(name, live.At(phase, stage, time.Unix(0, 0))) // at any time: nothing is written
		if err != nil {
			return Capacity{}, err
		}
		out.Places = append(out.Places, p)
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
	if _, err := j.place(before, live.At(rollout.Prepared, 0, time.Unix(0, 0))); err != nil {
		return Place{}, err
	}
	here, err := j.place("", live.State)
	if err != nil {
		return Place{}, err
	}
	name := rollback
	if state.Phase != rollout.RolledBack && state.Stage > 0 {
		name = live.Config.Plan.Stages[state.Stage-1].Name
	}
	next, err := j.place(name, state)
	for i := range next.Loads {
		l := &next.Loads[i]
		l.Shrinks = l.Verdict == Scaled && here.need(l) < l.Need && (name == rollback || state.Stage < live.State.Stage)
	}
	return next, err
}

// place returns what the app has to carry in a state.
func (j *judge) place(name string, state rollout.State) (Place, error) {
	set, err := at(j.live, state)
	if err != nil {
		return Place{}, fmt.Errorf("capacity of %s: %w", name, err)
	}
	calls, err := j.calls(set)
	if err != nil {
		return Place{}, fmt.Errorf("capacity of %s: %w", name, err)
	}
	if name == before {
		j.measure(calls)
	}
	return Place{Name: name, Weights: j.live.Config.Plan.Weights(state), Loads: j.judge(calls)}, nil
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
