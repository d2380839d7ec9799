package capacity_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// Loads that were worked out by hand: web calls cart and pay, which both call stock; the
// candidate has no pay, so that its calls there fall back to the baseline; testers are pinned
// to the candidate by a header.
func TestLoadsByHand(t *testing.T) {
	template := mock.App().Versions[0].Services[0].Template
	service := func(name string, calls ...string) lanes.AppService {
		return lanes.AppService{Name: name, Port: 80, Calls: calls, Template: template}
	}
	app := lanes.App{
		Name:    "shop",
		Gateway: lanes.Gateway{Name: "gw", Namespace: "istio-system", Route: &lanes.RouteOptions{Name: "all"}},
		Services: []lanes.AppService{service("web", "cart", "pay"), service("cart", "stock"), service("pay", "stock"),
			service("stock"), service("idle")},
		Versions: []lanes.Version{
			{Name: "v1"}, {Name: "v2", Without: []string{"pay", "idle"}},
		},
		Permissive: &lanes.Permissive{Baseline: "v1", RouteHeader: "x-lane", TraceHeader: "x-lane"},
	}
	vector := func(v1, v2 int) rollout.Weights { return rollout.Weights{rollout.W("v1", v1), rollout.W("v2", v2)} }
	plan := rollout.Plan{
		Candidate: "v2", Before: vector(100, 0), Rollback: vector(100, 0),
		Stages: []rollout.Stage{{Name: "quarter", Weights: vector(75, 25)}, {Name: "full", Weights: vector(0, 100)}},
	}
	testers := routing.Route{
		Name: "testers", Matches: []routing.Match{
			{Headers: map[string]routing.Condition{"x-tester": routing.Exact("yes")}}},
		Destinations: []routing.Destination{{Host: "web.default.svc.cluster.local", Subset: "v2", Weight: 100,
			Headers: routing.Headers{Request: routing.HeaderOperations{Set: map[string]string{"x-lane": "v2"}}}}},
	}
	live := prepared(t, app, plan, nil, testers)
	c := of(t, live, release.Demand{Requests: []release.Requests{{Path: "/", Rate: 100},
		{Path: "/", Headers: map[string]string{"x-tester": "yes"}, Rate: 4}}})
	want := map[string]string{
		"before":   "web@v1=100 cart@v1=100 pay@v1=104 stock@v1=200 web@v2=4 cart@v2=4 stock@v2=8",
		"quarter":  "web@v1=75 cart@v1=75 pay@v1=104 stock@v1=150 web@v2=29 cart@v2=29 stock@v2=58",
		"full":     "pay@v1=104 web@v2=104 cart@v2=104 stock@v2=208",
		"rollback": "web@v1=100 cart@v1=100 pay@v1=104 stock@v1=200 web@v2=4 cart@v2=4 stock@v2=8",
	}
	for _, p := range c.Places {
		var got []string
		for _, l := range p.Loads {
			got = append(got, fmt.Sprintf("%s@%s=%s", l.Service, l.Lane, l.Calls.RatString()))
		}
		require.Equal(t, want[p.Name], strings.Join(got, " "), p.Name)
	}
}

// reference returns how many calls each service gets in each lane, from the outcomes of
// preview for a set that Render made of the very state.
func reference(t require.TestingT, app lanes.App, plan rollout.Plan, state rollout.State,
	request preview.Request) map[string]*big.Rat {
	set, err := release.Render(app, plan, state, release.Options{Calls: true})
	require.NoError(t, err)
	result, err := preview.New(set).Trace(request)
	require.NoError(t, err)
	out := map[string]*big.Rat{}
	var count func(n *preview.Node, share *big.Rat)
	count = func(n *preview.Node, share *big.Rat) {
		if n.Failure != "" || n.End != "" {
			return
		}
		at := n.Service + "@" + n.Lane
		if out[at] == nil {
			out[at] = new(big.Rat)
		}
		out[at].Add(out[at], share)
		for _, c := range n.Calls {
			count(c, share)
		}
	}
	for _, o := range result.Outcomes {
		count(o.Root, o.Share)
	}
	return out
}

// The loads of every place are those of a set that was rendered at it, call by call.
func TestLoadsAgreeWithRenderedPlaces(t *testing.T) {
	app, plan := mock.App(), mock.Plan()
	live := mocked(t, nil)
	request := preview.New(live.Set).Entries()[0]
	state := live.State
	for i, p := range of(t, live, release.Demand{}).Places {
		switch {
		case p.Name == "rollback":
			state, _ = plan.RollBack(live.State, t0)
		case i > 0:
			state = live.At(rollout.Running, i, t0)
		}
		want := reference(t, app, plan, state, request)
		require.Len(t, p.Loads, len(want), p.Name)
		for _, l := range p.Loads {
			require.Zero(t, want[l.Service+"@"+l.Lane].Cmp(l.Calls), "%s at %s", l, p.Name)
		}
	}
}
