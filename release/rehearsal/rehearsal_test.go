package rehearsal_test

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/release/rehearsal"
	"github.com/swimlane-go/swimlane/rollout"
)

func drawFault(t *rapid.T, p rollout.Plan) rehearsal.Fault {
	span := rapid.SampledFrom([]rollout.Duration{0, rollout.Duration(30 * time.Second), minute, 5 * minute,
		20 * minute})
	f := rehearsal.Fault{
		Kind: rapid.SampledFrom([]rehearsal.FaultKind{rehearsal.Bad, rehearsal.Bad, rehearsal.NoMetrics,
			rehearsal.LateMetrics,
			rehearsal.SlowSync, rehearsal.PodsLost, rehearsal.HandEdit, rehearsal.Crash}).Draw(t, "kind"),
		At: span.Draw(t, "at"),
	}
	if rapid.Bool().Draw(t, "of a stage") {
		f.Stage = rapid.SampledFrom(p.Stages).Draw(t, "stage").Name
	}
	service := rapid.SampledFrom([]string{"mocka", "mockb", "mockc"})
	switch f.Kind {
	case rehearsal.Bad:
		f.Service, f.Rate, f.For = service.Draw(t, "service"),
			rapid.SampledFrom([]float64{0.01, 0.3, 1}).Draw(t, "rate"), span.Draw(t, "for")
	case rehearsal.LateMetrics, rehearsal.SlowSync:
		f.Delay, f.For = 3*minute, span.Draw(t, "for")
	case rehearsal.PodsLost:
		f.Service, f.Lane, f.For = service.Draw(t, "service"), rapid.SampledFrom(p.Before.Lanes()).Draw(t, "lane"),
			span.Draw(t, "for")
	case rehearsal.HandEdit:
		f.Weights = p.Stages[len(p.Stages)-1].Weights
	}
	return f
}

// drawPlan returns the seed's plan with random gates, over the services of the mock app.
func drawPlan(t *rapid.T) rollout.Plan {
	p := gen.Gated(t, mock.Plan())
	for i := range p.Metrics {
		for j := range p.Metrics[i].Services {
			p.Metrics[i].Services[j] = []string{"mocka", "mockb", "mockc"}[j%3]
		}
		p.Metrics[i].Services = p.Metrics[i].Services[:min(3, len(p.Metrics[i].Services))]
	}
	return p
}

// Whatever the plan and the faults, a rehearsal ends, says only what can be, and says it
// again.
func TestRehearsalsOfRandomReleases(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	zones := rollout.Zones{"UTC": time.UTC, "Europe/Berlin": berlin}
	ends := map[rollout.Phase]int{}
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		if len(p.Validate()) > 0 {
			t.Skip("services that were made alike")
		}
		var faults []rehearsal.Fault
		for range rapid.IntRange(0, 3).Draw(t, "faults") {
			faults = append(faults, drawFault(t, p))
		}
		s := scenario(t, p, faults...)
		s.Zones = zones
		s.Seed = rapid.Uint64().Draw(t, "seed")
		s.Traffic.Rate = 5
		s.Longest = rollout.Duration(4 * time.Hour)
		s.Sync = rapid.SampledFrom([]rollout.Duration{0, rollout.Duration(10 * time.Second),
			90 * rollout.Duration(time.Second)}).Draw(t, "sync")
		line, err := rehearsal.Rehearse(s)
		require.NoError(t, err)
		ends[line.Phase]++
		again, err := rehearsal.Rehearse(s)
		require.NoError(t, err)
		require.Equal(t, line, again)

		require.Equal(t, rehearsal.Began, line.Moments[0].Kind)
		require.Equal(t, rehearsal.Ended, line.End().Kind)
		before := rehearsal.Moment{}
		for _, m := range line.Moments {
			require.GreaterOrEqual(t, m.At, before.At)
			require.GreaterOrEqual(t, m.Requests, before.Requests)
			require.GreaterOrEqual(t, m.Failed, m.Faulty)
			require.GreaterOrEqual(t, m.Requests, m.Failed)
			require.True(t, m.Exposed >= 0 && m.Exposed <= 1)
			if m.Place != "" {
				require.Empty(t, m.Weights.Validate(nil))
			}
			before = m
		}
		require.EqualValues(t, int64(5*time.Duration(line.End().At).Seconds()), line.End().Requests)
		require.Zero(t, line.Unserved, "no commit of a release leaves a request without an answer")
		if len(faults) == 0 {
			require.Zero(t, line.End().Faulty)
			require.Empty(t, line.Blames)
		}
		require.NotEmpty(t, line.Summary())
		data, err := json.Marshal(line)
		require.NoError(t, err)
		var read rehearsal.Timeline
		require.NoError(t, json.Unmarshal(data, &read))
		require.Equal(t, line, read)
	})
	t.Log(ends)
}

// A gate that is taken out of the plan raises what a fault costs, at every service and stage.
func TestGatesSaveRequests(t *testing.T) {
	guarded, open := gated(), gated()
	open.Guards, open.Metrics = nil, nil
	for _, stage := range guarded.Stages[:3] {
		for _, service := range []string{"mocka", "mockb", "mockc"} {
			f := rehearsal.Fault{Kind: rehearsal.Bad, Service: service, Rate: 0.2, Stage: stage.Name, At: 2 * minute}
			with, without := rehearse(t, scenario(t, guarded, f)), rehearse(t, scenario(t, open, f))
			require.Equal(t, rollout.RolledBack, with.Phase)
			require.Equal(t, rollout.Finished, without.Phase)
			require.Less(t, 2*with.End().Faulty, without.End().Faulty, "%s at %s", service, stage.Name)
			require.Equal(t, []rehearsal.Blame{{Service: service, Lane: "v3", Failed: with.Blames[0].Failed}},
				with.Blames)
		}
	}
}

func TestCosts(t *testing.T) {
	cost, err := rehearsal.Costs(scenario(t, gated(), bad()), 50)
	require.NoError(t, err)
	require.Equal(t, 50, cost.RolledBack)
	require.LessOrEqual(t, cost.Faulty.Low, cost.Faulty.Median)
	require.LessOrEqual(t, cost.Faulty.Median, cost.Faulty.High)
	// 5% of the requests that meet the candidate, 30% of 60 a second, fail by the fault and
	// not anyway.
	want := 0.05 * (1 - 0.002) * 0.3 * 60 * time.Duration(cost.Took.Median).Seconds()
	require.InDelta(t, want, float64(cost.Faulty.Median), want/5)

	for _, runs := range []int{0, -1, 10_001} {
		_, err = rehearsal.Costs(scenario(t, gated()), runs)
		require.Error(t, err)
	}
}
