package rehearsal

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
)

// place is a service in a lane that serves a call.
type place struct{ service, lane string }

// flow is one thing that can happen to a request, with its probability.
type flow struct {
	share *big.Rat
	entry string  // the lane that it enters
	calls []place // the places that it calls, with the entry, in order
	fails bool    // it gets no answer from one of them
}

// flows say where requests go at one moment.
type flows struct {
	all    []flow
	shares []float64
	failed *big.Rat          // the share that gets no answer
	why    string            // an outcome without one
	calls  map[place]float64 // how many a request makes to a place, on average
}

// flowsOf asks preview where requests go in a set.
func flowsOf(set manifest.Set, request preview.Request) (flows, error) {
	result, err := preview.New(set).Trace(request)
	if err != nil {
		return flows{}, fmt.Errorf("where requests go: %w", err)
	}
	if result.Outcomes == nil {
		return flows{}, fmt.Errorf("where requests go: must have at most 1000 outcomes")
	}
	out := flows{failed: new(big.Rat), calls: map[place]float64{}}
	for _, o := range result.Outcomes {
		f := flow{share: o.Share, entry: o.Root.Lane}
		f.add(o.Root)
		out.all = append(out.all, f)
		share, _ := o.Share.Float64()
		out.shares = append(out.shares, share)
		for _, p := range f.calls {
			out.calls[p] += share
		}
		if f.fails {
			out.failed.Add(out.failed, o.Share)
			out.why = o.Root.String()
		}
	}
	return out, nil
}

// add adds the calls from a node on.
func (f *flow) add(n *preview.Node) {
	if n.Failure != "" {
		f.fails = true
		return
	}
	if n.End != "" {
		return
	}
	f.calls = append(f.calls, place{n.Service, n.Lane})
	for _, c := range n.Calls {
		f.add(c)
	}
}

// reaches returns the share of requests that enter a lane, or call it.
func (f flows) reaches(lane string) *big.Rat {
	out := new(big.Rat)
	for _, one := range f.all {
		if one.entry == lane || slices.ContainsFunc(one.calls, func(p place) bool { return p.lane == lane }) {
			out.Add(out, one.share)
		}
	}
	return out
}

// serves reports whether a plan or a fault means this service, which preview names
// "mockb" or "mockb.shop".
func (p place) serves(service string) bool {
	return p.service == service || strings.HasPrefix(p.service, service+".")
}
