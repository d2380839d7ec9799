package reconciler_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/swimlane-go/swimlane/examples/controller/cluster"
	"github.com/swimlane-go/swimlane/examples/controller/facts"
	"github.com/swimlane-go/swimlane/examples/controller/metrics"
	"github.com/swimlane-go/swimlane/examples/controller/reconciler"
	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/examples/controller/trial"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

var t0 = trial.Begins()

func ptr[T any](v T) *T { return &v }

var errKilled = errors.New("killed")

// world is a cluster in memory with one controller. Tests kill the controller and start it again.
type world struct {
	t      *testing.T
	client client.WithWatch // the controller's
	plain  client.WithWatch // everybody else's
	clock  *clocktesting.FakePassiveClock
	source source.Source
	events *events
	r      *reconciler.Reconciler
	app    string // the namespace

	calls  int                                // number of calls of the controller
	before func(call int, write bool) error   // is called before each call
	after  func(call int, write bool) error   // is called after each call
	wrote  func(o client.Object)              // is called after a successful write of a holder
	writes int                                // writes of holders by the controller
	moved  []string                           // weights of holders, in order of writes
	stale  map[client.ObjectKey]client.Object // old objects that a cache still returns
	set    func(*reconciler.Reconciler)       // changes a new controller
}

type events struct{ all []string }

func (e *events) Eventf(_, _ runtime.Object, kind, reason, _, note string, args ...any) {
	e.all = append(e.all, kind+" "+reason+" "+fmt.Sprintf(note, args...))
}

func scheme(t testing.TB) *runtime.Scheme {
	t.Helper()
	s, err := cluster.NewScheme()
	require.NoError(t, err)
	return s
}

// objectsOf returns the objects of a release with weights in routes.
func objectsOf(t testing.TB, namespace string, plan rollout.Plan, floors ...release.Floor) []client.Object {
	t.Helper()
	out, err := trial.Objects(trial.Routes, namespace, plan, floors...)
	require.NoError(t, err)
	return out
}

func newWorld(t *testing.T, plan rollout.Plan, floors ...release.Floor) *world {
	t.Helper()
	w := &world{t: t, clock: clocktesting.NewFakePassiveClock(t0), source: trial.Counted(0), events: &events{}}
	w.app = trial.Home
	w.plain = fake.NewClientBuilder().WithScheme(scheme(t)).
		WithObjects(objectsOf(t, w.app, plan, floors...)...).WithReturnManagedFields().Build()
	w.client = interceptor.NewClient(w.plain, w.intercept())
	w.start()
	return w
}

// start starts a controller with an empty memory.
func (w *world) start() {
	w.r = &reconciler.Reconciler{
		Client: w.client, Direct: w.plain, Clock: w.clock, Name: "swimlane",
		Gatherer: facts.Gatherer{Source: w.source, Interval: time.Minute},
		Reporter: status.Reporter{Events: w.events, Metrics: &metrics.Releases{}},
	}
	if w.set != nil {
		w.set(w.r)
	}
}

// call makes one call of the controller.
func (w *world) call(write bool, do func() error) error {
	w.calls++
	n := w.calls
	if w.before != nil {
		if err := w.before(n, write); err != nil {
			return err
		}
	}
	err := do()
	if err == nil && w.after != nil {
		err = w.after(n, write)
	}
	return err
}

func (w *world) intercept() interceptor.Funcs {
	return interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object,
			opts ...client.GetOption) error {
			return w.call(false, func() error {
				if old, u := w.stale[key], (*unstructured.Unstructured)(nil); old != nil {
					var is bool
					if u, is = o.(*unstructured.Unstructured); is && u.GetKind() == "VirtualService" {
						u.Object = old.(*unstructured.Unstructured).DeepCopy().Object
						return nil
					}
				}
				return c.Get(ctx, key, o, opts...)
			})
		},
		List: func(ctx context.Context, c client.WithWatch, list client.ObjectList, opts ...client.ListOption) error {
			return w.call(false, func() error { return c.List(ctx, list, opts...) })
		},
		Update: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.UpdateOption) error {
			return w.call(true, func() error {
				was := w.route(o.GetName())
				if err := c.Update(ctx, o, opts...); err != nil {
					return err
				}
				w.writes++
				w.hold(was, w.route(o.GetName()))
				if w.wrote != nil {
					w.wrote(o)
				}
				return nil
			})
		},
		Patch: func(ctx context.Context, c client.WithWatch, o client.Object, p client.Patch,
			opts ...client.PatchOption) error {
			return w.call(true, func() error {
				if _, plan := o.(*corev1.ConfigMap); !plan {
					w.writes++
				}
				return c.Patch(ctx, o, p, opts...)
			})
		},
	}
}

// route returns the current holder.
func (w *world) route(name string) *networkingv1.VirtualService {
	vs := &networkingv1.VirtualService{}
	require.NoError(w.t, w.plain.Get(w.t.Context(), client.ObjectKey{Namespace: w.app, Name: name}, vs))
	return vs
}

// hold checks every write of weights: they sum to 100, and each lane that got weight had pods at
// that moment.
func (w *world) hold(was, is *networkingv1.VirtualService) {
	before, after, sum := routing.WeightsOf(was.Spec.Http[0], ""), routing.WeightsOf(is.Spec.Http[0], ""), 0
	for _, a := range after {
		sum += a.Percent
		if b, _ := before.Percent(a.Lane); a.Percent > b {
			require.True(w.t, w.available(a.Lane), "%s got %d%% and is not available", a.Lane, a.Percent)
		}
	}
	require.Equal(w.t, 100, sum)
	if !before.Equivalent(after) {
		w.moved = append(w.moved, is.Name+" "+after.ByLane())
	}
}

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
