package rehearsal

import (
	"math/rand/v2"
	"time"

	"github.com/swimlane-go/swimlane/rollout"
)

// counts are requests or calls, and how many of them were bad.
type counts struct{ bad, total int64 }

func (c *counts) add(bad, total int64) { c.bad, c.total = c.bad+bad, c.total+total }

// window holds the measurements of one window.
type window struct {
	entry map[string]counts // requests by the lane that they enter
	calls map[place]counts
}

func newWindow() window { return window{map[string]counts{}, map[place]counts{}} }

// cost counts failed requests.
type cost struct {
	requests, failed int64
	faulty           int64           // the failed ones that a fault made fail
	by               map[place]int64 // the calls that a fault made fail
}

// load draws the requests of a rehearsal.
type load struct {
	random *rand.Rand
	rate   float64
	base   float64
	due    float64 // the part of a request that is left from the moment before
	cost   cost
}

// serve draws the requests of a span in which nothing changes. rate says how often a fault
// makes a call to a place fail.
func (l *load) serve(span time.Duration, f flows, rate func(place) float64, w window) {
	l.due += l.rate * span.Seconds()
	n := int64(l.due)
	l.due -= float64(n)
	l.cost.requests += n
	rates := map[place]float64{}
	for i, requests := range shared(l.random, n, f.shares) {
		l.flow(&f.all[i], requests, func(p place) float64 {
			q, known := rates[p]
			if !known {
				q = rate(p)
				rates[p] = q
			}
			return q
		}, w)
	}
}

// flow draws the results of requests that all take one way. Calls go on after one has
// failed; a request fails once.
func (l *load) flow(f *flow, n int64, rate func(place) float64, w window) {
	alive := n
	for _, p := range f.calls {
		q := rate(p)
		bad := l.base + q - l.base*q
		died := binomial(l.random, alive, bad)
		dead := binomial(l.random, n-alive, bad)
		if q > 0 {
			share := q * (1 - l.base) / bad // of the bad ones, the part that would have been good
			first := binomial(l.random, died, share)
			l.cost.faulty += first
			l.cost.by[p] += first + binomial(l.random, dead, share)
		}
		alive -= died
		c := w.calls[p]
		c.add(died+dead, n)
		w.calls[p] = c
	}
	if f.fails {
		alive = 0
	}
	l.cost.failed += n - alive
	c := w.entry[f.entry]
	c.add(n-alive, n)
	w.entry[f.entry] = c
}

// lanes returns the counts of a window for a metric at one service, or at the gateway for
// an empty one, for the lanes of the plan, in their order.
func (w window) lanes(plan rollout.Plan, service string) []rollout.LaneCount {
	at := w.entry
	if service != "" {
		at = map[string]counts{}
		for p, calls := range w.calls { // sums: the order does not matter
			if p.serves(service) {
				c := at[p.lane]
				c.add(calls.bad, calls.total)
				at[p.lane] = c
			}
		}
	}
	var out []rollout.LaneCount
	for _, lane := range plan.Before.Lanes() {
		if c := at[lane]; c.total > 0 {
			out = append(out, rollout.LaneCount{Lane: lane, Bad: c.bad, Total: c.total})
		}
	}
	return out
}
