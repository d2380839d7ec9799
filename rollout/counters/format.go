package counters

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Format says which series of a text are those of a metric, and what their labels mean.
type Format struct {
	// Name is that of the series. A histogram's is the name without "_bucket", the only ones
	// of its series that are read.
	Name string
	// Unit is the unit of a histogram's bounds, such as time.Millisecond. 0 for a plain counter.
	Unit time.Duration
	// Pod, Lane and Service are the labels that hold them; a label that is missing is empty.
	// A Pod of "" means that none does: then Parse must be told the pod.
	Pod, Lane, Service string
	// Lanes are the lanes by the label's value where the two differ: a lane is named for the
	// whole cluster, a revision is "v1" in every app.
	Lanes map[string]string
	// Code is the label of a request's outcome, and Bad are what bad ones begin with, such as
	// "5". Neither is needed for a histogram.
	Code string
	Bad  []string
	// Match is what labels must be: series in which one is something else, or missing, are
	// passed over.
	Match map[string]string
}

// IstioRequests is the format of Istio's counter of requests, as the caller reports them: a
// gateway or a sidecar also counts what never arrived. Bad are the codes 5xx; a code of 0 is
// a caller that hung up.
//
// The lane is the canonical revision, which is the label of the version in every service. The
// service is that of the route and not of the pods, since it is also known when no pod could
// be reached. Match takes more, such as destination_service_namespace.
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

// validate returns ErrFormat for a format that nothing can be read by.
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
		fault("Pod must name a label, or the pod be told")
	}
	if f.Lane == "" || f.Service == "" {
		fault("Lane and Service must name labels")
	}
	if f.Unit == 0 && (f.Code == "" || len(f.Bad) == 0) {
		fault("Code must name a label, and Bad say what is bad")
	}
	if slices.Contains(f.Bad, "") {
		fault("Bad must not hold an empty text: all begin with it")
	}
	return errors.Join(errs...)
}

// bad reports whether a code is that of a bad request.
func (f *Format) bad(code string) bool {
	return slices.ContainsFunc(f.Bad, func(prefix string) bool { return strings.HasPrefix(code, prefix) })
}
