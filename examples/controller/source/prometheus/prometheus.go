// Package prometheus is a source of facts: counters of a store that speaks Prometheus' HTTP
// API, at two moments, by lane.
package prometheus

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/counters"
)

// Source asks a store. Counts are read raw, since the increases that a store computes miss the
// first errors of a series.
type Source struct {
	// API is the store, and Timeout how long one question may take.
	API     v1.API
	Timeout time.Duration
	// Format says which series are the counters of a metric of counts. Its Pod must be a label.
	Format counters.Format
	// Query is, for a metric of values, PromQL with one result a lane, which the label Lane
	// names. The metric has no services.
	Query, Lane string
}

// Observe implements [source.Source]. A store that is slow or broken is an observation with
// Err, one that knows the metric and has no series of it is one without data. A metric that
// the store does not have at all is [source.ErrUnknown]; a query that it refuses and a number
// that cannot be one, such as NaN, are other errors.
func (s Source) Observe(ctx context.Context, q source.Query) ([]rollout.Observation, error) {
	var out []rollout.Observation
	var err error
	if q.Metric.Kind == rollout.Value {
		out, err = s.values(ctx, q)
	} else {
		out, err = s.counts(ctx, q)
	}
	var answer *v1.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return q.Same(rollout.Observation{Err: "timeout"}), nil
	case errors.As(err, &answer) && (answer.Type == v1.ErrServer || answer.Type == v1.ErrBadResponse):
		return q.Same(rollout.Observation{Err: fmt.Sprintf("%.200s", answer.Msg)}), nil
	}
	return out, err
}

func (s Source) counts(ctx context.Context, q source.Query) ([]rollout.Observation, error) {
	name := s.Format.Name
	if s.Format.Unit != 0 {
		name += "_bucket"
	}
	var match []string
	for _, label := range slices.Sorted(maps.Keys(s.Format.Match)) {
		match = append(match, fmt.Sprintf("%s=%q", label, s.Format.Match[label]))
	}
	var scrapes []counters.Scrape
	for _, at := range []time.Time{q.From, q.To} {
		series, err := s.ask(ctx, name+"{"+strings.Join(match, ",")+"}", at)
		if err != nil {
			return nil, err
		}
		scrape, err := s.Format.Parse(at, "", text(series))
		if err != nil {
			return nil, err
		}
		scrapes = append(scrapes, scrape)
	}
	if len(scrapes[1].Samples) == 0 {
		if known, err := s.ask(ctx, "count("+name+")", q.To); err != nil {
			return nil, err
		} else if len(known) == 0 {
			return nil, fmt.Errorf("%w: the store has no series %s", source.ErrUnknown, name)
		}
	}
	out, _, err := counters.Delta(q.Config.Plan, q.Metric.Name, scrapes[0], scrapes[1])
	return out, err
}

func (s Source) values(ctx context.Context, q source.Query) ([]rollout.Observation, error) {
	series, err := s.ask(ctx, s.Query, q.To)
	if err != nil {
		return nil, err
	}
	o := rollout.Observation{}
	for _, sample := range series {
		lane, value := string(sample.Metric[model.LabelName(s.Lane)]), float64(sample.Value)
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return nil, fmt.Errorf("query %s: lane %s: the value must be a number, not %v", s.Query, lane, value)
		}
		if _, planned := q.Config.Plan.Before.Percent(lane); planned {
			o.Lanes = append(o.Lanes, rollout.LaneCount{Lane: lane, Value: &value})
		}
	}
	if len(o.Lanes) == 0 {
		o.NoData = "no series of a lane of the plan"
	}
	return q.Same(o), nil
}

// ask returns the series of a moment.
func (s Source) ask(ctx context.Context, query string, at time.Time) (model.Vector, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	value, _, err := s.API.Query(ctx, query, at)
	if err != nil {
		return nil, err
	}
	series, is := value.(model.Vector)
	if !is {
		return nil, fmt.Errorf("query %s: it must return series, not a %s", query, value.Type())
	}
	return series, nil
}

// text is what a store would serve of series.
func text(series model.Vector) []byte {
	var b strings.Builder
	for _, s := range series {
		var labels []string
		for name, value := range s.Metric {
			if name != model.MetricNameLabel {
				labels = append(labels, string(name)+`="`+
					strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`).Replace(string(value))+`"`)
			}
		}
		slices.Sort(labels)
		fmt.Fprintf(&b, "%s{%s} %v\n", s.Metric[model.MetricNameLabel], strings.Join(labels, ","), float64(s.Value))
	}
	return []byte(b.String())
}
