package reconciler_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/swimlane-go/swimlane/examples/controller/cluster"
	"github.com/swimlane-go/swimlane/examples/controller/facts"
	"github.com/swimlane-go/swimlane/examples/controller/metrics"
	"github.com/swimlane-go/swimlane/examples/controller/reconciler"
	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/examples/controller/trial"
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
