package istio_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// t0 is the time at which releases of the tests are prepared.
var t0 = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// stateAt returns the state of a release of plan at a stage. For "rolledback" it rolls back from
// the first stage.
func stateAt(t testing.TB, plan rollout.Plan, place string) rollout.State {
	t.Helper()
	s, err := plan.Prepare(t0)
	require.NoError(t, err)
	s, err = plan.Start(s, t0)
	require.NoError(t, err)
	switch place {
	case plan.Stages[0].Name:
		return s
	case "rolledback":
		s, err = plan.Apply(s, rollout.Event{Kind: rollout.RollBack, Revision: s.Revision, At: t0})
	default:
		s, err = plan.Apply(s, rollout.Event{Kind: rollout.Promote, To: place, Revision: s.Revision, At: t0})
	}
	require.NoError(t, err)
	return s
}

// seedSet returns the mock app and its set, with the lane kinds, at a stage of its plan.
func seedSet(t testing.TB, place string) (lanes.App, manifest.Set) {
	t.Helper()
	app, plan := mock.App(), mock.Plan()
	set, err := release.Render(app, plan, stateAt(t, plan, place), release.Options{})
	require.NoError(t, err)
	return app, set
}

// seedPlaces are the stages of the mock app's plan, in order, and its roll back.
func seedPlaces() []string {
	var out []string
	for _, stage := range mock.Plan().Stages {
		out = append(out, stage.Name)
	}
	return append(out, "rolledback")
}
