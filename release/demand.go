package release

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/rollout"
)

// Demand is what an app has to serve while it is released. The zero Demand states nothing: the
// pods that carry the requests before the release are then the measure.
type Demand struct {
	// Requests are the requests that come to the gateway. Empty means one kind of request, at
	// an unknown rate, to the route that shares by the weights.
	Requests []Requests `json:"requests,omitempty"`
	// PerPod is how many requests a second one pod of a service carries, by the name of the
	// Service. It needs Requests with rates. For a service that is not listed, the pods before
	// the release are the measure.
	PerPod map[string]float64 `json:"perPod,omitempty"`
	// Spare is how much more a pod can carry than its load before the release, for services that
	// PerPod does not list. 0.5 means half as much again. Nil means 1: twice as much in all.
	Spare *float64 `json:"spare,omitempty"`
	// Errors is the share of requests that fail when all is well, from 0 to below 1.
	Errors float64 `json:"errors,omitempty"`
}

// Requests are requests of one kind.
type Requests struct {
	// Host, Path, Method and Headers are the fields of preview.Request.
	Host    string            `json:"host,omitempty"`
	Path    string            `json:"path,omitempty"`
	Method  string            `json:"method,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
	// Rate is the number of requests a second, above 0 and at most 1,000,000.
	Rate float64 `json:"rate"`
}

const (
	// maxKinds bounds the kinds of requests: each is followed at each place.
	maxKinds = 20
	// maxRate bounds what a demand may state.
	maxRate = 1_000_000
)

// Rate returns the requests a second, of all kinds; 0 when the demand does not say.
func (d Demand) Rate() float64 {
	sum := 0.0
	for _, r := range d.Requests {
		sum += r.Rate
	}
	return sum
}

// Expected returns the rate and the errors for rollout.Plan.Detections, which says how long a
// fault stays unseen.
func (d Demand) Expected() rollout.Expected {
	return rollout.Expected{Rate: d.Rate(), Errors: d.Errors}
}

// Validate returns every fault, with paths that begin at path.
func (d Demand) Validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if len(d.Requests) > maxKinds {
		errs = append(errs, field.TooMany(path.Child("requests"), len(d.Requests), maxKinds))
	}
	for i, r := range d.Requests {
		at := path.Child("requests").Index(i)
		errs = append(errs, rate(at.Child("rate"), r.Rate)...)
		if r.Path != "" && !strings.HasPrefix(r.Path, "/") {
			errs = append(errs, field.Invalid(at.Child("path"), r.Path, `must begin with "/"`))
		}
	}
	for _, service := range slices.Sorted(maps.Keys(d.PerPod)) {
		errs = append(errs, rate(path.Child("perPod").Child(service), d.PerPod[service])...)
	}
	if len(d.PerPod) > 0 && len(d.Requests) == 0 {
		errs = append(errs, field.Required(path.Child("requests"),
			"must say how many requests come: perPod says what a pod carries of them"))
	}
	if d.Spare != nil && !(*d.Spare >= 0 && *d.Spare <= 100) {
		errs = append(errs, field.Invalid(path.Child("spare"), *d.Spare, "must be between 0 and 100"))
	}
	if !(d.Errors >= 0 && d.Errors < 1) {
		errs = append(errs, field.Invalid(path.Child("errors"), d.Errors, "must be a share from 0 to below 1"))
	}
	return errs
}

func rate(path *field.Path, x float64) field.ErrorList {
	if x > 0 && x <= maxRate && !math.IsNaN(x) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, x, fmt.Sprintf("must be above 0 and at most %d", maxRate))}
}
