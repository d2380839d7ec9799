package rollout

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// MetricKind is how a metric is measured. Any value other than the constants, including
// the zero value, is an error.
type MetricKind string

const (
	// Counts: how many requests there were, and how many of them were bad. Only counts can
	// be judged at a stated risk, because only they say how much was seen.
	Counts MetricKind = "Counts"
	// Value: one number a lane, such as the use of memory.
	Value MetricKind = "Value"
)

// Metric is one thing that is measured during a release, by lane.
type Metric struct {
	// Name identifies the metric in checks and observations. It is a DNS-1123 label.
	Name string `json:"name"`
	// Kind is how it is measured.
	Kind MetricKind `json:"kind"`
	// Over is the bound in seconds for a latency that is measured as counts: requests
	// that took longer are the bad ones. Nothing here reads it; it is part of the plan,
	// because counts over another bound are another metric. Nil means that the metric is
	// not a latency.
	Over *float64 `json:"over,omitempty"`
	// Services are where it is measured; each is judged by itself. Empty means one
	// measurement for the whole app, such as that of its gateway; its observations then
	// have no Service.
	Services []string `json:"services,omitempty"`
}

// everywhere is the one service of a metric without services.
var everywhere = [...]string{""}

// services returns where the metric is measured.
func (m *Metric) services() []string {
	if len(m.Services) == 0 {
		return everywhere[:]
	}
	return m.Services
}

// metric returns the metric of that name, or nil.
func (p *Plan) metric(name string) *Metric {
	if i := slices.IndexFunc(p.Metrics, func(m Metric) bool { return m.Name == name }); i >= 0 {
		return &p.Metrics[i]
	}
	return nil
}

func (p *Plan) validateMetrics() field.ErrorList {
	var errs field.ErrorList
	all := where{name: "metrics"}
	for i := range p.Metrics {
		m, at := &p.Metrics[i], where{up: &all, index: i}
		errs = append(errs, label(&at, "name", m.Name, "must name the metric")...)
		if first := p.metric(m.Name); m.Name != "" && first != m {
			errs = append(errs, field.Duplicate(at.child("name"), m.Name))
		} else if m.Name != "" && !p.uses(m.Name) {
			errs = append(errs, field.Invalid(at.child("name"), m.Name,
				"must be the metric of a check, or nothing judges it").WithOrigin("unused"))
		}
		switch m.Kind {
		case Counts, Value:
		case "":
			errs = append(errs, field.Required(at.child("kind"), "must be Counts or Value"))
		default:
			errs = append(errs, field.NotSupported(at.child("kind"), m.Kind, []MetricKind{Counts, Value}))
		}
		if m.Over != nil {
			errs = append(errs, above(&at, "over", *m.Over, 0)...)
			if m.Kind == Value {
				errs = append(errs, field.Forbidden(at.child("over"), "may be set for Counts only"))
			}
		}
		for j, service := range m.Services {
			list := where{up: &at, name: "services"}
			item := where{up: &list, index: j}
			if service == "" {
				errs = append(errs, field.Required(item.path(), "must name a service"))
			} else if len(service) > maxName {
				errs = append(errs, field.TooLong(item.path(), service, maxName))
			}
			if slices.Contains(m.Services[:j], service) {
				errs = append(errs, field.Duplicate(item.path(), service))
			}
		}
	}
	return errs
}

// uses reports whether a check of the plan uses the metric.
func (p *Plan) uses(metric string) bool {
	is := func(c Check) bool { return c.Metric == metric }
	if slices.ContainsFunc(p.Guards, is) {
		return true
	}
	for target := range p.gates() {
		if gate := p.gate(target); gate != nil && slices.ContainsFunc(gate.Checks, is) {
			return true
		}
	}
	return false
}
