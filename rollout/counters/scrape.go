package counters

import (
	"fmt"
	"math"
	"time"
)

// Scrape holds the counters of one metric at one moment. It may hold several pods: append
// their Pods and Samples.
type Scrape struct {
	// At is the moment.
	At time.Time
	// Pods are the pods that answered, even those that have counted nothing yet. Pods of
	// Samples need not be listed again.
	Pods []string
	// Samples are the counters, in any order, each once.
	Samples []Sample
}

// Sample is one counter of one pod. All fields but Value identify it, at both moments.
type Sample struct {
	// Pod is the pod that reports, not the one that it reports about. Its counters begin
	// at zero when it starts.
	Pod string
	// Lane and Service are what it is about. "" and "unknown" are requests that were
	// counted before their target was known, or that never got there.
	Lane, Service string
	// Series tells it apart from other counters of the same pod, lane and service, such
	// as those of other response codes.
	Series string
	// Bad says that it counts bad requests. It means nothing for a bucket.
	Bad bool
	// Bound is the bound in seconds of a bucket of a histogram: requests in it took at
	// most that long. Lower buckets are included, and the bucket of +Inf has all
	// requests. 0 for a plain counter.
	Bound float64
	// Value is how often it has counted since it began: a whole number up to 2^53.
	Value float64
}

// unknown is Istio's name for a lane or a service that it does not know.
const unknown = "unknown"

// nobody reports whether a lane or a service is unknown.
func nobody(name string) bool { return name == "" || name == unknown }

// maxCount is the largest count that every reader of JSON holds exactly.
const maxCount = 1 << 53

// countFault returns why a value is no count, or nothing.
func countFault(v float64) string {
	if v >= 0 && v <= maxCount && v == math.Trunc(v) {
		return ""
	}
	return fmt.Sprintf("must be a whole number between 0 and 2^53, found %v", v)
}

// all reports whether the sample counts all requests of its series: a plain counter, or
// the bucket without bound.
func (s *Sample) all() bool { return s.Bound == 0 || math.IsInf(s.Bound, 1) }
