package capacity_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/capacity"
)

// walk counts the calls of one request in a lane: the dumb way, one call after the other.
func (s shop) walk(service, lane string, calls map[string]int) {
	serving := lane
	if _, has := s.pods[service+" "+lane]; !has {
		serving = s.lanes[0]
	}
	calls[service+"@"+serving]++
	for _, callee := range s.calls[service] {
		s.walk(callee, lane, calls) // the header keeps the request in its lane
	}
}

// loads returns how many calls of 100 requests reach each service in each lane.
func (s shop) loads(weights []int) map[string]int {
	out := map[string]int{}
	for i, lane := range s.lanes {
		once := map[string]int{}
		s.walk(s.services[0], lane, once)
		for at, n := range once {
			if weights[i] > 0 {
				out[at] += n * weights[i]
			}
		}
	}
	return out
}

// places are the weights of all places.
func (s shop) places() [][]int {
	return append(append([][]int{s.before}, s.stages...), s.back)
}

func drawShop(t *rapid.T) shop {
	s := shop{lanes: []string{"v1", "v2", "v3"}[:rapid.IntRange(2, 3).Draw(t, "lanes")],
		services: []string{"a", "b", "c", "d"}[:rapid.IntRange(1, 4).Draw(t, "services")], calls: map[string][]string{},
		pods: map[string]pods{}}
	for i, name := range s.services {
		for n, lane := range s.lanes {
			if n > 0 && i > 0 && rapid.IntRange(0, 3).Draw(t, "lacks") == 0 {
				continue
			}
			p := pods{min: int32(rapid.IntRange(1, 12).Draw(t, "min"))}
			if rapid.Bool().Draw(t, "scaled") {
				p.max = p.min + int32(rapid.IntRange(1, 12).Draw(t, "more"))
			}
			s.pods[name+" "+lane] = p
		}
		for _, callee := range s.services[i+1:] {
			for range rapid.IntRange(0, 2).Draw(t, "calls") {
				s.calls[name] = append(s.calls[name], callee)
			}
		}
	}
	vector := func(candidate int) []int {
		out := make([]int, len(s.lanes))
		last := len(out) - 1
		out[last], out[0] = candidate, 100-candidate
		if last == 2 {
			out[1] = rapid.IntRange(0, out[0]).Draw(t, "second")
			out[0] -= out[1]
		}
		return out
	}
	s.before, s.back = vector(0), vector(0)
	candidate := 0
	for range rapid.IntRange(1, 4).Draw(t, "stages") {
		candidate = rapid.IntRange(max(1, candidate), 100).Draw(t, "candidate")
		s.stages = append(s.stages, vector(candidate))
	}
	return s
}

// Random apps, plans and demands against a model that knows nothing of shares: it walks each
// call. What is called safe is carried at every moment, whatever autoscalers do, also when a
// roll back meets it; what is scaled is carried at rest; what is short is never carried; what
// shrinks is left with too few pods by some way back, and the pods that are missing cure it.
func TestAgainstAModelThatWalks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShop(t)
		rate, each := rapid.IntRange(1, 40).Draw(t, "rate"), map[string]int{}
		d := release.Demand{Requests: []release.Requests{{Path: "/", Rate: float64(rate)}},
			PerPod: map[string]float64{}}
		for _, name := range s.services {
			each[name] = rapid.IntRange(1, 30).Draw(t, "per pod")
			d.PerPod[name] = float64(each[name])
		}
		c := of(t, s.live(t), d)
		carried := func(at string, calls, pods int) bool { // calls of 100 requests
			service, _, _ := strings.Cut(at, "@")
			return calls*rate <= pods*each[service]*100
		}
		for i, p := range c.Places {
			want := s.loads(s.places()[i])
			require.Len(t, p.Loads, len(want), p.Name)
			for _, l := range p.Loads {
				at := l.Service + "@" + l.Lane
				require.Zero(t, l.Calls.Cmp(big.NewRat(int64(want[at]*rate), 100)), "%s at %s", l, p.Name)
				have := s.pods[l.Service+" "+l.Lane]
				low, high := int(have.min), int(max(have.min, have.max))
				safe, some := true, false // whatever number of pods there is
				for n := low; n <= high; n++ {
					safe, some = safe && carried(at, want[at], n), some || carried(at, want[at], n)
				}
				require.Equal(t, safe, l.Verdict == capacity.Safe, "%s at %s", l, p.Name)
				require.Equal(t, some && !safe, l.Verdict == capacity.Scaled, "%s at %s", l, p.Name)
				require.Equal(t, !some, l.Verdict == capacity.Short, "%s at %s", l, p.Name)
				if l.Shrinks {
					require.True(t, carried(at, want[at], low+int(l.Missing())), "the cure cures it")
				}
			}
		}
		// A roll back at any moment, with as few pods as an autoscaler leaves that followed the
		// load: what is neither short nor shrunk is carried.
		for _, l := range c.Places[len(c.Places)-1].Loads {
			at := l.Service + "@" + l.Lane
			have := s.pods[l.Service+" "+l.Lane]
			ever := true
			for _, from := range s.places()[:len(s.places())-1] {
				n := int(have.min)
				for ; n < int(have.max) && !carried(at, s.loads(from)[at], n); n++ {
				}
				ever = ever && carried(at, s.loads(s.back)[at], n)
			}
			require.Equal(t, ever, l.Verdict != capacity.Short && !l.Shrinks, at)
		}
	})
}

// Requests are followed once, for all places: as preview follows them at each.
func TestPlacesAreThoseOfPreview(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShop(t)
		live := s.live(t)
		c := of(t, live, release.Demand{})
		for i, p := range c.Places {
			at := s
			at.before = s.places()[i]
			at.lanes = append(at.lanes[:len(at.lanes):len(at.lanes)], "none") // no candidate is left out
			at.before = append(at.before[:len(at.before):len(at.before)], 0)
			result, err := preview.New(at.set(t)).Trace(preview.Request{Path: "/"})
			require.NoError(t, err)
			calls := map[string]*big.Rat{}
			for _, e := range result.Edges {
				to := e.To.String()
				if calls[to] == nil {
					calls[to] = new(big.Rat)
				}
				calls[to].Add(calls[to], e.Rate)
			}
			require.Len(t, p.Loads, len(calls), p.Name)
			for _, l := range p.Loads {
				require.Zero(t, l.Calls.Cmp(calls[l.Service+"@"+l.Lane]), "%s at %s", l, p.Name)
			}
		}
	})
}
