package kube_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/tools/cache"
	"k8s.io/kubernetes/pkg/controller/podautoscaler"
	"k8s.io/kubernetes/pkg/controller/podautoscaler/metrics"

	"github.com/swimlane-go/swimlane/lanes"
	kube "github.com/swimlane-go/swimlane/oracle/kube/cluster"
)

// podsOf identifies the pods of a service in a version.
type podsOf struct{ namespace, service, version string }

// labels returns the labels of the pods.
func (p podsOf) labels() labels.Set {
	return labels.Set{lanes.LabelApp: p.service, lanes.LabelVersion: p.version, lanes.LabelTrafficTag: p.version}
}

// traffic is the metrics server of a test. It knows the load of all pods, and sees which are ready.
// Calls are in thousandths a second.
type traffic struct {
	mu     sync.Mutex
	ready  map[podsOf]map[string]bool
	calls  map[podsOf]int64
	asked  map[podsOf]int   // the autoscaler's queries since the calls last changed
	limits map[podsOf]int64 // the most calls of one pod, for pods that must carry their calls at every moment
	broken map[podsOf]string
}

func newTraffic() *traffic {
	return &traffic{ready: map[podsOf]map[string]bool{}, calls: map[podsOf]int64{}, asked: map[podsOf]int{},
		limits: map[podsOf]int64{}, broken: map[podsOf]string{}}
}

// runAutoscaler is a controller for [kube.Cluster.RunControllers]: Kubernetes' controller of
// HorizontalPodAutoscalers. It looks once a second, and acts at once.
func (m *traffic) runAutoscaler(ctx context.Context, t testing.TB, h kube.Controllers) func(context.Context) {
	t.Helper()
	pods := h.Factory.Core().V1().Pods()
	_, err := pods.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { m.see(o.(*corev1.Pod), false) },
		UpdateFunc: func(_, o any) { m.see(o.(*corev1.Pod), false) },
		DeleteFunc: func(o any) {
			if gone, is := o.(cache.DeletedFinalStateUnknown); is {
				o = gone.Obj
			}
			m.see(o.(*corev1.Pod), true)
		},
	})
	require.NoError(t, err)
	const period, stabilisation, tolerance, initial, delay = time.Second, 0, 0, 0, 0
	scalers := h.Factory.Autoscaling().V2().HorizontalPodAutoscalers()
	controller := podautoscaler.NewHorizontalController(ctx, h.Client.CoreV1(), h.Scales, h.Client.AutoscalingV2(),
		h.Mapper, m, scalers, pods, period, stabilisation, tolerance, initial, delay)
	return func(ctx context.Context) { controller.Run(ctx, 8) }
}

// see records a change of a pod.
func (m *traffic) see(pod *corev1.Pod, gone bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	of := podsOf{pod.Namespace, pod.Labels[lanes.LabelApp], pod.Labels[lanes.LabelVersion]}
	if m.ready[of] == nil {
		m.ready[of] = map[string]bool{}
	}
	delete(m.ready[of], pod.Name)
	isReady := func(c corev1.PodCondition) bool { return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue }
	if !gone && pod.DeletionTimestamp == nil && slices.ContainsFunc(pod.Status.Conditions, isReady) {
		m.ready[of][pod.Name] = true
	}
	m.judge(of)
}

// judge records an overload of pods that must carry their calls.
func (m *traffic) judge(of podsOf) {
	if limit := m.limits[of]; limit > 0 && m.above(of, limit) {
		m.broken[of] = of.service + "@" + of.version
	}
}

// above reports whether the load of pods is above a limit for each.
func (m *traffic) above(of podsOf, limit int64) bool {
	return m.calls[of] > limit*int64(len(m.ready[of]))
}

// move changes the load of the pods of a namespace, and the limits that they must keep from now on.
// It returns the pods that are above a target at this moment.
func (m *traffic) move(calls, limits, targets map[podsOf]int64) (above []podsOf) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for of, target := range targets {
		m.calls[of], m.limits[of], m.asked[of] = calls[of], limits[of], 0
		m.judge(of)
		if m.above(of, target) {
			above = append(above, of)
		}
	}
	return above
}

// atRest reports whether so many pods are ready, and an autoscaler has looked twice: it has then
// acted once.
func (m *traffic) atRest(of podsOf, scaled bool, pods int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return (!scaled || m.asked[of] > 1) && int64(len(m.ready[of])) == pods
}

// count returns the number of ready pods.
func (m *traffic) count(of podsOf) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int64(len(m.ready[of]))
}

// violations returns the pods of a namespace that had to carry their calls at every moment, but did
// not.
func (m *traffic) violations(namespace string) (out []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for of, text := range m.broken {
		if of.namespace == namespace {
			out = append(out, text)
		}
	}
	slices.Sort(out)
	return out
}

// find returns the pods that a metric query is for; the lock must be held.
func (m *traffic) find(namespace string, selector labels.Selector) (podsOf, error) {
	for of := range m.calls {
		if of.namespace == namespace && selector.Matches(of.labels()) {
			m.asked[of]++
			return of, nil
		}
	}
	return podsOf{}, errors.New("nothing is known yet")
}

// GetRawMetric returns the load of each ready pod.
func (m *traffic) GetRawMetric(_, namespace string, selector, _ labels.Selector) (metrics.PodMetricsInfo, time.Time,
	error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	of, err := m.find(namespace, selector)
	if err != nil {
		return nil, time.Time{}, err
	}
	out := metrics.PodMetricsInfo{}
	for pod := range m.ready[of] {
		each := m.calls[of] / int64(len(m.ready[of]))
		out[pod] = metrics.PodMetric{Timestamp: time.Now(), Window: time.Second, Value: each}
	}
	return out, time.Now(), nil
}

// GetObjectMetric returns the load of all pods of a Deployment. The Deployment has the name of
// their service and version.
func (m *traffic) GetObjectMetric(_, namespace string, object *autoscalingv2.CrossVersionObjectReference,
	_ labels.Selector) (int64, time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	service, version, _ := strings.Cut(object.Name, "-")
	of, err := m.find(namespace, labels.SelectorFromSet(podsOf{namespace, service, version}.labels()))
	return m.calls[of], time.Now(), err
}

// GetExternalMetric returns the load of all pods with some labels.
func (m *traffic) GetExternalMetric(_, namespace string, selector labels.Selector) ([]int64, time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	of, err := m.find(namespace, selector)
	return []int64{m.calls[of]}, time.Now(), err
}

// GetResourceMetric returns an error: no autoscaler here scales by processor or memory.
func (m *traffic) GetResourceMetric(context.Context, corev1.ResourceName, string, labels.Selector,
	string) (metrics.PodMetricsInfo, time.Time, error) {
	return nil, time.Time{}, errors.New("no such metric")
}
