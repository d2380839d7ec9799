package counters

import (
	"fmt"
	"slices"

	"github.com/swimlane-go/swimlane/rollout"
)

// Delta returns the observations of a metric of counts, one for each of its services,
// over the window between two scrapes. It also returns notes for people about what the
// figures leave out.
//
//   - A counter that fell was reset: it counts from zero. Its requests between the first
//     moment and the reset are lost. A reset that has passed the old value is invisible, and
//     the difference is smaller than the number of requests. The buckets of a histogram fall
//     together.
//   - A new counter counts from zero: there was no request of its kind before. So do all
//     counters of a new pod.
//   - A pod or a counter that is gone is dropped: its requests in the window are lost.
//   - Requests of lane "" or "unknown" have no lane: the observation of their service has no
//     data. If their service is not known either, no service has data. Requests of a lane
//     outside the plan are left out.
//   - Without any counter there is no data, which is not the same as no requests. The same
//     holds when no pod answered at the first moment.
//
// A metric with Over takes buckets: its bad requests are all but those in the bucket of
// that bound. Other metrics take plain counters. Errors are [ErrMetric], [ErrWindow],
// [ErrBound] and each [SampleError].
func Delta(plan rollout.Plan, name string, before, after Scrape) ([]rollout.Observation, []string, error) {
	i := slices.IndexFunc(plan.Metrics, func(m rollout.Metric) bool { return m.Name == name })
	if i < 0 || plan.Metrics[i].Kind != rollout.Counts {
		return nil, nil, fmt.Errorf("%w: %q", ErrMetric, short(name))
	}
	m := &plan.Metrics[i]
	if before.At.Unix() >= after.At.Unix() {
		return nil, nil, fmt.Errorf("%w, found %s and %s", ErrWindow, before.At.UTC(), after.At.UTC())
	}
	size := max(len(before.Samples), len(after.Samples))
	x := index{metric: m, pairs: make([]pair, 0, size), at: make(map[Sample]int, size), bounds: map[float64]bool{}}
	x.read(&before, false)
	x.read(&after, true)
	if err := x.faults.err(); err != nil {
		return nil, nil, err
	}
	w := newWindow(&plan, m, &x, podsOf(&before), podsOf(&after))
	if m.Over != nil && len(x.pairs) > 0 {
		if w.bound = x.nearest(*m.Over); w.bound == 0 {
			return nil, nil, fmt.Errorf("%w: metric %q is over %v seconds, bounds are %s", ErrBound, name, *m.Over,
				list(sorted(x.bounds), ""))
		}
		x.buckets(w.bound)
	}
	for i := range x.pairs {
		if p := &x.pairs[i]; p.all() && len(w.answered) > 0 {
			w.count(p)
		}
	}
	if err := x.faults.err(); err != nil {
		return nil, nil, err
	}
	return w.observations(before.At, after.At), w.notes(), nil
}

// podsOf returns the pods that answered.
func podsOf(s *Scrape) map[string]bool {
	out := map[string]bool{}
	for _, pod := range s.Pods {
		out[pod] = true
	}
	last := ""
	for i := range s.Samples {
		if pod := s.Samples[i].Pod; pod != last {
			out[pod], last = true, pod
		}
	}
	return out
}

// window is the difference of two scrapes while it is computed.
type window struct {
	metric *rollout.Metric
	index  *index
	// bound is the bound of the buckets of good requests; 0 for plain counters.
	bound float64
	// answered are the pods of the first moment, present those of the second.
	answered, present map[string]bool
	places            []place
	service, lane     map[string]int
	// These are the pods that the notes are about: new ones, pods that are gone, those
	// with a counter that fell, and those with a counter that is gone.
	fresh, gone, reset, thinner map[string]bool
	// foreign are the requests of lanes outside the plan, placeless those without a
	// service.
	foreign   map[string]int64
	placeless int64
}

// place is one service while its observation is computed.
type place struct {
	lanes []rollout.LaneCount
	// counted are the lanes that have a counter.
	counted []bool
	// lost are the requests without a lane.
	lost int64
}

func newWindow(plan *rollout.Plan, m *rollout.Metric, x *index, answered, present map[string]bool) *window {
	w := &window{
		metric: m, index: x, answered: answered, present: present,
		places:  make([]place, max(1, len(m.Services))),
		service: map[string]int{}, lane: map[string]int{}, foreign: map[string]int64{},
		fresh: map[string]bool{}, gone: map[string]bool{}, reset: map[string]bool{}, thinner: map[string]bool{},
	}
	for i, weight := range plan.Before {
		w.lane[weight.Lane] = i
	}
	for i, service := range m.Services {
		w.service[service] = i
	}
	for i := range w.places {
		p := &w.places[i]
		p.lanes, p.counted = make([]rollout.LaneCount, len(plan.Before)), make([]bool, len(plan.Before))
		for j, weight := range plan.Before {
			p.lanes[j].Lane = weight.Lane
		}
	}
	return w
}

// place returns the number of the service of a counter, -1 when the metric does not have
// it; all when the counter has no service.
func (w *window) place(service string) (place int, all bool) {
	if len(w.metric.Services) == 0 {
		return 0, false
	}
	if i, listed := w.service[service]; listed {
		return i, false
	}
	return -1, nobody(service)
}

// count adds what a counter has counted in the window to its lane.
func (w *window) count(p *pair) {
	at, all := w.place(p.Service)
	switch {
	case at < 0 && !all:
		return
	case !p.present && w.present[p.Pod]:
		w.thinner[p.Pod] = true
		return
	case !p.present:
		w.gone[p.Pod] = true
		return
	}
	total, bad := w.grown(p)
	if all {
		w.placeless = w.sum(w.placeless, total, p)
		return
	}
	place := &w.places[at]
	if nobody(p.Lane) {
		place.lost = w.sum(place.lost, total, p)
		return
	}
	i, known := w.lane[p.Lane]
	if !known {
		w.foreign[p.Lane] = w.sum(w.foreign[p.Lane], total, p)
		return
	}
	place.counted[i] = true
	l := &place.lanes[i]
	l.Total = w.sum(l.Total, total, p)
	l.Bad += bad // at most total
}

// sum adds to a sum that must stay a count.
func (w *window) sum(sum, more int64, p *pair) int64 {
	if sum+more > maxCount {
		w.index.fault(true, p.index, &p.Sample, "must add up to at most 2^53 with others of its lane")
		return sum
	}
	return sum + more
}

// grown returns the requests of the window, and the bad ones among them.
func (w *window) grown(p *pair) (total, bad int64) {
	if !p.before && !w.answered[p.Pod] {
		w.fresh[p.Pod] = true
	}
	was, fell := p.was, p.is < p.was
	if w.bound == 0 {
		if fell {
			w.reset[p.Pod], was = true, 0
		}
		total = int64(p.is - was)
		if p.Bad {
			bad = total
		}
		return total, bad
	}
	in := w.index.within(w.bound, p.Sample)
	if in == nil {
		return 0, 0 // buckets has reported it
	}
	good := in.is - in.was
	// More good requests than requests: both were reset, and one has passed its old
	// value.
	if fell || good < 0 || good > p.is-was {
		w.reset[p.Pod], was, good = true, 0, in.is
	}
	total = int64(p.is - was)
	return total, total - int64(good)
}
