package istio_test

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/rehearsal"
	"github.com/swimlane-go/swimlane/rollout"
)

// perWindow is the number of requests in each window of a rehearsed release: 10 a second.
const perWindow = 600

// watched is the mock app's plan with a guard and gates. Each stage lasts three windows and the
// last one ten: a late fault shows after about five windows, however bad it is.
func watched() rollout.Plan {
	p := mock.Plan()
	gate := &rollout.Gate{Dwell: rollout.Dwell{Min: rollout.Duration(3 * time.Minute)}}
	p.Metrics = []rollout.Metric{{Name: "errors", Kind: rollout.Counts}}
	p.Guards = []rollout.Check{{Metric: "errors", Worse: &rollout.Worse{Ratio: new(1.5), Ceiling: new(0.1)},
		OnFail: rollout.ActRollBack}}
	for i := range p.Stages {
		p.Stages[i].Gate = gate
	}
	p.FinishGate = &rollout.Gate{Dwell: rollout.Dwell{Min: rollout.Duration(10 * time.Minute)}}
	return p
}

// weather decides which calls fail: one in a hundred. Once the candidate is bad, more of its calls
// to mockb fail.
type weather struct {
	mu     sync.Mutex
	random *rand.Rand
	bad    float64
}

const base = 0.01

func (w *weather) broken(service, lane string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.random.Float64() < base {
		return true
	}
	return service == "mockb" && lane == "v3" && w.random.Float64() < w.bad
}

// operated is the course of a release that its gates moved, on real requests.
type operated struct {
	observations map[time.Time]rollout.Observation
	states       []rollout.State // the state after each move
	windows      int
	bad, total   int64 // requests of the candidate while it was bad
}

// operate runs the release of the plan on the data plane, in virtual time: a minute for each
// window. The candidate is bad from the first window of the stage on.
func operate(t *testing.T, p *plane, app lanes.App, plan rollout.Plan, sky *weather, stage int, rate float64) operated {
	start := time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)
	state, err := plan.Prepare(start)
	require.NoError(t, err)
	out := operated{observations: map[time.Time]rollout.Observation{}}
	var evidence rollout.Evidence
	for now := start; !state.Closed(); now = now.Add(time.Minute) {
		sky.bad = 0
		if stage > 0 && state.Stage >= stage {
			sky.bad = rate
		}
		set, err := release.Render(app, plan, state, release.Options{Calls: true})
		require.NoError(t, err)
		p.Istiod.Apply(t, entry(t, set))
		r := mesh.NewReplay(t)
		r.Publish(p.gatewayAt(app, plan.Weights(state)))
		met, errs := send(context.Background(), mesh.DialReplay(t, r, "xds:///shop.example.com"), "/mock", perWindow)
		counts := map[string]*rollout.LaneCount{}
		of := func(text string) *rollout.LaneCount {
			_, after, found := strings.Cut(text, "mocka@")
			require.True(t, found, text)
			lane := after[:2]
			if counts[lane] == nil {
				counts[lane] = &rollout.LaneCount{Lane: lane}
			}
			return counts[lane]
		}
		for trace, n := range met {
			of(trace).Total += int64(n)
		}
		for _, err := range errs {
			c := of(err.Error())
			c.Total++
			c.Bad++
		}
		o := rollout.Observation{Metric: "errors", From: now, To: now.Add(time.Minute)}
		for _, lane := range plan.Before.Lanes() {
			if c := counts[lane]; c != nil {
				o.Lanes = append(o.Lanes, *c)
				if sky.bad > 0 && lane == plan.Candidate {
					out.bad, out.total = out.bad+c.Bad, out.total+c.Total
				}
			}
		}
		out.observations[now] = o
		out.windows++
		evidence, err = plan.Observe(state, evidence, o)
		require.NoError(t, err)
		facts := rollout.Facts{State: state, Evidence: evidence, Now: o.To}
		d, err := plan.Decide(facts)
		require.NoError(t, err)
		if event, ok := d.Event(facts, "bot"); ok {
			state, err = plan.Apply(state, event)
			require.NoError(t, err)
			out.states = append(out.states, state)
		}
		require.Less(t, out.windows, 100)
	}
	return out
}

// TestRehearsalsAgreeWithRealRequests runs releases by their gates on the data plane. A rehearsal
// with the same measurements makes the same decisions in every window. A rehearsal with drawn
// requests ends like the data plane, and as many requests fail, within 4 sigma.
func TestRehearsalsAgreeWithRealRequests(t *testing.T) {
	plan := watched()
	app, shape := seedSet(t, "initial-canary")
	p := startPlane(t, app, values[*lanes.ASMSwimLane](shape, lanes.KindLane), plain(t, shape))
	prepared, err := plan.Prepare(time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	set, err := release.Render(app, plan, prepared, release.Options{Calls: true})
	require.NoError(t, err)
	for name, test := range map[string]struct {
		stage int
		rate  float64
		ends  rollout.Phase
	}{
		"good":           {0, 0, rollout.Finished},
		"bad at once":    {1, 0.5, rollout.RolledBack},
		"bad at 30%":     {2, 0.2, rollout.RolledBack},
		"bad at the end": {4, 0.3, rollout.RolledBack},
	} {
		t.Run(name, func(t *testing.T) {
			sky := &weather{random: rand.New(rand.NewPCG(uint64(test.stage), 7))}
			p.Broken = sky.broken
			was := operate(t, p, app, plan, sky, test.stage, test.rate)
			last := was.states[len(was.states)-1]
			require.Equal(t, test.ends, last.Phase)

			s := rehearsal.Scenario{
				Set: set, Start: prepared.Since, Seed: 1,
				Traffic: rehearsal.Traffic{Rate: perWindow / 60, Errors: base},
				Config: release.Config{Name: app.Name, Plan: plan,
					Routes: []release.EntryRoute{{Namespace: app.Gateway.Namespace, Name: app.Name}}},
			}
			if test.stage > 0 {
				s.Faults = []rehearsal.Fault{{Kind: rehearsal.Bad, Service: "mockb", Rate: test.rate,
					Stage: plan.Stages[test.stage-1].Name}}
			}
			fed := s
			fed.Measure = func(from, _ time.Time) []rollout.Observation {
				return []rollout.Observation{was.observations[from]}
			}
			line, err := rehearsal.Rehearse(fed)
			require.NoError(t, err)
			var moves []rollout.State
			for _, m := range line.Moments {
				if m.Kind != rehearsal.Moved {
					continue
				}
				i := len(moves)
				require.Less(t, i, len(was.states))
				require.Equal(t, plan.Place(was.states[i]), m.Place)
				require.Equal(t, was.states[i].Since, s.Start.Add(time.Duration(m.At)), "at the same window")
				moves = append(moves, was.states[i])
			}
			require.Len(t, moves, len(was.states))

			cost, err := rehearsal.Costs(s, 1000)
			require.NoError(t, err)
			ended := map[rollout.Phase]int{rollout.Finished: cost.Finished,
				rollout.RolledBack: cost.RolledBack}[test.ends]
			require.GreaterOrEqual(t, ended, 999, "the action has a probability of 99.9%")
			if test.stage == 0 {
				return
			}
			// While the candidate was bad, as many of its requests failed as the model says: by the
			// fault at mockb, or by one of the three calls at the usual rate.
			share := 1 - (1-test.rate)*math.Pow(1-base, 3)
			mean := share * float64(was.total)
			require.InDelta(t, mean, float64(was.bad), 4*math.Sqrt(mean*(1-share)))
			// The release lasted as long as in the rehearsals.
			took := rollout.Duration(was.windows) * rollout.Duration(time.Minute)
			require.GreaterOrEqual(t, took, cost.Lasted.Low-rollout.Duration(3*time.Minute))
			require.LessOrEqual(t, took, cost.Lasted.High+rollout.Duration(3*time.Minute))
		})
	}
}
