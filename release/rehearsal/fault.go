package rehearsal

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/rollout"
)

// FaultKind is a kind of fault.
type FaultKind string

const (
	// Bad: calls to the candidate fail, at the share Rate. With Metric no request fails,
	// but the metric is bad: slow, or of another Value.
	Bad FaultKind = "Bad"
	// NoMetrics: nothing is measured.
	NoMetrics FaultKind = "NoMetrics"
	// LateMetrics: measurements arrive Delay later.
	LateMetrics FaultKind = "LateMetrics"
	// SlowSync: commits reach the cluster Delay later.
	SlowSync FaultKind = "SlowSync"
	// PodsLost: Pods of a Lane at a Service are gone, all of them when Pods is 0.
	PodsLost FaultKind = "PodsLost"
	// HandEdit: somebody writes Weights into Git without a command.
	HandEdit FaultKind = "HandEdit"
	// Crash: the bot dies after it has written the first object of a commit, and comes back
	// at the end of the next window.
	Crash FaultKind = "Crash"
)

var faultKinds = []FaultKind{Bad, NoMetrics, LateMetrics, SlowSync, PodsLost, HandEdit, Crash}

// Fault is one thing that goes wrong during a rehearsal. Fields that its kind does not name
// must be unset.
type Fault struct {
	// Kind says what goes wrong.
	Kind FaultKind `json:"kind"`
	// Stage is the stage that must have been entered, by its name. Empty means that At counts
	// from the beginning.
	Stage string `json:"stage,omitempty"`
	// At is when it begins, counted from the moment at which Stage was first entered.
	At rollout.Duration `json:"at,omitempty"`
	// For is how long it lasts. The zero value is until the end. HandEdit and Crash happen
	// once, and have none.
	For rollout.Duration `json:"for,omitempty"`

	// Service is the name of a service, for Bad and PodsLost. For Bad with a metric it
	// may be empty: the whole app.
	Service string `json:"service,omitempty"`
	// Lane is that of PodsLost.
	Lane string `json:"lane,omitempty"`
	// Metric is the name of the plan's metric that is bad, missing or late. Empty means,
	// for Bad, that calls fail, and otherwise all metrics.
	Metric string `json:"metric,omitempty"`
	// Rate is the share of calls that are bad, above 0 and up to 1, of Bad.
	Rate float64 `json:"rate,omitempty"`
	// Value is the candidate's value, for Bad with a metric of Value.
	Value *float64 `json:"value,omitempty"`
	// Delay is that of LateMetrics and SlowSync.
	Delay rollout.Duration `json:"delay,omitempty"`
	// Pods is how many are lost.
	Pods int `json:"pods,omitempty"`
	// Weights are those of HandEdit: the lanes of the plan, with a sum of 100.
	Weights rollout.Weights `json:"weights,omitempty"`
}

// validate returns every fault of the fault.
func (f Fault) validate(path *field.Path, plan rollout.Plan) field.ErrorList {
	var errs field.ErrorList
	required := func(set bool, name, must string) {
		if !set {
			errs = append(errs, field.Required(path.Child(name), must))
		}
	}
	only := func(set bool, name string, kinds ...FaultKind) {
		for _, kind := range kinds {
			if f.Kind == kind {
				return
			}
		}
		if set {
			errs = append(errs, field.Forbidden(path.Child(name), fmt.Sprintf("may not be set for %s", f.Kind)))
		}
	}
	metric := metricOf(plan, f.Metric)
	switch f.Kind {
	case Bad:
		required(f.Service != "" || f.Metric != "", "service", "must name a service, unless metric names a metric")
		if isValue := metric != nil && metric.Kind == rollout.Value; isValue {
			required(f.Value != nil, "value", "must be the candidate's value: the metric is a value")
		} else if !(f.Rate > 0 && f.Rate <= 1) {
			errs = append(errs, field.Invalid(path.Child("rate"), f.Rate, "must be a share above 0 and up to 1"))
		}
	case LateMetrics, SlowSync:
		required(f.Delay > 0, "delay", "must be above 0")
	case PodsLost:
		required(f.Service != "", "service", "must name a service")
		required(f.Lane != "", "lane", "must name a lane")
	case HandEdit:
		errs = append(errs, f.Weights.Validate(path.Child("weights"))...)
		for i, w := range f.Weights {
			if _, listed := plan.Before.Percent(w.Lane); !listed {
				errs = append(errs, field.NotFound(path.Child("weights").Index(i).Child("lane"), w.Lane))
			}
		}
	case NoMetrics, Crash:
	default:
		return field.ErrorList{field.NotSupported(path.Child("kind"), f.Kind, faultKinds)}
	}
	only(f.Service != "", "service", Bad, PodsLost)
	only(f.Lane != "", "lane", PodsLost)
	only(f.Metric != "", "metric", Bad, NoMetrics, LateMetrics)
	only(f.Rate != 0, "rate", Bad)
	only(f.Value != nil, "value", Bad)
	only(f.Delay != 0, "delay", LateMetrics, SlowSync)
	only(f.Pods != 0, "pods", PodsLost)
	only(len(f.Weights) > 0, "weights", HandEdit)
	only(f.For != 0, "for", Bad, NoMetrics, LateMetrics, SlowSync, PodsLost)
	if f.Metric != "" && metric == nil {
		errs = append(errs, field.NotFound(path.Child("metric"), f.Metric))
	}
	if n, found := plan.StageNumber(f.Stage); f.Stage != "" && (!found || plan.Stages[n-1].Name != f.Stage) {
		errs = append(errs, field.NotFound(path.Child("stage"), f.Stage))
	}
	if f.At < 0 || f.For < 0 || f.Pods < 0 {
		errs = append(errs, field.Invalid(path, "", "must not have a negative at, for or pods"))
	}
	return errs
}

// String returns the fault in words: "from 2m after stage canary is entered on 20% more
// of the candidate's calls at mockb fail".
func (f Fault) String() string {
	return f.when() + " " + f.what()
}

func (f Fault) when() string {
	after := ""
	if f.Stage != "" {
		after = " after stage " + f.Stage + " is entered"
	}
	switch {
	case f.Kind == HandEdit || f.Kind == Crash:
		return fmt.Sprintf("%s%s", f.At, after)
	case f.For > 0:
		return fmt.Sprintf("from %s%s, for %s,", f.At, after, f.For)
	}
	return fmt.Sprintf("from %s%s on", f.At, after)
}

func (f Fault) what() string {
	metrics := "all metrics"
	if f.Metric != "" {
		metrics = f.Metric
	}
	at := ""
	if f.Service != "" {
		at = " at " + f.Service
	}
	switch f.Kind {
	case Bad:
		switch {
		case f.Value != nil:
			return fmt.Sprintf("%s of the candidate is %v", f.Metric, *f.Value)
		case f.Metric != "":
			return fmt.Sprintf("%s more of the candidate's requests%s are bad in %s", percent(f.Rate), at, f.Metric)
		}
		return fmt.Sprintf("%s more of the candidate's calls%s fail", percent(f.Rate), at)
	case NoMetrics:
		return "there is no data of " + metrics
	case LateMetrics:
		return fmt.Sprintf("%s arrive %s late", metrics, f.Delay)
	case SlowSync:
		return fmt.Sprintf("commits reach the cluster %s late", f.Delay)
	case PodsLost:
		if f.Pods == 0 {
			return fmt.Sprintf("all pods of %s%s are lost", f.Lane, at)
		}
		return fmt.Sprintf("%d pods of %s%s are lost", f.Pods, f.Lane, at)
	case HandEdit:
		return "somebody edits the weights to " + f.Weights.ByLane()
	case Crash:
		return "the bot dies after the first object of its next commit"
	}
	return string(f.Kind)
}

// metricOf returns the metric of that name, or nil.
func metricOf(plan rollout.Plan, name string) *rollout.Metric {
	for i := range plan.Metrics {
		if plan.Metrics[i].Name == name {
			return &plan.Metrics[i]
		}
	}
	return nil
}

// begun is a fault with the time at which it begins. With a stage the time is known once
// the stage is entered.
type begun struct {
	Fault
	from  time.Time // the zero value: not known yet
	spent bool      // it happens once, and has happened
}

// holds reports whether the fault is there at a time.
func (b *begun) holds(t time.Time) bool {
	return !b.from.IsZero() && !t.Before(b.from) && (b.For == 0 || t.Before(b.from.Add(time.Duration(b.For))))
}
