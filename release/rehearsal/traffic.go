package rehearsal

import (
	"maps"
	"math"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
)

// Traffic is the traffic of the app during a release.
type Traffic struct {
	// Rate is how many requests a second come to the gateway, above 0 and at most 100,000.
	Rate float64 `json:"rate"`
	// Errors is the share of calls that fail at any service and lane when all is well, from 0
	// to below 1. Metrics of latency have as many slow requests.
	Errors float64 `json:"errors,omitempty"`
	// PerPod is how many requests a second one pod of a service carries, by the name of
	// the service. Requests above it fail, and autoscalers follow it, a window later. A
	// service that is not listed carries any number as long as it has a pod.
	PerPod map[string]float64 `json:"perPod,omitempty"`
	// Request is the request that all users send. The zero value means the first of
	// release.Live.Flows: a request to a route of the plan, as for package capacity.
	Request preview.Request `json:"-"`
}

// TrafficOf returns the traffic that a demand states: its first kind of requests, at the rate
// of all. A demand without requests has the rate 0, which cannot be rehearsed.
func TrafficOf(d release.Demand) Traffic {
	t := Traffic{Rate: d.Rate(), Errors: d.Errors, PerPod: d.PerPod}
	if len(d.Requests) > 0 {
		r := d.Requests[0]
		t.Request = preview.Request{Host: r.Host, Path: r.Path, Method: r.Method, Headers: r.Headers}
	}
	return t
}

// maxRate bounds Traffic.Rate: a rehearsal draws each failure.
const maxRate = 100_000

func (t Traffic) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if !(t.Rate > 0 && t.Rate <= maxRate) {
		errs = append(errs, field.Invalid(path.Child("rate"), t.Rate, "must be above 0 and at most 100000"))
	}
	if !(t.Errors >= 0 && t.Errors < 1) {
		errs = append(errs, field.Invalid(path.Child("errors"), t.Errors, "must be a share from 0 to below 1"))
	}
	for _, service := range slices.Sorted(maps.Keys(t.PerPod)) {
		if x := t.PerPod[service]; !(x > 0) || math.IsInf(x, 0) {
			errs = append(errs, field.Invalid(path.Child("perPod").Key(service), x, "must be above 0"))
		}
	}
	return errs
}
