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

// LanePods are the pods that serve one service in one lane, as far as the set says how many.
type LanePods struct {
	// Host is the name of the Service in the mesh: "mockb.shop.svc.cluster.local".
	Host string
	// Lane is the lane that serves. If a permissive lane lacks the service, it is another lane.
	Lane string
	// Min and Max are the bounds of the number of pods. Workloads that nothing scales count
	// with their replicas. Workloads with a HorizontalPodAutoscaler, or a ScaledObject of KEDA,
	// count with its minimum and maximum.
	Min, Max int64
	// Open says that the number is unknown: a DaemonSet runs one pod a node.
	Open bool
	// Workloads run the pods, in the order of the set. Scalers scale the workloads.
	Workloads, Scalers []manifest.Object
}

// Scaled reports whether an autoscaler may change how many pods there are.
func (p LanePods) Scaled() bool { return p.Min < p.Max }

// Pods returns the pods of the plan's lanes, lane after lane, and in each lane in the order of
// the group's services. A missing lane has none. Pods returns nil if a file of values has the
// weights: the workloads are made from that.
func (l Live) Pods() []LanePods {
	var all rollout.Weights
	for _, lane := range l.Config.Plan.Before.Lanes() {
		all = append(all, rollout.W(lane, 1)) // so that eachPods visits the lane
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

// PodsOf returns the pods of each workload, without a host and a lane: they are for services
// outside the lanes. A workload that is not in the set is left out.
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

// add adds the pods of a workload in a namespace.
func (p *LanePods) add(w *mesh.Workload, namespace string, scalers map[manifest.Ref][]manifest.Object) {
	p.Workloads = append(p.Workloads, w.Object)
	p.Open = p.Open || w.Object.Ref.Kind == "DaemonSet"
	target := w.Object.Ref
	target.Namespace = namespace // scalers are indexed by it
	low, high := w.Replicas, w.Replicas
	own := scalers[target]
	if w.Replicas == 0 { // 0 switches off the autoscaler of Kubernetes, but not KEDA's
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

// rangeOf returns the bounds of the number of pods of one workload. If several autoscalers
// fight, these are the lowest minimum and the lowest maximum.
func rangeOf(scalers []manifest.Object) (low, high int64) {
	low, high = math.MaxInt32, math.MaxInt32
	for _, o := range scalers {
		least, most := boundsOf(o)
		low, high = min(low, least), min(high, most)
	}
	return min(low, high), high
}

// boundsOf returns the minimum and the maximum of an autoscaler, by the defaults of its kind.
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

// scalersOf returns the autoscalers of each workload of a set.
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
