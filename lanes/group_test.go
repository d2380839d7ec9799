package lanes_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/lanes"
)

// Each answer of a Group is that of a judge which asks everything of everything.
func TestGroupAnswersAsTheJudge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawGroup(t)
		g := r.read()
		hosts := map[string]lanes.ServiceRef{"elsewhere.default.svc.cluster.local": {}}
		for _, ref := range r.group.Spec.Services {
			hosts[lanes.Host(ref.Name, ref.Namespace)] = ref
		}
		for _, lane := range append(r.lanes, laneOf("none")) {
			if lane == nil {
				continue
			}
			var lacking []lanes.ServiceRef
			for host, ref := range hosts {
				require.Equal(t, dumbHas(r, lane.Name, ref), g.Has(lane.Name, host), "%s %s", lane.Name, host)
				require.Equal(t, dumbFallback(r, ref), g.Fallback(host), host)
				require.Equal(t, dumbServing(r, lane.Name, ref), g.Serving(lane.Name, host), "%s %s", lane.Name, host)
				if _, known := r.ports[host]; known && !dumbHas(r, lane.Name, ref) && ref.Name != "" {
					lacking = append(lacking, ref)
				}
			}
			require.ElementsMatch(t, lacking, g.Lacking(lane.Name))
			require.Equal(t, dumbLane(r, lane.Name), g.Lane(lane.Name))
		}
		for _, labels := range r.pods["default"] {
			var want []string
			for _, lane := range r.lanes {
				if lane != nil && dumbLane(r, lane.Name) == lane && selects(lane, labels) {
					want = append(want, lane.Name)
				}
			}
			require.Equal(t, want, g.LanesOf(labels))
		}
	})
}

// In a group without problems every call of a lane reaches a lane that has the
// service.
func TestNoProblemMeansNoCallIsLost(t *testing.T) {
	good := 0
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom([]func() *groupInput{strictRead, permissiveRead}).Draw(t, "group")()
		lane := rapid.Custom(func(t *rapid.T) *lanes.ASMSwimLane { return rapid.SampledFrom(r.lanes).Draw(t, "lane") })
		name := rapid.Custom(func(t *rapid.T) string { return lane.Draw(t, "lane").Name })
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			switch rapid.IntRange(0, 4).Draw(t, "change") {
			case 0:
				pods := r.pods[rapid.SampledFrom([]string{"default", "shop"}).Draw(t, "namespace")]
				pods[rapid.IntRange(0, len(pods)-1).Draw(t, "pod")]["version"] = rapid.SampledFrom([]string{"v1",
					"v3"}).Draw(t, "version")
			case 1:
				lane.Draw(t, "lists").Spec.Services = rapid.Permutation(r.group.Spec.Services).Draw(t, "services")[:2]
			case 2:
				r.group.Spec.PermissiveModeConfiguration = &lanes.PermissiveModeConfiguration{
					FallbackTarget: name.Draw(t, "baseline"), RouteHeader: "x-lane", TraceHeader: "x-lane",
					ServiceLevelFallbackTarget: rapid.MapOf(
						rapid.SampledFrom([]string{"mocka", "shop/mockb", "default/mockc"}), name).Draw(t, "fallbacks"),
				}
			case 3:
				r.group.Spec.IsPermissive = new(r.group.Permissive() == nil &&
					r.group.Spec.PermissiveModeConfiguration != nil)
			case 4:
				lane.Draw(t, "lane").Spec.LabelSelector["version"] = "v1"
			}
		}
		if len(r.read().Problems()) > 0 {
			return
		}
		good++
		for _, lane := range r.lanes {
			for _, ref := range r.group.Spec.Services {
				require.True(t, dumbHas(r, dumbServing(r, lane.Name, ref), ref), "%s %v", lane.Name, ref)
			}
		}
	})
	require.Positive(t, good)
}

func TestEntries(t *testing.T) {
	type entry struct{ lane, rule, hosts, uri, host, serving string }
	entriesOf := func(r *groupInput) []entry {
		var out []entry
		for _, e := range r.read().Entries() {
			uri := "any"
			for _, m := range e.Matches {
				uri = "headers"
				if m.URI != nil {
					uri = m.URI.Exact
				}
			}
			out = append(out, entry{e.Lane, fmt.Sprint(e.Rule, e.Weight), strings.Join(e.Hosts, " "), uri,
				e.Destination.Host, e.Serving})
		}
		return out
	}
	host := lanes.Host("mocka", "")
	require.Equal(t, []entry{
		{"v1", "60", "*", "/mock", host, "v1"}, {"v2", "30", "*", "/mock", host, "v2"},
		{"try", "10", "*", "/mock", host, "v1"},
	}, entriesOf(weightedRead(permissiveRead(), 60, 30, 10)))
	require.Equal(t, []entry{
		{"v1", "all100", "*.example.com", "any", host, "v1"}, {"v2", "tag100", "*.example.com", "headers", host, "v2"},
	}, entriesOf(ruledRead(strictRead())))
	require.Empty(t, entriesOf(strictRead()))

	r := weightedRead(ruledRead(strictRead()), 100) // weights, whatever rules there are
	r.lanes = append(r.lanes, r.lanes[0], nil)
	r.lanes[0].Spec.IngressWeight.Destination.Host = "mocka"
	r.group.Spec.Ingress.IngressRouting.WeightedRoutingRule.RequestMatches = []lanes.RequestMatch{
		{URI: &lanes.StringMatch{Exact: "/a"}}, {URI: &lanes.StringMatch{Prefix: "/"}}}
	require.Equal(t, []entry{{"v1", "100", "*", "any", "mocka", "v1"}}, entriesOf(r))
	r.group.Spec.Ingress.IngressRouting.WeightedRoutingRule = nil
	require.Empty(t, entriesOf(r))
	r.lanes[1].Spec.IngressWeight, r.lanes[0].Spec.IngressWeight.Weight = &lanes.IngressWeight{}, nil
	require.Empty(t, entriesOf(r))
	r = ruledRead(strictRead())
	r.lanes[0].Spec.IngressRules[0].Route, r.lanes[1].Spec.IngressRules[1].Route.Destination = nil, nil
	require.Empty(t, entriesOf(r))
}

// A question costs two look-ups, however large the group is.
func TestQuestionsAllocateNothing(t *testing.T) {
	g := permissiveRead().read()
	host := lanes.Host("mockc", "")
	require.Zero(t, testing.AllocsPerRun(10, func() {
		if g.Has("try", host) || g.Serving("try", host) != "v2" || g.Fallback(host) != "v2" {
			panic("wrong")
		}
	}))
}

func wideRead(services, laneCount int) *groupInput {
	r := permissiveRead()
	r.lanes, r.group.Spec.Services, r.ports, r.pods = nil, nil, map[string][]int32{}, map[string][]map[string]string{}
	for l := range laneCount {
		r.lanes = append(r.lanes, laneOf(fmt.Sprint("v", l+1), "version", fmt.Sprint("v", l+1)))
	}
	for s := range services {
		ref := lanes.ServiceRef{Name: fmt.Sprint("service-", s), Namespace: fmt.Sprint("n", s)}
		r.group.Spec.Services = append(r.group.Spec.Services, ref)
		r.ports[lanes.Host(ref.Name, ref.Namespace)] = []int32{80}
		for l := range laneCount {
			r.pods[ref.Namespace] = append(r.pods[ref.Namespace],
				map[string]string{"app": ref.Name, "version": fmt.Sprint("v", l+1)})
		}
	}
	clear(r.group.Spec.PermissiveModeConfiguration.ServiceLevelFallbackTarget)
	return r
}

// The cost of a lane of a service does not depend on how many there are.
func TestReadGroupGrowsLinearly(t *testing.T) {
	perPair := func(services, laneCount int) float64 {
		r := wideRead(services, laneCount)
		backing := map[string]lanes.Backing{}
		for _, ref := range r.group.Spec.Services {
			backing[ref.Name] = r.behind(ref)
		}
		return testing.AllocsPerRun(2, func() {
			g := lanes.ReadGroup(r.group, r.lanes,
				func(ref lanes.ServiceRef) lanes.Backing { return backing[ref.Name] })
			if len(g.Problems()) > 0 {
				panic("must be good")
			}
		}) / float64(services*laneCount)
	}
	require.LessOrEqual(t, perPair(400, 10), perPair(50, 10)*1.05)
	require.LessOrEqual(t, perPair(10, 200), perPair(10, 25)*1.05)
}

// Whatever the order of pods, the same is found.
func TestProblemsIgnoreTheOrderOfPods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawGroup(t)
		want := r.read().Problems()
		behind := func(ref lanes.ServiceRef) lanes.Backing {
			b := r.behind(ref)
			if len(b.Pods) > 0 {
				b.Pods = rapid.Permutation(b.Pods).Draw(t, "pods")
			}
			return b
		}
		require.Equal(t, printed(want), printed(lanes.ReadGroup(r.group, r.lanes, behind).Problems()))
	})
}

func BenchmarkReadGroup(b *testing.B) {
	r := wideRead(50, 10)
	backing := map[string]lanes.Backing{}
	for _, ref := range r.group.Spec.Services {
		backing[ref.Name] = r.behind(ref)
	}
	for _, problems := range []bool{false, true} {
		b.Run(fmt.Sprint("problems=", problems), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				g := lanes.ReadGroup(r.group, r.lanes,
					func(ref lanes.ServiceRef) lanes.Backing { return backing[ref.Name] })
				if problems && len(g.Problems()) > 0 {
					b.Fatal("must be good")
				}
			}
		})
	}
}
