// Package source is where a controller's facts come from: one small interface, behind which
// a store of metrics, an AnalysisRun or a person's hook may be.
package source

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// Source says what was measured.
type Source interface {
	// Observe returns the observations of a metric in a window, one for each of its services.
	// What could not be measured is an observation with NoData or Err. None at all means that
	// there is no answer yet, and the window grows. An error means that the question is wrong,
	// such as one about a metric that the store does not have: a person must mend it, and
	// nothing is folded.
	Observe(ctx context.Context, q Query) ([]rollout.Observation, error)
}

// Query asks for one metric in one window.
type Query struct {
	// Config is the release, and Namespace that of its plan's ConfigMap.
	Config    release.Config
	Namespace string
	// State is where the release is.
	State rollout.State
	// Stay is the revision at which its place was entered.
	Stay int64
	// Metric is a metric of the plan.
	Metric rollout.Metric
	// From and To bound the window, in whole seconds.
	From, To time.Time
}

// ErrUnknown: the source does not know the metric. It is never taken for a zero.
var ErrUnknown = errors.New("unknown metric")

// Same returns one observation for each service of the metric, as o is but for the names
// and the window.
func (q Query) Same(o rollout.Observation) []rollout.Observation {
	services := q.Metric.Services
	if len(services) == 0 {
		services = []string{""}
	}
	var out []rollout.Observation
	for _, s := range services {
		o.Metric, o.Service, o.From, o.To = q.Metric.Name, s, q.From, q.To
		out = append(out, o)
	}
	return out
}

// Verdict returns observations of a yes or no about the candidate: a value of 1 or 0. A check
// with a floor of 1 passes for yes.
func (q Query) Verdict(yes bool) []rollout.Observation {
	value := 0.0
	if yes {
		value = 1
	}
	return q.Same(rollout.Observation{Lanes: []rollout.LaneCount{{Lane: q.Config.Plan.Candidate, Value: &value}}})
}

// ByMetric asks a source for each metric, by its name.
type ByMetric map[string]Source

// Observe implements [Source]. The error wraps [ErrUnknown] for a metric that no source has.
func (m ByMetric) Observe(ctx context.Context, q Query) ([]rollout.Observation, error) {
	s := m[q.Metric.Name]
	if s == nil {
		return nil, fmt.Errorf("metric %s: %w: no source is set for it", q.Metric.Name, ErrUnknown)
	}
	return s.Observe(ctx, q)
}
