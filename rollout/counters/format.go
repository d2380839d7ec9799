package counters

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Format says which series of a text belong to a metric, and what their labels mean.
type Format struct {
	// Name is the name of the series. For a histogram it is the name without "_bucket";
	// only its buckets are read.
	Name string
	// Unit is the unit of a histogram's bounds, such as time.Millisecond. 0 for a plain counter.
	Unit time.Duration
	// Pod, Lane and Service are the names of the labels that hold them; a missing label
	// is empty. An empty Pod means that no label holds it: the caller then tells Parse
	// the pod.
	Pod, Lane, Service string
	// Lanes maps values of the lane label to lanes, where the two differ: a lane is named
	// for the whole cluster, a revision is "v1" in every app.
	Lanes map[string]string
	// Code is the label with a request's outcome, and Bad are the prefixes of bad
	// outcomes, such as "5". A histogram needs neither.
	Code string
	Bad  []string
	// Match is the value that labels must have: a series with another value, or without
	// the label, is skipped.
	Match map[string]string
}

// IstioRequests is the format of Istio's counter of requests, as the caller reports them:
// a gateway or a sidecar also counts what never arrived. Codes 5xx are bad; a code of 0
// is a caller that hung up.
//
// The lane is the canonical revision, which is the label of the version in every service.
// The service is that of the route and not of the pods, since it is known even when no
// pod could be reached. Match may hold more labels, such as
// destination_service_namespace.
func IstioRequests() Format {
	return Format{
		Name:    "istio_requests_total",
		Pod:     "pod",
		Lane:    "destination_canonical_revision",
		Service: "destination_service_name",
		Code:    "response_code",
		Bad:     []string{"5"},
		Match:   map[string]string{"reporter": "source"},
	}
}

// IstioDurations is the format of Istio's histogram of how long requests took.
func IstioDurations() Format {
	f := IstioRequests()
	f.Name, f.Unit = "istio_request_duration_milliseconds", time.Millisecond
	f.Code, f.Bad = "", nil
	return f
}

// validate returns ErrFormat for a format that cannot read anything.
func (f *Format) validate(pod string) error {
	var errs []error
	fault := func(text string) { errs = append(errs, fmt.Errorf("%w: %s", ErrFormat, text)) }
	if f.Name == "" {
		fault("Name must be set")
	}
	if f.Unit < 0 {
		fault("Unit must not be negative")
	}
	if f.Pod == "" && pod == "" {
		fault("Pod must name a label, or the caller must tell the pod")
	}
	if f.Lane == "" || f.Service == "" {
		fault("Lane and Service must name labels")
	}
	if f.Unit == 0 && (f.Code == "" || len(f.Bad) == 0) {
		fault("Code must name a label, and Bad must list the bad codes")
	}
	if slices.Contains(f.Bad, "") {
		fault("Bad must not hold an empty text: every code begins with it")
	}
	return errors.Join(errs...)
}

// bad reports whether a code means a bad request.
func (f *Format) bad(code string) bool {
	return slices.ContainsFunc(f.Bad, func(prefix string) bool { return strings.HasPrefix(code, prefix) })
}
