package kube_test

import (
	"context"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"

	"github.com/swimlane-go/swimlane/manifest"
	kube "github.com/swimlane-go/swimlane/oracle/kube/cluster"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/capacity"
	"github.com/swimlane-go/swimlane/rollout"
)

// testCapacity compares capacity with Kubernetes' own controllers. A safe load is never above its
// target, at any moment of a release or of a roll back from any place. A load that is safe once
// scaled is not above it at rest. A refused load is above it at the named place.
func testCapacity(t *testing.T, c cluster) {
	m := newTraffic()
	client := c.RunControllers(t, m.runAutoscaler)
	// The controllers end with this test: the plans' controllers must not outlive it.
	t.Run("plans", func(t *testing.T) {
		for _, p := range loadedPlans() {
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				w := newWalk(t, c, client, m, p.whole())
				w.walk(t)
				require.Empty(t, m.violations(w.namespace), "above its target, though safe")
				for at, named := range w.named {
					require.True(t, named, "%s must be seen above its target", at)
				}
			})
		}
	})
}

// walk is a release in a cluster, on its way from place to place.
type walk struct {
	cluster
	clientset *kubernetes.Clientset
	traffic   *traffic
	loaded    loaded
	namespace string
	live      release.Live
	capacity  capacity.Capacity
	targets   map[podsOf]int64
	least     map[podsOf]int64 // the floors of the stages so far
	named     map[string]bool  // faults that capacity has reported, and whether the walk saw them
}

func newWalk(t *testing.T, c cluster, client *kubernetes.Clientset, m *traffic, p loaded) *walk {
	t.Helper()
	w := &walk{cluster: c, clientset: client, traffic: m, loaded: p, namespace: "capacity-" + p.name,
		least: map[podsOf]int64{}, named: map[string]bool{}}
	w.targets = p.targets(w.namespace)
	plan := rollout.Plan{Candidate: p.lanes[len(p.lanes)-1], Before: w.weights(p.before), Rollback: w.weights(p.back)}
	for i, s := range p.stages {
		plan.Stages = append(plan.Stages, rollout.Stage{Name: fmt.Sprintf("s%d", i+1), Weights: w.weights(s)})
	}
	config := release.Config{Name: "shop", Plan: plan,
		Routes: []release.EntryRoute{{Namespace: w.namespace, Name: "shop", Route: "all"}}}
	for _, f := range p.floors {
		f.Service.Namespace = w.namespace
		config.Floors = append(config.Floors, f)
	}
	w.live = p.live(t, w.namespace, config)
	var err error
	w.capacity, err = capacity.Of(w.live, p.demand())
	require.NoError(t, err)

	var faults []string
	for i, place := range w.capacity.Places {
		calls := p.loads(w.namespace, p.places()[i])
		require.Len(t, place.Loads, len(calls), place.Name)
		for _, l := range place.Loads {
			require.Zero(t, big.NewRat(calls[w.of(l)], 1000).Cmp(l.Calls), "%s: %s", place.Name, l)
		}
		for _, l := range place.Faults() {
			faults = append(faults, place.Name+": "+l.String())
			w.named[place.Name+": "+l.String()] = false
		}
	}
	require.Equal(t, p.faults, faults)

	c.Namespace(t.Context(), t, w.namespace)
	for _, kind := range []string{"Service", "Deployment", "HorizontalPodAutoscaler"} {
		for _, o := range w.live.Set.Kind(kind) {
			text, err := manifest.Encode(o.Value.(runtime.Object))
			require.NoError(t, err)
			_, err = c.Apply(t.Context(), w.namespace, text)
			require.NoError(t, err, "%s", text)
		}
	}
	return w
}

func (w *walk) weights(percents []int) rollout.Weights {
	var out rollout.Weights
	for i, lane := range w.loaded.lanes {
		out = append(out, rollout.W(lane, percents[i]))
	}
	return out
}

// of returns the pods of a load.
func (w *walk) of(l capacity.Load) podsOf { return podsOf{w.namespace, l.Service, l.Lane} }

// walk releases several times: up to each place and back from there, down from the last stage step
// by step, and up without a rest.
func (w *walk) walk(t *testing.T) {
	t.Helper()
	last := len(w.loaded.stages)
	for stage := range last + 1 {
		w.prepare(t)
		for i := 1; i <= stage; i++ {
			w.enter(t, i)
			w.rest(t, i)
		}
		w.enter(t, last+1)
		w.rest(t, last+1)
	}
	w.prepare(t)
	for i := 1; i <= last; i++ {
		w.enter(t, i) // in haste: the autoscalers have not looked yet
	}
	w.rest(t, last)
	for i := last - 1; i > 0; i-- {
		w.enter(t, i)
		w.rest(t, i)
	}
	w.enter(t, last+1)
	w.rest(t, last+1)
}

// prepare restores the replicas before the release, as a clean-up does.
func (w *walk) prepare(t *testing.T) {
	t.Helper()
	w.traffic.move(w.loaded.loads(w.namespace, w.loaded.before), nil, w.targets)
	for _, p := range w.live.Pods() {
		if of := w.podsOf(p); w.least[of] > 0 {
			w.set(t, p, w.pods(of).min)
		}
	}
	clear(w.least)
	w.rest(t, 0)
	w.enter(t, 0)
}

// podsOf returns the key of pods that the library has found.
func (w *walk) podsOf(p release.LanePods) podsOf {
	for of := range w.targets {
		if of.version == p.Lane && p.Host == of.service+"."+w.namespace+".svc.cluster.local" {
			return of
		}
	}
	return podsOf{}
}

// pods returns the number of pods in the plan.
func (w *walk) pods(of podsOf) replicas {
	r, _ := w.loaded.of(of)
	return r
}

// enter gives the routes the weights of a place, after the place has the pods that the plan asks
// for. From this moment on, safe loads must be carried.
func (w *walk) enter(t *testing.T, place int) {
	t.Helper()
	if place <= len(w.loaded.stages) {
		w.raise(t, place)
	}
	limits := map[podsOf]int64{}
	for _, l := range w.capacity.Places[place].Loads {
		if l.Verdict == capacity.Safe {
			limits[w.of(l)] = w.targets[w.of(l)]
		}
	}
	above := w.traffic.move(w.loaded.loads(w.namespace, w.loaded.places()[place]), limits, w.targets)
	for _, l := range w.capacity.Places[place].Faults() {
		for _, of := range above {
			if of == w.of(l) {
				w.named[w.capacity.Places[place].Name+": "+l.String()] = true
			}
		}
	}
}

// raise sets the replicas that the plan asks for before a stage, and waits for the pods.
func (w *walk) raise(t *testing.T, stage int) {
	t.Helper()
	for _, f := range w.live.Config.FloorsAt(stage) {
		for _, p := range w.live.Pods() {
			of := w.podsOf(p)
			if !f.Is(p) || w.least[of] >= f.Replicas || w.pods(of).min >= f.Replicas {
				continue
			}
			w.least[of] = f.Replicas
			w.set(t, p, f.Replicas)
			w.until(t, of, func() bool { return w.traffic.count(of) >= f.Replicas })
		}
	}
}

// set sets the least number of pods in the field that the library names.
func (w *walk) set(t *testing.T, p release.LanePods, n int64) {
	t.Helper()
	by, err := p.SetBy()
	require.NoError(t, err)
	text, err := manifest.Encode(by.Object.Value.(runtime.Object))
	require.NoError(t, err)
	o, err := kube.Decode(text)
	require.NoError(t, err)
	api, err := w.Resource(o, w.namespace)
	require.NoError(t, err)
	field := map[string]string{"spec.replicas": "replicas", "spec.minReplicas": "minReplicas"}[by.Path]
	require.NotEmpty(t, field, by.Path)
	patch := fmt.Sprintf(`{"spec": {%q: %d}}`, field, n)
	_, err = api.Patch(t.Context(), o.GetName(), types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	require.NoError(t, err)
}

// rest waits until the autoscalers have scaled to the weights of a place: as many pods as carry the
// calls, within the range. Loads that are safe once scaled are then carried, and short ones are
// not.
func (w *walk) rest(t *testing.T, place int) {
	t.Helper()
	calls := w.loaded.loads(w.namespace, w.loaded.places()[place])
	for of, target := range w.targets {
		r := w.pods(of)
		low := max(r.min, w.least[of])
		want := low
		if r.max > 0 {
			want = min(max(low, (calls[of]+target-1)/target), r.max)
		}
		w.until(t, of, func() bool { return w.traffic.atRest(of, r.max > 0, want) })
	}
	for _, l := range w.capacity.Places[place].Loads {
		of := w.of(l)
		carried := w.traffic.count(of) * w.targets[of]
		if l.Verdict == capacity.Short {
			require.Greater(t, calls[of], carried, "%s: %s", w.capacity.Places[place].Name, l)
			continue
		}
		require.Contains(t, []capacity.Verdict{capacity.Safe, capacity.Scaled}, l.Verdict)
		require.LessOrEqual(t, calls[of], carried, "%s: %s", w.capacity.Places[place].Name, l)
	}
}

// until waits until pods are as the test needs them.
func (w *walk) until(t *testing.T, of podsOf, done func() bool) {
	t.Helper()
	err := wait.PollUntilContextTimeout(t.Context(), 10*time.Millisecond, time.Minute, true,
		func(context.Context) (bool, error) { return done(), nil })
	if err != nil {
		t.Fatalf("%s@%s has %d pods: %v\n%s", of.service, of.version, w.traffic.count(of), err, w.scalers(t))
	}
}

// scalers returns the status of the autoscalers, for a failure message.
func (w *walk) scalers(t *testing.T) string {
	t.Helper()
	all, err := w.clientset.AutoscalingV2().HorizontalPodAutoscalers(w.namespace).List(t.Context(),
		metav1.ListOptions{})
	require.NoError(t, err)
	var out []string
	for _, o := range all.Items {
		for _, c := range o.Status.Conditions {
			out = append(out, fmt.Sprintf("%s, %d wanted: %s: %s", o.Name, o.Status.DesiredReplicas, c.Reason,
				c.Message))
		}
	}
	return strings.Join(out, "; ")
}
