package rehearsal_test

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/rehearsal"
	"github.com/swimlane-go/swimlane/rollout"
)

// t0 is when rehearsals of the tests begin: a Wednesday.
var t0 = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

const minute = rollout.Duration(time.Minute)

// gated is the seed's plan with a guard on errors and a gate at every stage.
func gated() rollout.Plan {
	p := mock.Plan()
	p.Metrics = []rollout.Metric{{Name: "errors", Kind: rollout.Counts}}
	p.Guards = []rollout.Check{{Metric: "errors", Worse: &rollout.Worse{Ratio: new(1.5), Ceiling: new(0.05)},
		OnFail: rollout.ActRollBack}}
	for i := range p.Stages {
		p.Stages[i].Gate = &rollout.Gate{Dwell: rollout.Dwell{Min: 10 * minute}}
	}
	p.FinishGate = &rollout.Gate{Dwell: rollout.Dwell{Min: 10 * minute}}
	return p
}

// scenario is a release of the mock app by a plan, prepared, at 60 requests a second.
func scenario(t require.TestingT, plan rollout.Plan, faults ...rehearsal.Fault) rehearsal.Scenario {
	state, err := plan.Prepare(t0)
	require.NoError(t, err)
	app := mock.App()
	set, err := release.Render(app, plan, state, release.Options{Calls: true})
	require.NoError(t, err)
	return rehearsal.Scenario{
		Set: set, Faults: faults, Start: t0, Seed: 1, Traffic: rehearsal.Traffic{Rate: 60, Errors: 0.002},
		Config: release.Config{Name: "mock", Plan: plan,
			Routes: []release.EntryRoute{{Namespace: "istio-system", Name: "mock"}}},
	}
}

func rehearse(t require.TestingT, s rehearsal.Scenario) rehearsal.Timeline {
	line, err := rehearsal.Rehearse(s)
	require.NoError(t, err)
	return line
}

// written is the set with what a release writes for a state.
func written(t require.TestingT, set manifest.Set, live release.Live, state rollout.State) manifest.Set {
	objects, err := live.With(state)
	require.NoError(t, err)
	all := slices.Clone(set.All())
	for _, o := range objects {
		object, err := manifest.NewObject(o, "")
		require.NoError(t, err)
		for i := range all {
			if all[i].Ref == object.Ref {
				all[i] = object
			}
		}
	}
	return manifest.NewSet(all...)
}
