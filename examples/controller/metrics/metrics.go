// Package metrics exports the releases of a controller to Prometheus.
package metrics

import (
	"strconv"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/types"

	"github.com/swimlane-go/swimlane/rollout"
)

// Sample has the values of one release.
type Sample struct {
	// State is the state of the release, Weights are the weights of its place.
	State   rollout.State
	Weights rollout.Weights
	// Action is the last decision. Condition is what the controller does about the release.
	Action    rollout.Action
	Condition string
	// Drifted is the number of holders with other weights.
	Drifted int
}

// Releases are the releases of a controller, as a prometheus.Collector. The zero value is ready and
// has no releases. It is safe for concurrent use.
type Releases struct {
	mutex   sync.Mutex
	samples map[types.NamespacedName]Sample
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("swimlane_"+name, help, append([]string{"namespace", "plan"}, labels...), nil)
}

var (
	place     = desc("place", "1 for the place at which the release is.", "phase", "stage")
	revision  = desc("revision", "The revision of the release's state.")
	weight    = desc("weight_percent", "The weight of a lane, in percent, at the place of the release.", "lane")
	decision  = desc("decision", "1 for the last decision.", "action")
	condition = desc("condition", "1 for what the controller does about it.", "condition")
	drifted   = desc("drifted_holders", "How many objects have other weights than those of the place.")
)

// Set replaces the sample of a release.
func (r *Releases) Set(plan types.NamespacedName, s Sample) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.samples == nil {
		r.samples = map[types.NamespacedName]Sample{}
	}
	r.samples[plan] = s
}

// Forget removes a release.
func (r *Releases) Forget(plan types.NamespacedName) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	delete(r.samples, plan)
}

// Describe implements prometheus.Collector.
func (r *Releases) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{place, revision, weight, decision, condition, drifted} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (r *Releases) Collect(out chan<- prometheus.Metric) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for plan, s := range r.samples {
		tell := func(d *prometheus.Desc, value float64, labels ...string) {
			labels = append([]string{plan.Namespace, plan.Name}, labels...)
			out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
		}
		tell(place, 1, string(s.State.Phase), strconv.Itoa(s.State.Stage))
		tell(revision, float64(s.State.Revision))
		tell(decision, 1, string(s.Action))
		tell(condition, 1, s.Condition)
		tell(drifted, float64(s.Drifted))
		for _, w := range s.Weights {
			tell(weight, float64(w.Percent), w.Lane)
		}
	}
}
