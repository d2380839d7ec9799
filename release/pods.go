package release

import (
	"cmp"
	"math"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

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
	// nothing scales; what a HorizontalPodAutoscaler or a ScaledObject of KEDA scales has its
	// minimum and maximum.
	Min, Max int64
	// Open says that there is no telling how many: a DaemonSet runs one a node.
	Open bool
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
	scalers := scalersOf(l.Set)
	l.eachPods(all, func(s Shortage, pods []*mesh.Workload) {
		key := [2]string{s.Host, s.Serving}
		if s.Host == "" || s.Serving == "" || seen[key] {
			return
		}
		seen[key] = true
		p := LanePods{Host: s.Host, Lane: s.Serving}
		for _, w := range pods {
			p.add(w, l.Set.NamespaceOf(w.Object), scalers)
		}
		out = append(out, p)
	})
	return out
}

// PodsOf returns the pods that each of some workloads runs, without a host and a lane: those
// of services that lie outside of the lanes. One that is not in the set is left out.
func (l Live) PodsOf(workloads map[manifest.Ref]bool) map[manifest.Ref]LanePods {
	out := make(map[manifest.Ref]LanePods, len(workloads))
	if len(workloads) == 0 {
		return out
	}
	scalers := scalersOf(l.Set)
	for _, w := range mesh.New(l.Set, "").Workloads {
		if workloads[w.Object.Ref] {
			var p LanePods
			p.add(w, l.Set.NamespaceOf(w.Object), scalers)
			out[w.Object.Ref] = p
		}
	}
	return out
}

// add adds what a workload of a namespace runs.
func (p *LanePods) add(w *mesh.Workload, namespace string, scalers map[manifest.Ref][]manifest.Object) {
	p.Workloads = append(p.Workloads, w.Object)
	p.Open = p.Open || w.Object.Ref.Kind == "DaemonSet"
	target := w.Object.Ref
	target.Namespace = namespace // by which scalers are indexed
	low, high := w.Replicas, w.Replicas
	own := scalers[target]
	if w.Replicas == 0 { // which is how the autoscaler of Kubernetes is switched off; KEDA's wakes up
		own = slices.DeleteFunc(slices.Clone(own), func(o manifest.Object) bool {
			return o.Ref.Kind != kindScaledObject
		})
	}
	if len(own) > 0 {
		p.Scalers = append(p.Scalers, own...)
		low, high = rangeOf(own)
	}
	p.Min, p.Max = p.Min+low, p.Max+high
}

// rangeOf returns between how many pods autoscalers scale one workload: where several fight,
// from the lowest minimum to the lowest maximum.
func rangeOf(scalers []manifest.Object) (low, high int64) {
	low, high = math.MaxInt32, math.MaxInt32
	for _, o := range scalers {
		least, most := boundsOf(o)
		low, high = min(low, least), min(high, most)
	}
	return min(low, high), high
}

// boundsOf returns those of an autoscaler, by the defaults of its kind.
// Source: Kubernetes, HorizontalPodAutoscalerSpec; KEDA, "ScaledObject specification".
func boundsOf(o manifest.Object) (low, high int64) {
	if h := o.Autoscaler(); h != nil {
		return max(0, int64(minimumOf([]manifest.Object{o}))), max(0, int64(h.Spec.MaxReplicas))
	}
	keys, low, high := [2]string{"minReplicas", "maxReplicas"}, int64(1), int64(0)
	if o.Ref.Kind == kindScaledObject {
		keys, low, high = [2]string{"minReplicaCount", "maxReplicaCount"}, 0, 100
	}
	u, _ := o.Value.(*unstructured.Unstructured)
	for i, to := range []*int64{&low, &high} {
		if u == nil {
			break
		}
		if n, found, err := unstructured.NestedInt64(u.Object, "spec", keys[i]); found && err == nil {
			*to = min(max(0, n), math.MaxInt32)
		}
	}
	return low, high
}

const kindScaledObject = "ScaledObject"

// scalersOf returns what scales each workload of a set, by that.
func scalersOf(set manifest.Set) map[manifest.Ref][]manifest.Object {
	out := mesh.Scalers(set)
	for _, o := range set.Kind(kindScaledObject) {
		u, ok := o.Value.(*unstructured.Unstructured)
		if !ok || o.Ref.Group != "keda.sh" {
			continue
		}
		target := mesh.Scaled(u)
		target.Namespace, target.Kind = set.NamespaceOf(o), cmp.Or(target.Kind, "Deployment")
		out[target] = append(out[target], o)
	}
	return out
}
