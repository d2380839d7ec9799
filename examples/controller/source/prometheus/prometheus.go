// Package prometheus is a source of facts: the values of counters by lane, at two moments, from a
// store with Prometheus' HTTP API.
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

// Source queries a store. It reads raw counters: the increases that a store computes miss the first
// errors of a series.
type Source struct {
	// API is the store. Timeout limits one query.
	API     v1.API
	Timeout time.Duration
	// Format describes the counters of a metric of counts. Its Pod must be a label.
	Format counters.Format
	// Query is the PromQL query of a metric of values, with one result for each lane. Lane is the
	// label that names the lane. The metric has no services.
	Query, Lane string
}

// Observe implements [source.Source]. A slow or broken store is an observation with Err. A known
// metric without matching series is an observation without data. A metric that the store lacks is
// [source.ErrUnknown]. Other errors are a query that the store refuses, and values such as NaN.
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

// ask returns the series of a query at a moment.
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

// text returns series in the text format in which a target serves them.
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
