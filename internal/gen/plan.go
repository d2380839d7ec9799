package gen

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/rollout"
)

// Plan draws a valid plan over the lanes of app's versions, in their order. The last lane is the
// candidate.
func Plan(t *rapid.T, app lanes.App) rollout.Plan {
	names := make([]string, len(app.Versions))
	for i, v := range app.Versions {
		names[i] = v.LaneName()
	}
	last := len(names) - 1
	stable, candidate := names[:last], names[last]
	plan := rollout.Plan{
		Candidate: candidate,
		Before:    append(Weights(t, stable), rollout.W(candidate, 0)),
		Rollback:  append(Weights(t, stable), rollout.W(candidate, 0)),
	}
	// The stages come from one of the helpers or are arbitrary valid ones: there a stable lane may
	// rise.
	var vectors []rollout.Weights
	switch rapid.SampledFrom([]string{"arbitrary", "shift", "percents"}).Draw(t, "stages") {
	case "arbitrary":
		for _, percent := range percents(t, 0, false) {
			vectors = append(vectors, append(share(t, stable, 100-percent), rollout.W(candidate, percent)))
		}
	case "shift":
		for _, percent := range percents(t, 0, false) {
			vectors = append(vectors, made(rollout.Shift(plan.Before[:last], candidate, percent)))
		}
	case "percents":
		plan = made(rollout.PlanFromPercents(plan.Before[:last], candidate, percents(t, 1, true)...))
		for _, stage := range plan.Stages {
			vectors = append(vectors, stage.Weights)
		}
		plan.Stages = nil
	}
	for i, w := range vectors {
		plan.Stages = append(plan.Stages, rollout.Stage{
			Name:    "stage-" + string(rune('a'+i)),
			Weights: w,
			Criteria: rapid.SampledFrom([]string{"", "After deploying it", "errors < 1% | p99 < 1s",
				"two\nlines"}).Draw(t, "criteria"),
		})
	}
	return plan
}

// percents draws the candidate's weights of 1 to 6 stages. Each is at least lowest. Rising ones
// differ; others may repeat.
func percents(t *rapid.T, lowest int, rising bool) []int {
	percent := rapid.IntRange(lowest, 100)
	var out []int
	if rising {
		out = rapid.SliceOfNDistinct(percent, 1, 6, rapid.ID[int]).Draw(t, "percents")
	} else {
		out = rapid.SliceOfN(percent, 1, 6).Draw(t, "percents")
	}
	slices.Sort(out)
	if rapid.Bool().Draw(t, "ends at 100") {
		out[len(out)-1] = 100
	}
	return out
}

// made returns v. A helper that returns an error for a drawn value is broken.
func made[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Weights draws weights of the lanes, in order, that sum to 100. Zeros are
// likely. Without lanes it returns nil.
func Weights(t *rapid.T, lanes []string) rollout.Weights { return share(t, lanes, 100) }

// share divides total among the lanes. It draws the lane that takes the rest.
func share(t *rapid.T, lanes []string, total int) rollout.Weights {
	if len(lanes) == 0 {
		return nil
	}
	out := make(rollout.Weights, len(lanes))
	taker := rapid.IntRange(0, len(lanes)-1).Draw(t, "takes the rest")
	for i, lane := range lanes {
		out[i] = rollout.W(lane, 0)
		if i != taker && rapid.IntRange(0, 2).Draw(t, "has weight") > 0 {
			out[i].Percent = rapid.IntRange(0, total).Draw(t, "percent")
			total -= out[i].Percent
		}
	}
	out[taker].Percent = total
	return out
}

// State draws a state that a release of plan can reach: a walk of allowed events, a minute apart.
func State(t *rapid.T, plan rollout.Plan) rollout.State {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	state := made(plan.Prepare(now))
	for range rapid.IntRange(0, 3*len(plan.Stages)+4).Draw(t, "events") {
		if state.Closed() {
			break
		}
		now = now.Add(time.Minute)
		state = rapid.SampledFrom(reachable(plan, state, now)).Draw(t, "next")
	}
	return state
}

// reachable returns the states after one event. Events that go on are in it several times: walks
// are long and few of them end in a roll back.
func reachable(plan rollout.Plan, from rollout.State, now time.Time) []rollout.State {
	kinds := []rollout.EventKind{rollout.StepBack, rollout.RollBack}
	for range 4 {
		kinds = append(kinds, rollout.Start, rollout.Promote, rollout.Pause, rollout.Resume, rollout.Finish)
	}
	events := make([]rollout.Event, 0, len(kinds)+2*len(plan.Stages))
	for _, kind := range kinds {
		events = append(events, rollout.Event{Kind: kind, Revision: from.Revision, At: now})
	}
	for _, stage := range plan.Stages {
		for _, kind := range []rollout.EventKind{rollout.Promote, rollout.StepBack} {
			events = append(events, rollout.Event{Kind: kind, Revision: from.Revision, To: stage.Name, At: now})
		}
	}
	var out []rollout.State
	for _, e := range events {
		if next, err := plan.Apply(from, e); err == nil {
			out = append(out, next)
		}
	}
	return out
}
