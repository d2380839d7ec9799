package release

import (
	"fmt"
	"math/big"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// Flow is one kind of requests, with the ways in which they enter and the calls that follow. It
// holds for every place of the plan.
type Flow struct {
	// Request is one of the requests.
	Request preview.Request
	// Ways are the ways in which the requests enter.
	Ways []Way
}

// Way is one way in which requests enter.
type Way struct {
	// Lane is the lane of the plan with the weight by which the requests enter. It is empty if
	// the plan's weights do not matter, as on a route that pins requests to a lane.
	Lane string
	// Loads are the calls that one request brings about on average if it enters this way.
	Loads []preview.Load

	fixed *big.Rat // the part of the requests if Lane is empty
}

// Part returns the part of the requests, 0 to 1, that enters this way at some weights.
func (w Way) Part(weights rollout.Weights) *big.Rat {
	if w.Lane == "" {
		return new(big.Rat).Set(w.fixed)
	}
	percent, _ := weights.Percent(w.Lane)
	return big.NewRat(int64(percent), 100)
}

// Flows returns where requests go if every lane of the plan gets some. Weights of other lanes
// count as 0. Without requests it takes one for each route of the plan, the first that leads
// there by its host and path alone. A note names a route without such a request. The error is
// about a holder, or names the request that cannot be followed.
func (l Live) Flows(requests ...preview.Request) (flows []Flow, notes []string, err error) {
	set, err := l.everyLane()
	if err != nil {
		return nil, nil, err
	}
	index, wanted := preview.New(set), l.entryRoutes(set)
	for i, r := range requests {
		entries, err := index.Loads(r)
		if err != nil {
			return nil, nil, fmt.Errorf("requests[%d]: %w", i, err)
		}
		flows = append(flows, Flow{r, waysOf(wanted, entries)})
	}
	if len(requests) > 0 {
		return flows, nil, nil
	}
	found := map[entryRoute]bool{}
	for _, r := range index.Entries() {
		entries, err := index.Loads(r)
		if err != nil {
			continue // a note says so if no other request leads to the route
		}
		at := entryRoute{entries[0].Object, entries[0].HTTP}
		if _, ours := wanted[at]; ours && !found[at] {
			found[at] = true
			flows = append(flows, Flow{r, waysOf(wanted, entries)})
		}
	}
	for _, h := range l.Holders {
		for at := range wanted {
			if at.object == h.Ref && !found[at] {
				notes = append(notes, fmt.Sprintf(
					"%s: no request leads there by its host and path alone: the demand must state one", h.Ref))
			}
		}
	}
	return flows, notes, nil
}

// entryRoute is the position of a route of the plan.
type entryRoute struct {
	object manifest.Ref
	http   int
}

// entryRoutes returns the routes that share requests by the plan's weights, each with the lanes
// of its destinations. The route that ASM makes for a lane group has no lanes here.
func (l Live) entryRoutes(set manifest.Set) map[entryRoute][]string {
	out := map[entryRoute][]string{}
	for _, r := range l.Config.Routes {
		o, _ := set.Get(r.Ref())
		if o.VirtualService() == nil {
			continue
		}
		route, i, err := routing.FindRoute(o.VirtualService(), r.Route)
		if err != nil {
			continue
		}
		lanes := []string{}
		for _, d := range route.GetRoute() {
			lanes = append(lanes, routing.LaneOf(d, l.header))
		}
		out[entryRoute{r.Ref(), i}] = lanes
	}
	if l.Config.LaneGroup != "" {
		out[entryRoute{object: LaneGroupRef(l.Config.LaneGroup)}] = nil
	}
	return out
}

// waysOf returns the way of each entry.
func waysOf(routes map[entryRoute][]string, entries []preview.Entry) []Way {
	var out []Way
	for _, e := range entries {
		w := Way{Loads: e.Loads, fixed: e.Weight}
		if lanes, ours := routes[entryRoute{e.Object, e.HTTP}]; ours {
			w.Lane = e.Lane
			if e.Destination < len(lanes) {
				w.Lane = lanes[e.Destination]
			}
		}
		out = append(out, w)
	}
	return out
}

// everyLane returns the set with a weight at every lane of the plan, including the candidate.
func (l Live) everyLane() (manifest.Set, error) {
	weights := l.Config.Plan.Before.Clone()
	for i := range weights {
		weights[i].Percent = 1
	}
	l.Config.Plan.Stages = []rollout.Stage{{Weights: weights}}
	changes, err := l.Move(rollout.State{Phase: rollout.Running, Stage: 1}, l.Holders, true)
	if err != nil {
		return manifest.Set{}, err
	}
	all, err := l.changed(changes)
	if err != nil {
		return manifest.Set{}, err
	}
	changed := map[manifest.Ref]manifest.Object{}
	for _, w := range all {
		value, err := w.object()
		if err != nil {
			return manifest.Set{}, err
		}
		if changed[w.holder.Ref], err = objectOf(value); err != nil {
			return manifest.Set{}, err
		}
	}
	objects := l.Set.All()
	for i, o := range objects {
		if c, is := changed[o.Ref]; is {
			objects[i].Value = c.Value
		}
	}
	return manifest.NewSet(objects...), nil
}
