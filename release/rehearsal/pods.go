package rehearsal

import (
	"math"
	"strings"

	"github.com/swimlane-go/swimlane/release"
)

// fleet says how many pods serve at each place in the cluster. An autoscaler follows the
// load of the window before.
type fleet struct {
	perPod map[string]float64
	all    []release.LanePods
	at     map[place]*release.LanePods // by either name that preview may have for a service
	now    map[*release.LanePods]int64
}

func newFleet(live release.Live, perPod map[string]float64) *fleet {
	f := &fleet{perPod: perPod, all: live.Pods(), at: map[place]*release.LanePods{}, now: map[*release.LanePods]int64{}}
	for i := range f.all {
		pods := &f.all[i]
		short, rest, _ := strings.Cut(pods.Host, ".")
		namespace, _, _ := strings.Cut(rest, ".")
		f.at[place{short, pods.Lane}], f.at[place{short + "." + namespace, pods.Lane}] = pods, pods
		f.now[pods] = pods.Min
	}
	return f
}

// raise gives lanes the pods that the plan wants there before a stage, and reports whether
// some had fewer.
func (f *fleet) raise(floors []release.Floor) (raised bool) {
	for i := range f.all {
		pods := &f.all[i]
		for _, floor := range floors {
			if floor.Is(*pods) && pods.Min < floor.Replicas {
				pods.Min, pods.Max, raised = floor.Replicas, max(pods.Max, floor.Replicas), true
				f.now[pods] = max(f.now[pods], pods.Min)
			}
		}
	}
	return raised
}

// carries returns what one pod of a place carries; 0 for any number of requests.
func (f *fleet) carries(p place) float64 {
	short, _, _ := strings.Cut(p.service, ".")
	if x := f.perPod[p.service]; x > 0 {
		return x
	}
	return f.perPod[short]
}

// overflow returns the share of the calls to a place that its pods, without those that are
// lost, do not carry.
func (f *fleet) overflow(p place, calls float64, lost int64) float64 {
	pods := f.at[p] // nil where the objects do not tell them
	if pods == nil || calls == 0 {
		return 0
	}
	left := max(0, f.now[pods]-lost)
	if left == 0 {
		return 1
	}
	if each := f.carries(p); each > 0 && calls > each*float64(left) {
		return 1 - each*float64(left)/calls
	}
	return 0
}

// scale lets the autoscalers follow the calls of each place, given as calls of each
// request.
func (f *fleet) scale(calls map[place]float64, rate float64) {
	wanted := map[*release.LanePods]float64{}
	for p, n := range calls {
		if pods, each := f.at[p], f.carries(p); pods != nil && each > 0 {
			wanted[pods] += math.Ceil(n*rate/each - 1e-9)
		}
	}
	for i := range f.all {
		if pods := &f.all[i]; pods.Scaled() {
			f.now[pods] = min(max(int64(wanted[pods]), pods.Min), pods.Max)
		}
	}
}
