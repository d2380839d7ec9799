package capacity_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/capacity"
	"github.com/swimlane-go/swimlane/rollout"
)

// stated is what the mock app serves: 100 requests a second, of which pods of mocka carry 7
// each and those of mockb 25.
var stated = release.Demand{
	Requests: []release.Requests{{Path: "/mock", Rate: 100}},
	PerPod:   map[string]float64{"mocka": 7, "mockb": 25},
}

func TestGoldens(t *testing.T) {
	live := mocked(t, map[string]pods{
		"mocka-v1": {10, 0}, "mocka-v2": {10, 0}, "mockb-v1": {2, 10}, "mockb-v2": {2, 10}, "mockb-v3": {1, 10},
	})
	c := of(t, live, stated)
	require.False(t, c.Safe())
	golden.Equal(t, "stated.txt", c.String())
	golden.Equal(t, "stated.md", c.Markdown())
	data, err := json.MarshalIndent(c, "", "  ")
	require.NoError(t, err)
	golden.Equal(t, "stated.json", string(data)+"\n")
	require.True(t, of(t, mocked(t, nil), release.Demand{}).Safe(), "the seed's own tree")
}

// One pod beside ten: the candidate gets at full promotion what ten pods carried.
func TestOnePodBesideTen(t *testing.T) {
	live := mocked(t, map[string]pods{"mocka-v1": {10, 0}, "mocka-v2": {10, 0}})
	for _, p := range of(t, live, release.Demand{}).Places {
		var short []string
		for _, l := range p.Faults() {
			short = append(short, l.String())
		}
		switch p.Name {
		// at 10% of what 20 pods carry two are needed, one with what is to spare
		case "before", "rollback", "initial-canary":
			require.Empty(t, short, p.Name)
		case "full-promotion":
			require.Equal(t, []string{"mocka@v3: needs 10 pods, has 1"}, short)
		default:
			require.Len(t, short, 1)
		}
	}
	// A pod that carries ten times as much needs no company.
	require.True(t, of(t, live, release.Demand{Spare: new(19.0)}).Safe())
	require.False(t, of(t, live, release.Demand{Spare: new(18.9)}).Safe())
}

// What an autoscaler may have taken away by the time of a roll back is found; a minimum that
// carries the roll back is the cure.
func TestRollBackOntoALaneThatWasScaledDown(t *testing.T) {
	for _, test := range []struct {
		min     int32
		shrinks bool
	}{{2, true}, {7, true}, {8, false}, {10, false}} {
		live := mocked(t, map[string]pods{
			"mocka-v1": {test.min, 10}, "mocka-v2": {8, 10}, "mocka-v3": {15, 0}, "mockb-v1": {4, 0},
			"mockb-v2": {4, 0}, "mockb-v3": {4, 0},
		})
		c := of(t, live, stated)
		back := c.Places[len(c.Places)-1]
		require.Equal(t, "rollback", back.Name)
		faults := back.Faults()
		if !test.shrinks {
			require.Empty(t, faults)
			continue
		}
		require.Len(t, faults, 1)
		require.Equal(t, "v1", faults[0].Lane)
		require.EqualValues(t, 8-test.min, faults[0].Missing())
	}
}

// Against a model of replicas: an adversary who lets autoscalers follow the load of the place
// before, and moves. A load that is called safe is never above what the pods there carry, one
// that is scaled is carried at rest, one that is short is not, and one that shrinks is left
// with too few pods by some move back.
func TestVerdictsAgainstReplicas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		replicas := map[string]pods{}
		for _, s := range []string{"mocka", "mockb", "mockc"} {
			for _, v := range []string{"v1", "v2", "v3"} {
				p := pods{min: int32(rapid.IntRange(1, 20).Draw(t, "min"))}
				if rapid.Bool().Draw(t, "scaled") {
					p.max = p.min + int32(rapid.IntRange(0, 20).Draw(t, "more"))
				}
				replicas[s+"-"+v] = p
			}
		}
		demand := release.Demand{
			Requests: []release.Requests{{Path: "/mock", Rate: float64(rapid.IntRange(1, 200).Draw(t, "rate"))}},
			PerPod:   map[string]float64{},
		}
		for _, s := range []string{"mocka", "mockb", "mockc"} {
			demand.PerPod[s] = float64(rapid.IntRange(1, 30).Draw(t, "per pod"))
		}
		c := of(t, mocked(t, replicas), demand)
		// by the weights alone: all lanes hold all services
		calls := func(p capacity.Place, service, lane string) float64 {
			percent, _ := p.Weights.Percent(lane)
			return demand.Requests[0].Rate * float64(percent) / 100
		}
		carried := func(load float64, n int64, service string) bool { return load <= float64(n)*demand.PerPod[service] }
		for i, p := range c.Places {
			for _, l := range p.Loads {
				have := replicas[l.Service+"-"+l.Lane]
				low, high := int64(have.min), int64(max(have.min, have.max))
				load := calls(p, l.Service, l.Lane)
				switch l.Verdict {
				case capacity.Safe:
					require.True(t, carried(load, low, l.Service), "%s at %s", l, p.Name)
				case capacity.Scaled:
					require.False(t, carried(load, low, l.Service), "%s at %s", l, p.Name)
					require.True(t, carried(load, high, l.Service), "%s at %s", l, p.Name)
				default:
					require.Equal(t, capacity.Short, l.Verdict)
					require.False(t, carried(load, high, l.Service), "%s at %s", l, p.Name)
				}
				// From each later place, or from each place for the roll back, with as few pods as
				// an autoscaler leaves that follows the load there.
				shrinks := false
				for k, from := range c.Places[:len(c.Places)-1] {
					if p.Name != "rollback" && k <= i || i == 0 {
						continue
					}
					there := low
					for ; there < high && !carried(calls(from, l.Service, l.Lane), there, l.Service); there++ {
					}
					shrinks = shrinks || carried(load, high, l.Service) && !carried(load, there, l.Service)
				}
				require.Equal(t, shrinks, l.Shrinks, "%s at %s", l, p.Name)
			}
		}

		// More pods never make it worse.
		name := rapid.SampledFrom([]string{"mocka-v1", "mockb-v3", "mockc-v2"}).Draw(t, "more of")
		more := replicas[name]
		more.min++
		if more.max > 0 {
			more.max++
		}
		replicas[name] = more
		rank := map[capacity.Verdict]int{capacity.Safe: 0, capacity.Scaled: 1, capacity.Short: 2}
		for i, p := range of(t, mocked(t, replicas), demand).Places {
			for n, l := range p.Loads {
				was := c.Places[i].Loads[n]
				require.LessOrEqual(t, rank[l.Verdict], rank[was.Verdict])
				require.True(t, was.Verdict == capacity.Short || was.Shrinks || !l.Shrinks)
			}
		}
	})
}

func TestWhatCannotBeJudged(t *testing.T) {
	live := mocked(t, nil)
	_, err := capacity.Of(live, release.Demand{Requests: []release.Requests{{Host: "a\nb", Path: "none", Rate: 1}}})
	require.Error(t, err)
	charted := live
	charted.Config.Values = &release.Values{File: "values.yaml"}
	_, err = capacity.Of(charted, release.Demand{})
	require.ErrorContains(t, err, "made from the values")
	live.State = rollout.State{}
	_, err = capacity.Of(live, release.Demand{})
	require.ErrorIs(t, err, rollout.ErrNoState)
	_, err = capacity.Of(release.ReadSet(live.Config, release.WithoutState(live.Set)), release.Demand{})
	require.ErrorIs(t, err, rollout.ErrNoState)
}

// A service that nobody calls has no load, and one that only the candidate calls has nothing
// to be measured by.
func TestServicesWithoutRequests(t *testing.T) {
	app := mock.App()
	app.Services[1].Calls = nil // nobody calls mockc
	for _, p := range of(t, prepared(t, app, mock.Plan(), nil), release.Demand{}).Places {
		for _, l := range p.Loads {
			require.NotEqual(t, "mockc", l.Service)
		}
	}
	c := of(t, prepared(t, app, mock.Plan(), nil), release.Demand{})
	require.Equal(t,
		[]string{
			"mockc: nothing says what a pod carries: it gets no requests before the release, and the demand does not list it"},
		c.Notes)
}

// large is a chain of n services in k lanes, with a plan of so many stages.
func large(t testing.TB, n, k, stages int) release.Live {
	app := lanes.App{Name: "large", Gateway: lanes.Gateway{Name: "gw", Namespace: "istio-system"}}
	template := mock.App().Versions[0].Services[0].Template
	for i := range n {
		s := lanes.AppService{Name: fmt.Sprintf("s%03d", i), Port: 80}
		if i < n-1 {
			s.Calls = []string{fmt.Sprintf("s%03d", i+1)}
		}
		app.Services = append(app.Services, s)
	}
	var before rollout.Weights
	for i := range k {
		v := lanes.Version{Name: fmt.Sprintf("v%d", i)}
		for _, s := range app.Services {
			v.Services = append(v.Services, lanes.VersionService{Name: s.Name, Template: template.DeepCopy()})
		}
		app.Versions = append(app.Versions, v)
		before = append(before, rollout.W(v.Name, 0))
	}
	before[0].Percent = 100
	candidate := before[k-1].Lane
	plan := rollout.Plan{Candidate: candidate, Before: before, Rollback: before.Clone()}
	for i := range stages {
		w := before.Clone()
		w[0].Percent, w[k-1].Percent = 100-i*100/stages, i*100/stages
		plan.Stages = append(plan.Stages, rollout.Stage{Name: "s" + strings.Repeat("x", i), Weights: w})
	}
	return prepared(t, app, plan, nil)
}

// Twice the services, the lanes or the stages cost about twice the allocations.
func TestCostGrowsWithTheInput(t *testing.T) {
	allocs := func(services, lanes, stages int) float64 {
		live := large(t, services, lanes, stages)
		return testing.AllocsPerRun(1, func() { of(t, live, release.Demand{}) })
	}
	one := allocs(20, 4, 8)
	require.Less(t, allocs(40, 4, 8), 2.2*one)
	require.Less(t, allocs(20, 8, 8), 2.2*one)
	require.Less(t, allocs(20, 4, 16), 2.2*one)
}

func BenchmarkOf(b *testing.B) {
	for _, size := range [][3]int{{5, 2, 10}, {50, 10, 1}, {50, 10, 10}} {
		live := large(b, size[0], size[1], size[2])
		b.Run(fmt.Sprintf("services=%d/lanes=%d/stages=%d", size[0], size[1], size[2]), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				of(b, live, release.Demand{})
			}
		})
	}
}
