package reconciler_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/swimlane-go/swimlane/examples/controller/cluster"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// available decides by the Deployments alone.
func (w *world) available(lane string) bool {
	var all appsv1.DeploymentList
	require.NoError(w.t, w.plain.List(w.t.Context(), &all, client.InNamespace(w.app)))
	found := false
	for _, d := range all.Items {
		if d.Spec.Template.Labels[lanes.LabelVersion] != lane {
			continue
		}
		found = true
		if d.Status.AvailableReplicas < *cmpOr(d.Spec.Replicas, ptr[int32](1)) || d.Status.AvailableReplicas == 0 {
			return false
		}
	}
	return found
}

func cmpOr[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

// scale sets the number of pods of a lane.
func (w *world) scale(lane string, replicas, available int32) {
	var all appsv1.DeploymentList
	require.NoError(w.t, w.plain.List(w.t.Context(), &all, client.InNamespace(w.app)))
	for _, d := range all.Items {
		if d.Spec.Template.Labels[lanes.LabelVersion] == lane {
			d.Spec.Replicas = &replicas
			require.NoError(w.t, w.plain.Update(w.t.Context(), &d))
			d.Status.AvailableReplicas, d.Status.UpdatedReplicas = available, available
			require.NoError(w.t, w.plain.Status().Update(w.t.Context(), &d))
		}
	}
}

func (w *world) plan() *corev1.ConfigMap {
	cm := &corev1.ConfigMap{}
	require.NoError(w.t, w.plain.Get(w.t.Context(), client.ObjectKey{Namespace: w.app, Name: "mock"}, cm))
	return cm
}

// say annotates the plan as a person does; an empty value removes the annotation.
func (w *world) say(key, value string) {
	cm := w.plan()
	if cm.Annotations == nil {
		cm.Annotations = map[string]string{}
	}
	if cm.Annotations[key] = value; value == "" {
		delete(cm.Annotations, key)
	}
	require.NoError(w.t, w.plain.Update(w.t.Context(), cm))
}

func (w *world) ask(e rollout.Event) {
	e.At = t0
	data, err := json.Marshal(e)
	require.NoError(w.t, err)
	w.say(status.AnnotationAsk, string(data))
}

// told returns an annotation of the plan.
func (w *world) told(key string) string { return w.plan().Annotations[key] }

func (w *world) condition() status.Condition {
	return status.Condition(w.told(status.AnnotationCondition))
}

// live reads the release.
func (w *world) live() release.Live {
	config, _ := release.ConfigOf(w.plan())
	l, _, err := cluster.Read(w.t.Context(), w.plain, w.plan(), config)
	require.NoError(w.t, err)
	return l
}

// reconcile calls the controller once, and advances the clock as the controller asks.
func (w *world) reconcile() error {
	plan := types.NamespacedName{Namespace: w.app, Name: "mock"}
	result, err := w.r.Reconcile(w.t.Context(), reconcile.Request{NamespacedName: plan})
	w.clock.SetTime(w.clock.Now().Add(result.RequeueAfter))
	return err
}

// settle calls the controller until several calls in a row change nothing of the release.
func (w *world) settle(most int) {
	w.t.Helper()
	same, last := 0, ""
	for range most {
		require.NoError(w.t, w.reconcile())
		if now := w.final(); now == last {
			same++
		} else {
			same, last = 0, now
		}
		if same == 5 {
			return
		}
	}
}

// until calls the controller until the release is in a phase, at a stage.
func (w *world) until(phase rollout.Phase, stage int) {
	w.t.Helper()
	for range 200 {
		if s := w.live().State; s.Phase == phase && (stage < 0 || s.Stage == stage) {
			return
		}
		require.NoError(w.t, w.reconcile())
	}
	require.Fail(w.t, "it never came there", "%s %d: %s: %s", phase, stage,
		w.condition(), w.told(status.AnnotationMessage))
}

// final returns the place, the weights and the marks of the objects, without times.
func (w *world) final() string {
	l := w.live()
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d %d %s\n", l.State.Phase, l.State.Stage, l.State.Revision, w.condition())
	for _, h := range l.Holders {
		fmt.Fprintf(&b, "%s %s %d %v\n", h.Ref.Name, h.Weights.ByLane(), h.Mark.Revision,
			slices.Sorted(maps.Keys(h.Object.Meta().GetAnnotations())))
	}
	return b.String()
}
