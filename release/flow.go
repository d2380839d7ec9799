package release

import (
	"fmt"
	"math/big"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// Flow is requests of one kind with what they load, by the ways in which they enter: one
// answer for every place of the plan.
type Flow struct {
	// Request is one of them.
	Request preview.Request
	// Ways are those in which they enter.
	Ways []Way
}

// Way is one way in which requests enter.
type Way struct {
	// Lane is the lane of the plan by the weight of which they enter; empty where the plan's
	// weights do not matter, as on a route that pins requests to a lane.
	Lane string
	// Loads are the calls that one request which enters so brings about in the mean.
	Loads []preview.Load

	fixed *big.Rat // the part where there is no lane
}

// Part returns the part of the requests that enter this way at some weights.
func (w Way) Part(weights rollout.Weights) *big.Rat {
	if w.Lane == "" {
		return new(big.Rat).Set(w.fixed)
	}
	percent, _ := weights.Percent(w.Lane)
	return big.NewRat(int64(percent), 100)
}

// Flows returns where requests go, of which every lane of the plan gets some at some place;
// weights of other lanes are taken as 0. For no requests they are one of each route of the
// plan, by the first host and path that lead there alone; notes say for which there is none.
// The error is that of a holder, or says which request cannot be asked about.
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
			continue // it is none of a route of the plan, or others are
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

// entryRoute is where a route of the plan is.
type entryRoute struct {
	object manifest.Ref
	http   int
}

// entryRoutes returns the routes by whose weights requests are shared, each with the lanes
// of its destinations; without any for what ASM makes of a lane group.
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

// waysOf returns the ways of entries.
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

// everyLane returns the set with a weight at every lane of the plan, the candidate's
// included.
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
