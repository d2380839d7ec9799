package rollout_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/rollout"
)

// place is where a release stands.
type place struct {
	phase rollout.Phase
	stage int
}

// TestTransitionTable is the table of the package page, cell by cell: what is
// expected is a place, or the sentinel of the refusal.
func TestTransitionTable(t *testing.T) {
	prepared := place{rollout.Prepared, 0}
	running := func(stage int) place { return place{rollout.Running, stage} }
	paused := func(stage int) place { return place{rollout.Paused, stage} }
	finished := func(stage int) place { return place{rollout.Finished, stage} }
	rolledBack := func(stage int) place { return place{rollout.RolledBack, stage} }
	kinds := []rollout.EventKind{rollout.Start, rollout.Promote, rollout.StepBack, rollout.Pause, rollout.Resume,
		rollout.RollBack, rollout.Finish}
	closed := func(err error, roll any) []any { return []any{err, err, err, err, err, roll, err} }
	for _, plan := range []struct {
		name string
		plan rollout.Plan
		rows map[place][]any // per kind, in the order of kinds
	}{
		{"four stages", seed(), map[place][]any{
			prepared: {running(1), rollout.ErrNotStarted, rollout.ErrNotStarted, rollout.ErrNotStarted,
				rollout.ErrNotPaused, rolledBack(0), rollout.ErrNotStarted},
			running(1): {rollout.ErrStarted, running(2), rollout.ErrFirstStage, paused(1), rollout.ErrNotPaused,
				rolledBack(1), rollout.ErrNotLastStage},
			running(2): {rollout.ErrStarted, running(3), running(1), paused(2), rollout.ErrNotPaused, rolledBack(2),
				rollout.ErrNotLastStage},
			running(3): {rollout.ErrStarted, running(4), running(2), paused(3), rollout.ErrNotPaused, rolledBack(3),
				rollout.ErrNotLastStage},
			running(4): {rollout.ErrStarted, rollout.ErrLastStage, running(3), paused(4), rollout.ErrNotPaused,
				rolledBack(4), finished(4)},
			paused(1): {rollout.ErrStarted, rollout.ErrPaused, rollout.ErrPaused, rollout.ErrPaused, running(1),
				rolledBack(1), rollout.ErrPaused},
			paused(3): {rollout.ErrStarted, rollout.ErrPaused, rollout.ErrPaused, rollout.ErrPaused, running(3),
				rolledBack(3), rollout.ErrPaused},
			paused(4): {rollout.ErrStarted, rollout.ErrPaused, rollout.ErrPaused, rollout.ErrPaused, running(4),
				rolledBack(4), rollout.ErrPaused},
			finished(4):   closed(rollout.ErrFinished, rollout.ErrFinished),
			rolledBack(0): closed(rollout.ErrRolledBack, rolledBack(0)),
			rolledBack(2): closed(rollout.ErrRolledBack, rolledBack(2)),
			rolledBack(4): closed(rollout.ErrRolledBack, rolledBack(4)),
		}},
		{"one stage", single(), map[place][]any{
			prepared: {running(1), rollout.ErrNotStarted, rollout.ErrNotStarted, rollout.ErrNotStarted,
				rollout.ErrNotPaused, rolledBack(0), rollout.ErrNotStarted},
			running(1): {rollout.ErrStarted, rollout.ErrLastStage, rollout.ErrFirstStage, paused(1),
				rollout.ErrNotPaused, rolledBack(1), finished(1)},
			paused(1): {rollout.ErrStarted, rollout.ErrPaused, rollout.ErrPaused, rollout.ErrPaused, running(1),
				rolledBack(1), rollout.ErrPaused},
			finished(1):   closed(rollout.ErrFinished, rollout.ErrFinished),
			rolledBack(1): closed(rollout.ErrRolledBack, rolledBack(1)),
		}},
	} {
		for from, cells := range plan.rows {
			for i, want := range cells {
				s := at(plan.plan, from.phase, from.stage)
				later := t0.Add(time.Hour)
				next, err := plan.plan.Apply(s, rollout.Event{Kind: kinds[i], Revision: s.Revision, At: later})
				cell := []any{plan.name, from, kinds[i]}
				if sentinel, refused := want.(error); refused {
					require.ErrorIs(t, err, sentinel, cell)
					require.Equal(t, rollout.State{}, next, cell)
					continue
				}
				require.NoError(t, err, cell)
				if want == from { // unchanged: revision and time too
					require.Equal(t, s, next, cell)
					continue
				}
				to := want.(place)
				require.Equal(t, rollout.State{Schema: s.Schema, PlanDigest: s.PlanDigest, Revision: 8, Phase: to.phase,
					Stage: to.stage, Since: later}, next, cell)
			}
		}
	}
}

func TestEventMayNameItsStage(t *testing.T) {
	p := seed()
	wrongTo := field.ErrorList{fieldtest.Invalid("to", "")}
	for _, test := range []struct {
		from int
		kind rollout.EventKind
		to   string
		want any // a stage, a sentinel or field errors
	}{
		{1, rollout.Promote, "b", 2},
		{1, rollout.Promote, "d", 4},
		{4, rollout.StepBack, "a", 1},
		{4, rollout.StepBack, "c", 3},
		{2, rollout.Promote, "b", wrongTo}, // where it stands
		{2, rollout.Promote, "a", wrongTo}, // down
		{2, rollout.StepBack, "b", wrongTo},
		{2, rollout.StepBack, "d", wrongTo}, // up
		{4, rollout.Promote, "a", rollout.ErrLastStage},
		{1, rollout.StepBack, "d", rollout.ErrFirstStage},
		{2, rollout.Promote, "nowhere", field.ErrorList{fieldtest.NotFound("to")}},
		{2, rollout.Promote, "3", field.ErrorList{fieldtest.NotFound("to")}}, // names only
		{2, rollout.Pause, "c", field.ErrorList{fieldtest.Forbidden("to")}},
		{2, rollout.RollBack, "a", field.ErrorList{fieldtest.Forbidden("to")}},
	} {
		s := at(p, rollout.Running, test.from)
		next, err := p.Apply(s, rollout.Event{Kind: test.kind, Revision: s.Revision, To: test.to, At: t0})
		switch want := test.want.(type) {
		case int:
			require.NoError(t, err, test)
			require.Equal(t, place{rollout.Running, want}, place{next.Phase, next.Stage}, test)
		case error:
			require.ErrorIs(t, err, want, test)
		case field.ErrorList:
			requireZero(t, next, err)
			fieldtest.Equal(t, want, fieldtest.Of(err))
		}
	}
}

func TestStaleIsSeenBeforeAnythingElse(t *testing.T) {
	p := seed()
	foreign := at(p, rollout.Running, 1)
	foreign.PlanDigest = "sha256:other"
	for name, s := range map[string]rollout.State{
		"good":     at(p, rollout.Running, 1),
		"finished": at(p, rollout.Finished, 4),
		"foreign":  foreign,
		"broken":   {Revision: 7, Phase: "Walking", Stage: -1},
	} {
		for _, revision := range []int64{0, 6, 8, -7} {
			for _, kind := range []rollout.EventKind{rollout.Promote, rollout.RollBack, "Fly"} {
				next, err := p.Apply(s, rollout.Event{Kind: kind, Revision: revision, At: t0})
				requireZero(t, next, err)
				require.ErrorIs(t, err, rollout.ErrStale, name)
			}
		}
	}
	// A caller that names what it saw cannot promote twice.
	s := at(p, rollout.Running, 1)
	seen := rollout.Event{Kind: rollout.Promote, Revision: s.Revision, At: t0}
	s = must(p.Apply(s, seen))
	_, err := p.Apply(s, seen)
	require.EqualError(t, err,
		`promote from stage 2 of 4, b: stale revision: the event names revision 7, the state is at 8`)
}

func TestForeignAndBrokenStatesAreRefused(t *testing.T) {
	p := seed()
	foreign := at(p, rollout.Running, 1)
	foreign.PlanDigest = single().Digest()
	next, err := p.Promote(foreign, t0)
	requireZero(t, next, err)
	require.ErrorIs(t, err, rollout.ErrForeign)
	require.ErrorIs(t, p.Check(foreign), rollout.ErrForeign)
	require.NoError(t, p.Check(at(p, rollout.Running, 1)))

	for name, test := range map[string]struct {
		spoil func(s *rollout.State)
		want  field.ErrorList
	}{
		"almost zero": {func(s *rollout.State) { *s = rollout.State{Revision: 1} },
			field.ErrorList{fieldtest.Invalid("schema", ""), fieldtest.Required("planDigest"),
				fieldtest.NotSupported("phase"), fieldtest.Required("since")}},
		"stage beyond": {func(s *rollout.State) { s.Stage = 5 },
			field.ErrorList{fieldtest.Invalid("stage", "")}},
		"rolled back beyond": {func(s *rollout.State) { s.Phase, s.Stage = rollout.RolledBack, 5 },
			field.ErrorList{fieldtest.Invalid("stage", "")}},
		"rolled back below": {func(s *rollout.State) { s.Phase, s.Stage = rollout.RolledBack, -1 },
			field.ErrorList{fieldtest.Invalid("stage", "")}},
		"finished too early": {func(s *rollout.State) { s.Phase = rollout.Finished },
			field.ErrorList{fieldtest.Invalid("stage", "")}},
		"prepared at a stage": {func(s *rollout.State) { s.Phase = rollout.Prepared },
			field.ErrorList{fieldtest.Invalid("stage", "")}},
		"paused at none": {func(s *rollout.State) { s.Phase, s.Stage = rollout.Paused, 0 },
			field.ErrorList{fieldtest.Invalid("stage", "")}},
		"last revision": {func(s *rollout.State) { s.Revision = 1<<53 - 1 },
			field.ErrorList{fieldtest.Invalid("revision", "")}},
		"year 10000": {func(s *rollout.State) { s.Since = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
			field.ErrorList{fieldtest.Invalid("since", "")}},
	} {
		t.Run(name, func(t *testing.T) {
			s := at(p, rollout.Running, 2)
			test.spoil(&s)
			fieldtest.Equal(t, test.want, fieldtest.Of(p.Check(s)))
			next, err := p.RollBack(s, t0)
			requireZero(t, next, err)
			fieldtest.Equal(t, test.want, fieldtest.Of(err))
			for _, kind := range []rollout.EventKind{"", "promote", "Fly"} {
				_, err := p.Apply(s, rollout.Event{Kind: kind, Revision: s.Revision, At: t0})
				require.Error(t, err)
			}
		})
	}
}

func TestMalformedEventsAreRefused(t *testing.T) {
	p := seed()
	s := at(p, rollout.Running, 2)
	for _, kind := range []rollout.EventKind{"", "promote", "Fly"} {
		next, err := p.Apply(s, rollout.Event{Kind: kind, Revision: s.Revision, At: t0})
		requireZero(t, next, err)
		fieldtest.Equal(t, field.ErrorList{fieldtest.NotSupported("kind")}, fieldtest.Of(err))
	}
	next, err := p.Apply(s, rollout.Event{Kind: rollout.Start, Revision: s.Revision, To: "a"})
	requireZero(t, next, err)
	fieldtest.Equal(t, field.ErrorList{fieldtest.Forbidden("to"), fieldtest.Required("at")}, fieldtest.Of(err))

	_, err = p.Prepare(time.Time{})
	fieldtest.Equal(t, field.ErrorList{fieldtest.Required("now")}, fieldtest.Of(err))
	_, err = p.Prepare(time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC))
	fieldtest.Equal(t, field.ErrorList{fieldtest.Invalid("now", "")}, fieldtest.Of(err))
}

func TestWeightsAndRetiringFollowTheState(t *testing.T) {
	p := seed()
	p.Rollback[0].Percent, p.Rollback[1].Percent = 70, 30
	for from, want := range map[place]struct {
		weights  rollout.Weights
		retiring []string
	}{
		{rollout.Prepared, 0}:   {p.Before, nil},
		{rollout.Running, 3}:    {p.Stages[2].Weights, nil},
		{rollout.Paused, 1}:     {p.Stages[0].Weights, nil},
		{rollout.Finished, 4}:   {p.Stages[3].Weights, []string{"v1", "v2"}},
		{rollout.RolledBack, 4}: {p.Rollback, []string{"v3"}},
		{rollout.Running, 0}:    {nil, nil},
		{rollout.Running, 5}:    {nil, nil},
		{"Walking", 1}:          {nil, nil},
	} {
		s := at(p, from.phase, from.stage)
		require.Equal(t, want.weights, p.Weights(s), from)
		require.Equal(t, want.retiring, p.Retiring(s), from)
		require.Equal(t, from.phase == rollout.Finished || from.phase == rollout.RolledBack, s.Closed(), from)
	}
	copied := p.Weights(at(p, rollout.Running, 1))
	copied[0].Percent = 99
	require.Equal(t, 60, p.Stages[0].Weights[0].Percent, "weights are a copy")
}
