package rollout

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// Observation is a measurement of one metric, at one service, in one window of time: of
// all lanes at once, so that they are compared under the same conditions.
//
// The end of a window must follow a schedule, never the data: a window that ends because
// of an error makes errors look more frequent than they are.
type Observation struct {
	// Metric and Service are those of the plan; Service is empty for a metric without services.
	Metric  string `json:"metric"`
	Service string `json:"service,omitempty"`
	// From and To bound the window, in whole seconds: fractions are dropped. Windows of
	// one metric and service must not overlap, and must not begin before the last move.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Lanes are the measurements, one a lane. A lane without requests may be left out.
	Lanes []LaneCount `json:"lanes,omitempty"`
	// NoData says why there is no measurement, such as "no series". Err says what failed,
	// such as "timeout". With either, Lanes are empty, and the window counts as one
	// without data.
	NoData string `json:"noData,omitempty"`
	Err    string `json:"err,omitempty"`
}

// LaneCount is what was measured in one lane.
type LaneCount struct {
	// Lane is one of the plan's lanes.
	Lane string `json:"lane"`
	// Total counts the requests of the window, Bad the bad ones among them: for a metric
	// of Counts. 0 <= Bad <= Total <= 2^53.
	Bad   int64 `json:"bad,omitempty"`
	Total int64 `json:"total,omitempty"`
	// Value is the measurement of a metric of Value. Nil means that there is none.
	Value *float64 `json:"value,omitempty"`
}

// maxCount is the largest count that every JSON reader holds exactly.
const maxCount = 1 << 53

// maxWindows bounds a number of windows: no plan needs as many.
const maxWindows = 1_000_000

// UnmarshalJSON reads an observation strictly: unknown and duplicate keys are errors.
// [Plan.Observe] checks everything else. On error o is left as it was.
func (o *Observation) UnmarshalJSON(data []byte) error {
	type plain Observation
	var out plain
	if err := strict("observation", data, &out); err != nil {
		return err
	}
	*o = Observation(out)
	return nil
}

// ParseObservations reads observations in JSON, one after the other with white space
// between them, such as a file with one a line. The error names the line where the first
// faulty one begins.
func ParseObservations(data []byte) ([]Observation, error) {
	var out []Observation
	decoder := json.NewDecoder(bytes.NewReader(data))
	for {
		var one json.RawMessage
		start := decoder.InputOffset()
		err := decoder.Decode(&one)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		var o Observation
		if err == nil {
			err = json.Unmarshal(one, &o)
			start = decoder.InputOffset() - int64(len(one))
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", 1+bytes.Count(data[:start], []byte("\n")), err)
		}
		out = append(out, o)
	}
}

// missing reports whether the observation says that nothing was measured.
func (o *Observation) missing() bool { return o.NoData != "" || o.Err != "" }

// validate returns an error when the observation does not fit the plan.
func (o *Observation) validate(p *Plan, m *Metric) error {
	var errs field.ErrorList
	if m == nil {
		errs = append(errs, field.NotFound(field.NewPath("metric"), o.Metric))
	} else if !slices.Contains(m.services(), o.Service) {
		errs = append(errs, field.NotFound(field.NewPath("service"), o.Service))
	}
	errs = append(errs, validateTime("from", o.From)...)
	errs = append(errs, validateTime("to", o.To)...)
	if len(errs) == 0 && o.From.Unix() >= o.To.Unix() {
		errs = append(errs, field.Invalid(field.NewPath("to"), o.To.UTC().Format(time.RFC3339),
			"must be at least a second after from"))
	}
	if o.missing() && len(o.Lanes) > 0 {
		errs = append(errs, field.Forbidden(field.NewPath("lanes"), "must be empty where nothing was measured"))
	}
	if len(o.Lanes) > len(p.Before) {
		return fielderr.Join("observation",
			append(errs, field.TooMany(field.NewPath("lanes"), len(o.Lanes), len(p.Before))))
	}
	for i := range o.Lanes {
		l, at := &o.Lanes[i], where{up: &where{name: "lanes"}, index: i}
		if _, listed := p.Before.Percent(l.Lane); !listed {
			errs = append(errs, field.NotFound(at.child("lane"), l.Lane))
		}
		if slices.ContainsFunc(o.Lanes[:i], func(other LaneCount) bool { return other.Lane == l.Lane }) {
			errs = append(errs, field.Duplicate(at.child("lane"), l.Lane))
		}
		errs = append(errs, l.validate(&at, m)...)
	}
	return fielderr.Join("observation", errs)
}

// validate returns the faults of the figures.
func (l *LaneCount) validate(at *where, m *Metric) field.ErrorList {
	var errs field.ErrorList
	if l.Total < 0 || l.Total > maxCount {
		errs = append(errs, field.Invalid(at.child("total"), l.Total,
			fmt.Sprintf("must be between 0 and %d", int64(maxCount))))
	}
	if l.Bad < 0 || l.Bad > l.Total {
		errs = append(errs, field.Invalid(at.child("bad"), l.Bad, "must be between 0 and total"))
	}
	switch {
	case m == nil:
	case m.Kind == Counts && l.Value != nil:
		errs = append(errs, field.Forbidden(at.child("value"), "may not be set for a metric of Counts"))
	case m.Kind == Value && (l.Bad != 0 || l.Total != 0):
		errs = append(errs, field.Forbidden(at.child("total"), "may not be set for a metric of Value"))
	case m.Kind == Value && l.Value != nil && !(math.Abs(*l.Value) <= maxValue):
		errs = append(errs, field.Invalid(at.child("value"), *l.Value, "must be a number"))
	}
	return errs
}
