package release

import (
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// LanePods are the pods that serve one service in one lane, as far as the set says how many
// there are.
type LanePods struct {
	// Host is the name of the Service in the mesh: "mockb.shop.svc.cluster.local".
	Host string
	// Lane is the lane that serves. Where a permissive lane lacks the service it is another
	// one.
	Lane string
	// Min and Max are how many pods there may be. Both are the replicas of the workloads that
	// nothing scales; what an autoscaler scales has its minimum and maximum.
	Min, Max int64
	// Workloads are what runs the pods, in the order of the set, and Scalers what scales them.
	Workloads, Scalers []manifest.Object
}

// Scaled reports whether an autoscaler may change how many pods there are.
func (p LanePods) Scaled() bool { return p.Min < p.Max }

// Pods returns the pods of the lanes of the plan, those of one lane after the other, and
// for each the services in the order of the group. A lane that is not there has none. It is
// nil for weights in a file of values: what runs the pods is made from that.
func (l Live) Pods() []LanePods {
	var all rollout.Weights
	for _, lane := range l.Config.Plan.Before.Lanes() {
		all = append(all, rollout.W(lane, 1)) // whatever it has now
	}
	var out []LanePods
	seen := map[[2]string]bool{}
	scalers := mesh.Scalers(l.Set)
	l.eachPods(all, func(s Shortage, pods []*mesh.Workload) {
		key := [2]string{s.Host, s.Serving}
		if s.Host == "" || s.Serving == "" || seen[key] {
			return
		}
		seen[key] = true
		p := LanePods{Host: s.Host, Lane: s.Serving}
		for _, w := range pods {
			p.Workloads = append(p.Workloads, w.Object)
			low, high := w.Replicas, w.Replicas
			if own := scalers[w.Object.Ref]; len(own) > 0 {
				p.Scalers = append(p.Scalers, own...)
				low, high = rangeOf(own, w.Replicas)
			}
			p.Min, p.Max = p.Min+low, p.Max+high
		}
		out = append(out, p)
	})
	return out
}

// rangeOf returns between how many pods autoscalers of one workload scale it. One that
// cannot be read leaves the replicas as they are.
func rangeOf(scalers []manifest.Object, replicas int64) (low, high int64) {
	low, high = replicas, replicas
	for _, o := range scalers {
		if h := o.Autoscaler(); h != nil {
			high = max(int64(h.Spec.MaxReplicas), 0)
			low = min(max(int64(minimumOf(scalers)), 0), high)
		}
	}
	return low, high
}
