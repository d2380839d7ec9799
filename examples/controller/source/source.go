// Package source defines where a controller's facts come from: one small interface for a store of
// metrics, an AnalysisRun or a person's hook.
package source

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// Source measures metrics.
type Source interface {
	// Observe returns the observations of a metric in a window, one for each of its services. If a
	// measurement fails, its observation has NoData or Err. Without observations the answer is
	// still open: the next window includes this one. An error means that a person must correct the
	// query, for instance if the store lacks the metric. The evidence then remains unchanged.
	Observe(ctx context.Context, q Query) ([]rollout.Observation, error)
}

// Query asks for one metric in one window.
type Query struct {
	// Config is the release, Namespace the namespace of its plan's ConfigMap.
	Config    release.Config
	Namespace string
	// State is the state of the release.
	State rollout.State
	// Stay is the revision at which the release entered its place.
	Stay int64
	// Metric is a metric of the plan.
	Metric rollout.Metric
	// From and To are the bounds of the window, in whole seconds.
	From, To time.Time
}

// ErrUnknown says that the source does not know the metric. It never counts as zero.
var ErrUnknown = errors.New("unknown metric")

// Same returns a copy of o for each service of the metric, with the metric's name and the window.
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

// Verdict returns observations for yes or no: a value of 1 or 0 of the candidate. A check with a
// floor of 1 passes for yes.
func (q Query) Verdict(yes bool) []rollout.Observation {
	value := 0.0
	if yes {
		value = 1
	}
	return q.Same(rollout.Observation{Lanes: []rollout.LaneCount{{Lane: q.Config.Plan.Candidate, Value: &value}}})
}

// ByMetric has a source for each metric, by name.
type ByMetric map[string]Source

// Observe implements [Source]. The error wraps [ErrUnknown] if the metric has no source.
func (m ByMetric) Observe(ctx context.Context, q Query) ([]rollout.Observation, error) {
	s := m[q.Metric.Name]
	if s == nil {
		return nil, fmt.Errorf("metric %s: %w: no source is set for it", q.Metric.Name, ErrUnknown)
	}
	return s.Observe(ctx, q)
}
