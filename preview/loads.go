package preview

import (
	"cmp"
	"fmt"
	"math/big"

	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
)

// Entry is one destination of the route by which a request enters, with the loads of the
// requests that enter by it.
type Entry struct {
	// Object holds the route, at spec.http[HTTP], and Destination is the position in it.
	// For a route that ASM makes, Object is the lane group, HTTP is 0, and Lane says
	// which destination it is. Object is the zero Ref where no route shares the request.
	Object      manifest.Ref
	HTTP        int
	Destination int
	// Lane is the lane that the requests are then in: see the package's "Isolation".
	Lane string
	// Weight is the part of the requests that enter by it. The weights of all entries sum
	// to 1.
	Weight *big.Rat
	// Loads are the mean calls for one such request, in the order in which they are
	// reached.
	Loads []Load
}

// Load says how often pods are called.
type Load struct {
	// Stop is the service and the lane that are called, or why nothing is reached.
	Stop
	// Workload runs the pods; the zero Ref when none is reached.
	Workload manifest.Ref
	// Rate is the mean number of calls, above 0.
	Rate *big.Rat
}

// Loads returns the loads of a request by its entry. The total load is the sum over the
// entries, each times its weight, so one answer gives the loads for other weights of the
// route too. Destinations of weight 0 have no entry. It fails as Trace does.
func (m Mesh) Loads(r Request) ([]Entry, error) {
	x := m.index()
	a, err := x.enter(r)
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	t := &tracer{x: x, calls: r.Calls, memo: map[stateKey]*state{}, depth: map[*mesh.Service]int{}}
	t.stops, t.notes = map[Stop]int{}, map[string]bool{}
	steps, err := t.steps(nil, a.targets)
	if err != nil {
		return nil, err
	}
	var out []Entry
	for i := 0; i < len(steps); {
		n := i + 1
		for n < len(steps) && a.targets[n].destination == a.targets[i].destination {
			n++
		}
		out = append(out, t.entry(a.targets[i], steps[i:n]))
		i = n
	}
	return out, nil
}

// entry returns the loads of the steps of one destination.
func (t *tracer) entry(to target, steps []step) Entry {
	out := Entry{Destination: to.destination, Lane: to.subset, Weight: new(big.Rat)}
	if r := to.rule; r != nil {
		if out.Object, out.HTTP = r.Maker, r.HTTP; r.Object != nil {
			out.Object = r.Object.Ref
		}
	}
	if to.service != nil {
		out.Lane = cmp.Or(t.x.home(to.service, to.lane, t.x.deciding(to.message.headers), home{}).lane, out.Lane)
	}
	for _, s := range steps {
		out.Weight.Add(out.Weight, s.weight)
	}
	rates, order := map[*state]*big.Rat{}, []*state(nil)
	var visit func(s *state)
	visit = func(s *state) { // each after the ones that it calls
		if _, seen := rates[s]; seen {
			return
		}
		rates[s] = nil
		for _, call := range s.calls {
			for _, step := range call {
				if step.next != nil {
					visit(step.next)
				}
			}
		}
		order = append(order, s)
	}
	for _, s := range steps {
		if s.next != nil {
			visit(s.next)
		}
	}
	type key struct {
		stop     int
		workload manifest.Ref
	}
	at := map[key]int{}
	follow := func(rate *big.Rat, steps []step) {
		for _, s := range steps {
			share, k := product(rate, s.weight), key{stop: s.stop}
			if s.next != nil {
				rates[s.next] = sum(rates[s.next], share)
				k.workload = s.next.workload.Object.Ref
			}
			i, found := at[k]
			if !found {
				i, at[k] = len(out.Loads), len(out.Loads)
				l := Load{Stop: t.graph.stops[s.stop], Workload: k.workload, Rate: new(big.Rat)}
				out.Loads = append(out.Loads, l)
			}
			out.Loads[i].Rate.Add(out.Loads[i].Rate, share)
		}
	}
	follow(new(big.Rat).Inv(out.Weight), steps)
	for i := len(order) - 1; i >= 0; i-- {
		for _, call := range order[i].calls {
			follow(rates[order[i]], call)
		}
	}
	return out
}
