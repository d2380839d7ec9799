package gitops

import (
	"errors"
	"fmt"
	"time"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/counters"
)

// Reading is what was counted up to a moment, in the Prometheus text format.
type Reading struct {
	// Name is the name of the file, for messages.
	Name string
	// At is the moment of the reading.
	At time.Time
	// Text is the text that was served.
	Text []byte
}

// Count returns the observations of a metric of the plan between two readings of Istio's own
// counters. These count requests, or their durations if the metric has a bound. The version
// that Istio reports says the lane of a request. pod is the pod that served the texts; "" if
// each series names its pod. notes say what to know of the observations: see counters.Delta.
func (t Tree) Count(metric, pod string, before, after Reading) (observations []rollout.Observation, notes []string,
	err error) {
	format := counters.IstioRequests()
	for _, m := range t.Config.Plan.Metrics {
		if m.Name == metric && m.Over != nil {
			format = counters.IstioDurations()
		}
	}
	format.Lanes = map[string]string{}
	for _, lane := range t.Config.Plan.Before.Lanes() {
		selector, _ := t.live.Selector(lane)
		if version := selector[lanes.LabelVersion]; version != "" && version != lane {
			format.Lanes[version] = lane
		}
	}
	var scrapes [2]counters.Scrape
	var errs []error
	for i, r := range [...]Reading{before, after} {
		scrape, err := format.Parse(r.At, pod, r.Text)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", r.Name, err))
		}
		scrapes[i] = scrape
	}
	if err := errors.Join(errs...); err != nil {
		return nil, nil, err
	}
	return counters.Delta(t.Config.Plan, metric, scrapes[0], scrapes[1])
}
