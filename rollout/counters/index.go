package counters

import (
	"fmt"
	"math"

	"github.com/swimlane-go/swimlane/rollout"
)

// pair is one counter at both moments.
type pair struct {
	// Sample is the counter without its value.
	Sample
	// was and is are the values, where the counter exists.
	was, is         float64
	before, present bool
	// index is its position in the last scrape that has it.
	index int
}

// index holds the counters of two scrapes by everything but their values.
type index struct {
	metric *rollout.Metric
	pairs  []pair
	at     map[Sample]int
	bounds map[float64]bool
	faults faults
}

// read adds a scrape.
func (x *index) read(s *Scrape, after bool) {
	next := 0 // two scrapes mostly have the same order: then one comparison finds the sample
	for i := range s.Samples {
		sample := s.Samples[i]
		if reason := x.sampleFault(&sample); reason != "" {
			x.fault(after, i, &sample, reason)
			continue
		}
		value := sample.Value
		sample.Value = 0
		at, found := next, next < len(x.pairs) && x.pairs[next].Sample == sample
		if !found {
			at, found = x.at[sample]
		}
		if !found {
			at = len(x.pairs)
			x.at[sample] = at
			x.pairs = append(x.pairs, pair{Sample: sample})
			if sample.Bound > 0 {
				x.bounds[sample.Bound] = true
			}
		}
		next = at + 1
		p := &x.pairs[at]
		if after && p.present || !after && p.before {
			x.fault(after, i, &s.Samples[i], "must appear once")
			continue
		}
		p.index = i
		if after {
			p.is, p.present = value, true
		} else {
			p.was, p.before = value, true
		}
	}
}

func (x *index) fault(after bool, i int, s *Sample, reason string) {
	moment := "before"
	if after {
		moment = "after"
	}
	x.faults.add(&SampleError{Moment: moment, Index: i, Sample: *s, Reason: reason})
}

// sampleFault returns what is wrong with a single sample, or nothing.
func (x *index) sampleFault(s *Sample) string {
	m := x.metric
	switch {
	case s.Pod == "":
		return "must name the pod that counted"
	case !(s.Bound >= 0):
		return fmt.Sprintf("must have a bound above 0, found %v", s.Bound)
	case m.Over != nil && s.Bound == 0:
		return fmt.Sprintf("must be a bucket of a histogram: metric %q is over a bound", m.Name)
	case m.Over == nil && s.Bound != 0:
		return fmt.Sprintf("must be a plain counter: metric %q is over no bound", m.Name)
	}
	return countFault(s.Value)
}

// within returns the bucket of a bound beside another bucket, or nil.
func (x *index) within(bound float64, s Sample) *pair {
	s.Bound = bound
	if at, found := x.at[s]; found {
		return &x.pairs[at]
	}
	return nil
}

// buckets checks that every histogram has, at each moment, the two buckets that are
// needed, and that the number of all requests is at least the number within the bound.
func (x *index) buckets(bound float64) {
	for i := range x.pairs {
		p := &x.pairs[i]
		var reason string
		switch whole := p.all(); {
		case !whole && p.Bound != bound:
		case whole:
			in := x.within(bound, p.Sample)
			switch {
			case in == nil || in.before != p.before || in.present != p.present:
				reason = fmt.Sprintf("must have a bucket of %v seconds beside it", bound)
			case in.is > p.is:
				reason = fmt.Sprintf("must be at least the bucket of %v seconds, %v, found %v", bound, in.is, p.is)
			case in.was > p.was:
				reason = fmt.Sprintf("must be at least the bucket of %v seconds, %v, found %v", bound, in.was, p.was)
			}
		case x.within(math.Inf(1), p.Sample) == nil:
			reason = "must have a bucket of +Inf beside it"
		}
		if reason != "" {
			x.fault(p.present, p.index, &p.Sample, reason)
		}
	}
}

// nearest returns the bound that equals over up to rounding; 0 when there is none.
func (x *index) nearest(over float64) float64 {
	nearest, off := 0.0, over*1e-9
	for _, bound := range sorted(x.bounds) {
		if d := math.Abs(bound - over); d <= off {
			nearest, off = bound, d
		}
	}
	return nearest
}
