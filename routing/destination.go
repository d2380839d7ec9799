package routing

import (
	"fmt"
	"maps"
	"slices"

	networking "istio.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
)

// Destination is where a route sends a share of its requests.
type Destination struct {
	// Host is the Service, best as a full name: see lanes.Host.
	Host string
	// Subset is the lane. Empty means all pods of the Service.
	Subset string
	// Port is the Service's port. 0 leaves it out, which Istio accepts for a Service with
	// one port.
	Port uint32
	// Weight is the share in percent. The weights of a route sum to 100; a
	// single destination has 100.
	Weight int
	// Headers changes the headers of the requests to this destination, and of their
	// responses.
	Headers Headers
}

// Headers says how to change the headers of requests and responses. The zero value
// changes nothing.
type Headers struct {
	Request  HeaderOperations
	Response HeaderOperations
}

// HeaderOperations are changes of headers, by lower-case name.
type HeaderOperations struct {
	// Set overwrites headers.
	Set map[string]string
	// Add appends to the values of headers.
	Add map[string]string
	// Remove removes headers.
	Remove []string
}

func validateDestinations(path *field.Path, destinations []Destination) field.ErrorList {
	if len(destinations) == 0 {
		return field.ErrorList{field.Required(path, "must list at least one destination")}
	}
	type target struct {
		host, subset string
		port         uint32
	}
	var errs field.ErrorList
	last, before := make(map[target]int, len(destinations)), make([]int, len(destinations)) // of the same target, from 1
	sum, inRange := 0, true
	for i, d := range destinations {
		at := func() *field.Path { return path.Index(i) } // most have no fault
		if !d.isTarget() {
			errs = append(errs, d.validateTarget(at().Child("destination"))...)
		}
		to := target{d.Host, d.Subset, d.Port}
		for n := last[to]; n > 0; n = before[n-1] {
			if maps.Equal(d.Headers.Request.Set, destinations[n-1].Headers.Request.Set) {
				errs = append(errs, field.Duplicate(at().Child("destination"), d.Host+" subset "+d.Subset))
				break
			}
		}
		last[to], before[i] = i+1, last[to]
		if d.Weight < 0 || d.Weight > 100 {
			inRange = false
			errs = append(errs, field.Invalid(at().Child("weight"), d.Weight,
				"must be between 0 and 100").WithOrigin("percent"))
		}
		sum += d.Weight
		if !d.Headers.empty() {
			errs = append(errs, d.Headers.validate(at().Child("headers"))...)
		}
	}
	if inRange && sum != 100 {
		errs = append(errs, field.Invalid(path, sum,
			fmt.Sprintf("must have weights that sum to 100, not %d", sum)).WithOrigin("sum"))
	}
	return errs
}

// isTarget reports whether validateTarget has no fault, at less cost.
func (d Destination) isTarget() bool {
	return len(fieldcheck.Host(nil, d.Host)) == 0 &&
		(d.Subset == "" || len(fieldcheck.Label(nil, d.Subset)) == 0) &&
		(d.Port == 0 || len(fieldcheck.Port(nil, int64(d.Port))) == 0)
}

func (d Destination) validateTarget(path *field.Path) field.ErrorList {
	errs := fieldcheck.Host(path.Child("host"), d.Host)
	if d.Subset != "" {
		errs = append(errs, fieldcheck.Label(path.Child("subset"), d.Subset)...)
	}
	if d.Port != 0 {
		errs = append(errs, fieldcheck.Port(path.Child("port", "number"), int64(d.Port))...)
	}
	return errs
}

func (d Destination) target() *networking.Destination {
	out := &networking.Destination{Host: d.Host, Subset: d.Subset}
	if d.Port != 0 {
		out.Port = &networking.PortSelector{Number: d.Port}
	}
	return out
}

func (d Destination) build() *networking.HTTPRouteDestination {
	return &networking.HTTPRouteDestination{Destination: d.target(), Weight: int32(d.Weight),
		Headers: d.Headers.build()}
}

func (h Headers) empty() bool { return h.Request.empty() && h.Response.empty() }

func (h Headers) validate(path *field.Path) field.ErrorList {
	errs := append(h.Request.validate(path.Child("request")), h.Response.validate(path.Child("response"))...)
	// The host of a request may be set; any other change of the host is refused.
	for _, at := range h.aboutHost(path) {
		errs = append(errs, field.Forbidden(at, "must not name the host: it may only be set, and for requests only"))
	}
	return errs
}

// aboutHost returns the paths where the host is removed from requests or changed in
// responses, which Istio refuses.
func (h Headers) aboutHost(path *field.Path) (out []*field.Path) {
	const host = "host"
	request, response := path.Child("request"), path.Child("response")
	if i := slices.Index(h.Request.Remove, host); i >= 0 {
		out = append(out, request.Child("remove").Index(i))
	}
	if _, found := h.Response.Set[host]; found {
		out = append(out, response.Child("set").Key(host))
	}
	if _, found := h.Response.Add[host]; found {
		out = append(out, response.Child("add").Key(host))
	}
	if i := slices.Index(h.Response.Remove, host); i >= 0 {
		out = append(out, response.Child("remove").Index(i))
	}
	return out
}

func (h Headers) build() *networking.Headers {
	request, response := h.Request.build(), h.Response.build()
	if request == nil && response == nil {
		return nil
	}
	return &networking.Headers{Request: request, Response: response}
}

func (o HeaderOperations) validate(path *field.Path) field.ErrorList {
	errs := validateHeaderNames(path.Child("set"), o.Set)
	errs = append(errs, validateHeaderNames(path.Child("add"), o.Add)...)
	for i, name := range o.Remove {
		errs = append(errs, fieldcheck.HeaderName(path.Child("remove").Index(i), name)...)
	}
	return errs
}

func (o HeaderOperations) empty() bool {
	return len(o.Set) == 0 && len(o.Add) == 0 && len(o.Remove) == 0
}

func (o HeaderOperations) build() *networking.Headers_HeaderOperations {
	if o.empty() {
		return nil
	}
	return &networking.Headers_HeaderOperations{Set: cloneMap(o.Set), Add: cloneMap(o.Add),
		Remove: cloneSlice(o.Remove)}
}
