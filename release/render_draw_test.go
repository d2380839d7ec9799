package release_test

import (
	"errors"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// drawn is a random release with the set that Render returns for it.
type drawn struct {
	app   lanes.App
	plan  rollout.Plan
	state rollout.State
	mode  release.Mode
	set   manifest.Set
}

func draw(t *rapid.T) drawn {
	d := drawn{app: gen.Shop(t)}
	d.plan = gen.Plan(t, d.app)
	d.state = gen.State(t, d.plan)
	if d.state.Closed() && rapid.Bool().Draw(t, "retire") {
		d.mode = release.Retire
	}
	d.set, d.mode = render(t, d.app, d.plan, d.state, d.mode)
	return d
}

// render renders a release. If the baseline would be removed, it keeps the lanes.
func render(t *rapid.T, app lanes.App, plan rollout.Plan, state rollout.State, mode release.Mode) (manifest.Set,
	release.Mode) {
	set, err := release.Render(app, plan, state, release.Options{Mode: mode})
	if errors.Is(err, release.ErrFallback) {
		require.NotNil(t, app.Permissive)
		require.Equal(t, release.Retire, mode)
		mode = release.Keep
		set, err = release.Render(app, plan, state, release.Options{Mode: mode})
	}
	require.NoError(t, err)
	return set, mode
}

// retired reports whether the lane is cleaned up.
func (d drawn) retired(lane string) bool {
	if d.mode == release.Keep {
		return false
	}
	percent, _ := d.plan.Weights(d.state).Percent(lane)
	return percent == 0 && (d.state.Phase == rollout.Finished || lane == d.plan.Candidate)
}

// carrier returns the object that carries the state: the only VirtualService of
// the set, or the lane group when the lanes bear the weights.
func (d drawn) carrier(t *rapid.T) manifest.Object {
	all := d.set.Kind("VirtualService")
	if d.app.Strategy == lanes.RoutingWeighted {
		require.Empty(t, all)
		all = d.set.Kind(lanes.KindLaneGroup)
	}
	require.Len(t, all, 1)
	return all[0]
}

// shares returns the weights in the set, by lane, and the lane with the pods that get each.
func (d drawn) shares(t *rapid.T) (weights rollout.Weights, served map[string]string) {
	served = map[string]string{}
	host := d.app.HostOf(d.app.Entry())
	if d.app.Strategy == lanes.RoutingWeighted {
		for _, o := range d.set.Kind(lanes.KindLane) {
			w := o.Lane().Spec.IngressWeight
			require.Equal(t, host, w.Destination.Host)
			weights = append(weights, rollout.W(o.Ref.Name, int(*w.Weight)))
		}
		return weights, served
	}
	header := ""
	if d.app.Permissive != nil {
		header = d.app.Permissive.RouteHeader
	}
	routes := d.carrier(t).VirtualService().Http
	for _, dest := range routes[len(routes)-1].Route {
		require.Equal(t, host, dest.Destination.Host)
		lane := routing.LaneOf(dest, header)
		require.NotEmpty(t, lane)
		require.Equal(t, header != "", len(dest.GetHeaders().GetRequest().GetSet()) == 1)
		served[lane] = dest.Destination.Subset
		weights = append(weights, rollout.W(lane, int(dest.Weight)))
	}
	return weights, served
}
