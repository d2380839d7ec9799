package counters

import (
	"fmt"
	"math"
	"time"
)

// Scrape is what the counters of one metric said at one moment. Those of several pods may
// stand in one: append their Pods and Samples.
type Scrape struct {
	// At is the moment.
	At time.Time
	// Pods are those that answered, also when they had counted nothing yet. Those of Samples
	// need not be listed again.
	Pods []string
	// Samples are the counters, in any order. Each stands once.
	Samples []Sample
}

// Sample is one counter of one pod. All but its Value identifies it, at both moments.
type Sample struct {
	// Pod is where it was counted: the pod that reports, not the one that it reports of. Its
	// counters begin at zero when it does.
	Pod string
	// Lane and Service are what it is about. "" and "unknown" are those of requests that were
	// counted before it was known where they would go, or that never got there.
	Lane, Service string
	// Series tells it from other counters of the same pod, lane and service, such as those of
	// other response codes.
	Series string
	// Bad says that it counts bad requests. It means nothing for a bucket.
	Bad bool
	// Bound is, for a bucket of a histogram, how many seconds the requests in it took at most:
	// those of lower buckets are in it too, and all are in that of +Inf. 0 for a plain counter.
	Bound float64
	// Value is how often it has counted since it began: a whole number up to 2^53.
	Value float64
}

// unknown is what Istio calls a lane or a service that it does not know.
const unknown = "unknown"

// nobody reports whether a lane or a service is none.
func nobody(name string) bool { return name == "" || name == unknown }

// maxCount is the largest count that every reader of JSON holds exactly.
const maxCount = 1 << 53

// countFault says why a value is no count, or nothing.
func countFault(v float64) string {
	if v >= 0 && v <= maxCount && v == math.Trunc(v) {
		return ""
	}
	return fmt.Sprintf("must be a whole number between 0 and 2^53, found %v", v)
}

// all reports whether the sample counts all requests of its series: that of a plain counter,
// or the bucket without bound.
func (s *Sample) all() bool { return s.Bound == 0 || math.IsInf(s.Bound, 1) }
